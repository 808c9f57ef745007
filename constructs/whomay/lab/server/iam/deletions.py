"""What must go before a user, group, role, policy, profile or device can be deleted.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html names what a user must no
longer have, and the pages of the other calls likewise.
"""

from typing import Any

from whomay.lab.server import internals
from whomay.lab.server.calls import CallError
from whomay.lab.server.iam import user_credentials
from whomay.lab.server.iam.operations import Parameters, ask_first, value


def _refuse(first: str) -> None:
    raise CallError("DeleteConflict", f"Cannot delete entity, must {first} first.")


def _store(name: str) -> Any:
    return internals.get("services.iam", name)


def user(parameters: Parameters) -> None:
    """Refuse a user that has a device, a key, a password, a certificate, a policy or a group."""
    name = value(parameters, "UserName")
    if name not in _store("_users"):
        return  # MiniStack says so
    if any(device.get("User") == name for device in _store("_mfa_devices").values()):
        _refuse("delete MFA device")
    if any(key["UserName"] == name for key in _store("_access_keys").values()):
        _refuse("delete access keys")
    if name in _store("_login_profiles"):
        _refuse("delete login profile")
    if user_credentials.of(name):
        _refuse("remove referenced objects")
    if _store("_user_inline_policies").get(name):
        _refuse("delete policies")
    if _store("_users")[name]["AttachedPolicies"]:
        _refuse("detach all policies")
    if any(name in group["Users"] for group in _store("_groups").values()):
        _refuse("remove users from group")


def group(parameters: Parameters) -> None:
    """Refuse a group that has a member or a policy."""
    name = value(parameters, "GroupName")
    found = _store("_groups").get(name) or {}
    if found.get("Users"):
        _refuse("remove users from group")
    if _store("_group_inline_policies").get(name):
        _refuse("delete policies")
    if found.get("AttachedPolicies"):
        _refuse("detach all policies")


def role(parameters: Parameters) -> None:
    """Refuse a role that has a policy or is in an instance profile."""
    name = value(parameters, "RoleName")
    found = _store("_roles").get(name) or {}
    if any(name in profile["Roles"] for profile in _store("_instance_profiles").values()):
        _refuse("remove roles from instance profile")
    if found.get("AttachedPolicies"):
        _refuse("detach all policies")
    if found.get("InlinePolicies"):
        _refuse("delete policies")


def policy(parameters: Parameters) -> None:
    """Refuse a policy that has more versions than its default one."""
    found = _store("_policies").get(value(parameters, "PolicyArn")) or {}
    if not found.get("AttachmentCount") and len(found.get("Versions", ())) > 1:
        raise CallError(
            "DeleteConflict",
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions. The default version is deleted with the policy.",
        )


def instance_profile(parameters: Parameters) -> None:
    """Refuse an instance profile that holds a role."""
    found = _store("_instance_profiles").get(value(parameters, "InstanceProfileName")) or {}
    if found.get("Roles"):
        _refuse("remove roles from instance profile")


def device(parameters: Parameters) -> None:
    """Refuse a device that somebody uses."""
    found = _store("_mfa_devices").get(value(parameters, "SerialNumber")) or {}
    if found.get("User"):
        raise CallError("DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.")


def install() -> None:
    """Ask before each deletion."""
    ask_first("DeleteUser", user)
    ask_first("DeleteGroup", group)
    ask_first("DeleteRole", role)
    ask_first("DeletePolicy", policy)
    ask_first("DeleteInstanceProfile", instance_profile)
    ask_first("DeleteVirtualMFADevice", device)
