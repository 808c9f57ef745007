"""A stack as an account has it: the names that CloudFormation made for its resources."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from whomay.engine.templates.template import AssemblyError


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """A stack as the account has it: type and physical id of each resource by logical id.

    `undeleted` are types and physical ids of what left the stack when its deletion failed.
    """

    name: str
    region: str
    resources: Mapping[str, tuple[str, str]]
    undeleted: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any], place: str) -> "DeployedStack":
        """Return the stack that a record of a snapshot tells; `place` is where it was read.

        Raises AssemblyError for a resource that is not logical id, type and physical id.
        """
        try:
            resources = {str(i): (str(t), str(p)) for i, t, p in told.get("resources") or ()}
            undeleted = tuple((str(t), str(p)) for _, t, p in told.get("undeleted") or ())
        except (TypeError, ValueError):
            raise AssemblyError(
                f"{place}: a resource of stack {told.get('name')} is not logical id, type and "
                "physical id"
            ) from None
        return cls(str(told.get("name")), str(told.get("region")), resources, undeleted)
