"""The statements of an access contract, stated of an assembly by a test."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from whomay.engine import Contract, Deployment, check, read
from whomay.engine.contract import Outcome, Questions, StatementKind
from whomay.engine.organization import read_organization
from whomay.metadata.call_site import call_site


class ContractInTests(Contract):
    """States what must be true of an assembly; what is not fails the test, and says why.

    The methods are those of `whomay.engine.Contract`. Principals may be constructs too.
    """

    def __init__(self, assembly: Any, organization: str | Path | None = None) -> None:
        """Read an assembly: its folder, or a CDK App, which is synthesized.

        `organization` is the path of an organization file.
        """
        self._app = None if isinstance(assembly, str | Path) else assembly
        folder = assembly if self._app is None else self._app.synth().directory
        above = None if organization is None else read_organization(organization)
        super().__init__(read(folder, Deployment(organization=above)))
        self._questions = Questions(self._assembly.snapshot)

    def _state(self, kind: StatementKind, principal: object, **said: Any) -> None:
        __tracebackhide__ = True
        if lines := self._failures(kind, principal, **said):
            pytest.fail("\n".join(lines), pytrace=False)

    def _failures(self, kind: StatementKind, principal: object, **said: Any) -> list[str]:
        """Return why the test fails, in the words of the contract; nothing when it passes."""
        try:
            stated = self._read(kind, principal, call_site(), **said)
        except ValueError as error:
            return [f"{call_site()}: {kind} is {Outcome.WRONG}", str(error)]
        checked = check([stated], self._assembly.snapshot, self._questions)
        failed = checked.of(Outcome.WRONG, Outcome.BROKEN, Outcome.UNKNOWN)
        lines = [line for result in failed for line in result.lines()]
        return [*lines, *(f"assumed: {each}" for each in checked.assumed)] if lines else []

    def _with_references(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Write the references of constructs out, as AccessContract does."""
        if self._app is None:
            return super()._with_references(data)
        from aws_cdk import Stack  # noqa: PLC0415 - not needed for an assembly of another language

        from whomay.cdk.jsii.references import with_references  # noqa: PLC0415 - the same

        stacks = [each for each in self._app.node.find_all() if Stack.is_stack(each)]
        return Stack.of(stacks[0]).resolve(with_references(stacks[0], data)) if stacks else data
