"""How many there may be: policies attached, versions, groups, keys, devices, roles of a profile.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Collection
from typing import Any, Final

from whomay.iam.facts.limits import COUNTS
from whomay.iam.facts.service_quotas import POLICIES_OF_ROLE, POLICIES_OF_USER
from whomay.lab.server import internals, service_quotas
from whomay.lab.server.calls import CallError
from whomay.lab.server.iam.operations import Check, Kind, Parameters, ask_first, value

VERSIONS: Final = 5
DEVICES: Final = 8
ROLES_OF_PROFILE: Final = 1
_ATTACHED: Final = {Kind.ROLE: POLICIES_OF_ROLE, Kind.USER: POLICIES_OF_USER}
_OF_GROUP: Final = COUNTS["managed policies"]


def check_attached(kind: Kind, arns: Collection[str]) -> None:
    """Refuse more managed policies than one may have, and one that does not exist.

    Raises:
        CallError: LimitExceeded or NoSuchEntity.

    """
    for arn in arns:
        if internals.get("services.iam", "_lookup_policy")(arn) is None:
            text = f"Policy {arn} does not exist or is not attachable."
            raise CallError("NoSuchEntity", text)
    limit = service_quotas.applied(_ATTACHED[kind]) if kind in _ATTACHED else _OF_GROUP
    if len(arns) > limit:
        _exceeded(f"PoliciesPer{kind.word}", limit)


def _exceeded(quota: str, limit: int) -> None:
    raise CallError("LimitExceeded", f"Cannot exceed quota for {quota}: {limit}")


def _store(name: str) -> Any:
    return internals.get("services.iam", name)


def _attach(kind: Kind) -> Check:
    def check(parameters: Parameters) -> None:
        if found := kind.find(parameters):
            arn = value(parameters, "PolicyArn")
            check_attached(kind, list(dict.fromkeys([*found["AttachedPolicies"], arn])))

    return check


def version(parameters: Parameters) -> None:
    """Refuse a sixth version of a policy."""
    found = _store("_policies").get(value(parameters, "PolicyArn")) or {}
    if len(found.get("Versions", ())) >= VERSIONS:
        raise CallError(
            "LimitExceeded",
            f"A managed policy can have up to {VERSIONS} versions. Before you create a new "
            "version, you must delete an existing version.",
        )


def membership(parameters: Parameters) -> None:
    """Refuse an eleventh group of a user."""
    user, group = value(parameters, "UserName"), value(parameters, "GroupName")
    own = {name for name, found in _store("_groups").items() if user in found["Users"]}
    if len(own | {group}) > COUNTS["groups"]:
        _exceeded("GroupsPerUser", COUNTS["groups"])


def access_key(parameters: Parameters) -> None:
    """Refuse a third access key of a user."""
    user = value(parameters, "UserName")
    keys = _store("_access_keys").values()
    if sum(key["UserName"] == user for key in keys) >= COUNTS["access keys"]:
        _exceeded("AccessKeysPerUser", COUNTS["access keys"])


def device(parameters: Parameters) -> None:
    """Refuse a ninth device of a user."""
    user = value(parameters, "UserName")
    if sum(one.get("User") == user for one in _store("_mfa_devices").values()) >= DEVICES:
        _exceeded("MFADevicesPerUser", DEVICES)


def role_of_profile(parameters: Parameters) -> None:
    """Refuse a second role of an instance profile."""
    found = _store("_instance_profiles").get(value(parameters, "InstanceProfileName")) or {}
    if len(found.get("Roles", ())) >= ROLES_OF_PROFILE:
        _exceeded("InstanceSessionsPerInstanceProfile", ROLES_OF_PROFILE)


def install() -> None:
    """Ask before each call that adds one."""
    for kind in Kind:
        ask_first(f"Attach{kind.word}Policy", _attach(kind))
    ask_first("CreatePolicyVersion", version)
    ask_first("AddUserToGroup", membership)
    ask_first("CreateAccessKey", access_key)
    ask_first("EnableMFADevice", device)
    ask_first("AddRoleToInstanceProfile", role_of_profile)
