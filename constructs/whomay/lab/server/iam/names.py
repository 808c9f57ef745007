"""Names and paths that IAM refuses: taken, whatever the case, or of other characters.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from whomay.iam.facts import limits
from whomay.lab.server import internals
from whomay.lab.server.calls import CallError
from whomay.lab.server.iam.operations import Parameters, ask_first, value

_PATH: Final = re.compile(r"/|/[\x21-\x7e]+/")


@dataclass(frozen=True)
class Named:
    """What has a name that is taken once in an account."""

    parameter: str
    store: str
    longest: int
    taken: str

    def check(self, name: str, path: str = "") -> None:
        """Refuse a name or a path.

        Raises:
            CallError: ValidationError or EntityAlreadyExists.

        """
        check_name(self.parameter, name, self.longest)
        if path:
            check_path(path)
        records = internals.get("services.iam", self.store).values()
        if name.lower() in {record[self.parameter].lower() for record in records}:
            raise CallError("EntityAlreadyExists", self.taken.format(name))


NAMED: Final[Mapping[str, Named]] = {
    "CreateUser": Named(
        "UserName", "_users", limits.USER_NAME_LENGTH, "User with name {} already exists."
    ),
    "CreateRole": Named(
        "RoleName", "_roles", limits.ROLE_NAME_LENGTH, "Role with name {} already exists."
    ),
    "CreateGroup": Named(
        "GroupName", "_groups", limits.GROUP_NAME_LENGTH, "Group with name {} already exists."
    ),
    "CreatePolicy": Named(
        "PolicyName",
        "_policies",
        limits.POLICY_NAME_LENGTH,
        "A policy called {} already exists. Duplicate names are not allowed.",
    ),
    "CreateInstanceProfile": Named(
        "InstanceProfileName",
        "_instance_profiles",
        limits.POLICY_NAME_LENGTH,
        "Instance Profile {} already exists.",
    ),
}


def check_name(parameter: str, name: str, longest: int) -> None:
    """Refuse a name of other characters, or a longer one.

    Raises:
        CallError: ValidationError.

    """
    member = parameter[0].lower() + parameter[1:]
    if not limits.NAME.fullmatch(name):
        raise CallError(
            "ValidationError",
            f"The specified value for {member} is invalid. It must contain only alphanumeric "
            "characters and/or the following: +=,.@_-",
        )
    if len(name) > longest:
        raise CallError(
            "ValidationError",
            f"1 validation error detected: Value '{name}' at '{member}' failed to satisfy "
            f"constraint: Member must have length less than or equal to {longest}",
        )


def check_path(path: str) -> None:
    """Refuse a path.

    Raises:
        CallError: ValidationError.

    """
    if not _PATH.fullmatch(path) or len(path) > limits.PATH_LENGTH:
        raise CallError(
            "ValidationError",
            "The specified value for path is invalid. It must begin and end with / and contain "
            "only alphanumeric characters and/or / characters.",
        )


def check_duration(seconds: str) -> None:
    """Refuse a role's longest session; empty is IAM's default, an hour.

    Raises:
        CallError: ValidationError.

    """
    least, most = limits.MAX_SESSION_SECONDS
    if not seconds or (seconds.isdigit() and least <= int(seconds) <= most):
        return
    bound = f"less than or equal to {most}"
    if seconds.isdigit() and int(seconds) < least:
        bound = f"greater than or equal to {least}"
    raise CallError(
        "ValidationError",
        f"1 validation error detected: Value '{seconds}' at 'maxSessionDuration' failed to "
        f"satisfy constraint: Member must have value {bound}",
    )


def _inline_policy(parameters: Parameters) -> None:
    check_name("PolicyName", value(parameters, "PolicyName"), limits.POLICY_NAME_LENGTH)


def _session(parameters: Parameters) -> None:
    check_duration(value(parameters, "MaxSessionDuration"))


def install() -> None:
    """Ask before each call that gives a name."""
    for operation, named in NAMED.items():
        ask_first(
            operation,
            lambda given, named=named: named.check(  # type: ignore[misc] # a default binds it now
                value(given, named.parameter), value(given, "Path")
            ),
        )
    for kind in ("User", "Role", "Group"):
        ask_first(f"Put{kind}Policy", _inline_policy)
    for operation in ("CreateRole", "UpdateRole"):
        ask_first(operation, _session)
