"""What ends a user's access, step by step: derived from what AWS says of the user alone.

The order never leaves the user with more than before, wherever a run ends. First everything is
denied, by a permissions boundary: it reaches keys, passwords and sessions alike, and IAM deletes a
user in spite of it. A deny with a date (aws:TokenIssueTime) would reach the sessions of before alone.
Then go the credentials, the devices, the policies, and the groups that deny something last.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

DENIAL: Final = "AWSDenyAll"  # a policy of AWS's own: it denies all actions on all resources
_SERVICE_CREDENTIAL: Final = "ServiceSpecificCredentialId"


@dataclass(frozen=True, slots=True)
class HeldByUser:
    """What a user has now. `keys` tell which are active; `groups` are in the order to leave them.

    `devices` are serial numbers of enabled ones. `spare_device` is a virtual one that bears the
    user's name and is not enabled, as an interrupted enrolment or an earlier run leaves it.
    """

    arn: str
    name: str
    account: str
    partition: str
    denied: bool = False
    keys: Mapping[str, bool] = field(default_factory=dict)
    password: bool = False
    service_credentials: Sequence[str] = ()
    ssh_keys: Sequence[str] = ()
    certificates: Sequence[str] = ()
    devices: Sequence[str] = ()
    spare_device: str = ""
    inline_policies: Sequence[str] = ()
    attached_policies: Sequence[str] = ()
    groups: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LeavingStep:
    """One call of IAM: what it does in words, the action, its parameters, what it is asked about."""

    text: str
    operation: str
    parameters: Mapping[str, str]
    resource: str

    @property
    def action(self) -> str:
        """The permission that the call needs."""
        return f"iam:{self.operation}"

    def __str__(self) -> str:
        """Return what the step does, as an order."""
        return self.text


def leaving(user: HeldByUser) -> list[LeavingStep]:
    """Return the steps that are left, in their order; none for a user who has nothing any more."""
    return [*_denial(user), *_credentials(user), *_devices(user), *_policies(user)]


def _step(
    user: HeldByUser, text: str, operation: str, resource: str = "", **more: str
) -> LeavingStep:
    return LeavingStep(text, operation, {"UserName": user.name, **more}, resource or user.arn)


def _denial(user: HeldByUser) -> Iterator[LeavingStep]:
    if not user.denied:
        boundary = f"arn:{user.partition}:iam::aws:policy/{DENIAL}"
        text = f"deny everything to {user.name}, by the permissions boundary {DENIAL}"
        yield _step(user, text, "PutUserPermissionsBoundary", PermissionsBoundary=boundary)


def _credentials(user: HeldByUser) -> Iterator[LeavingStep]:
    for key, active in user.keys.items():
        if active:
            text = f"deactivate the access key {key}"
            yield _step(user, text, "UpdateAccessKey", AccessKeyId=key, Status="Inactive")
    if user.password:
        yield _step(user, "delete the password", "DeleteLoginProfile")
    for key in user.keys:
        yield _step(user, f"delete the access key {key}", "DeleteAccessKey", AccessKeyId=key)
    for one in user.service_credentials:
        text, only = f"delete the credential of a service {one}", {_SERVICE_CREDENTIAL: one}
        yield _step(user, text, "DeleteServiceSpecificCredential", **only)
    for key in user.ssh_keys:
        yield _step(
            user, f"delete the SSH public key {key}", "DeleteSSHPublicKey", SSHPublicKeyId=key
        )
    for one in user.certificates:
        text = f"delete the signing certificate {one}"
        yield _step(user, text, "DeleteSigningCertificate", CertificateId=one)


def _devices(user: HeldByUser) -> Iterator[LeavingStep]:
    for serial in user.devices:
        text = f"deactivate the device {serial}"
        yield _step(user, text, "DeactivateMFADevice", SerialNumber=serial)
    virtual = f"arn:{user.partition}:iam::{user.account}:mfa/"  # others are the person's to keep
    for serial in (*user.devices, user.spare_device):
        if serial.startswith(virtual):
            text = f"delete the virtual device {serial}"
            yield LeavingStep(text, "DeleteVirtualMFADevice", {"SerialNumber": serial}, serial)


def _policies(user: HeldByUser) -> Iterator[LeavingStep]:
    for arn in user.attached_policies:
        yield _step(user, f"detach the policy {arn}", "DetachUserPolicy", PolicyArn=arn)
    for name in user.inline_policies:
        yield _step(user, f"delete the inline policy {name}", "DeleteUserPolicy", PolicyName=name)
    for arn in user.groups:
        group = arn.rpartition("/")[2]
        yield _step(user, f"leave the group {group}", "RemoveUserFromGroup", arn, GroupName=group)
