"""A user who leaves: what the account has of them, read and taken away step by step."""

import difflib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from botocore import xform_name
from botocore.exceptions import ClientError

from whomay.engine import Snapshot, read
from whomay.iam.facts.error_codes import DENIED
from whomay.live.administrators import is_last, refused, roles_of
from whomay.live.caller import PATIENT, AwsCaller, explained
from whomay.live.errors import LiveError
from whomay.live.leaving import DENIAL, HeldByUser, LeavingStep, leaving

_GONE: Final = "NoSuchEntity"
_PAUSES: Final = (1, 2, 4)  # seconds: IAM may show for a while what is gone


class Leaver:
    """A user of the caller's account.

    Every method raises LiveError: exit code 2 when AWS refuses, each missing permission named, and
    3 when its answer says nothing of the question.
    """

    def __init__(self, caller: AwsCaller, name: str) -> None:
        self._caller = caller
        self._name = name
        with self._explained():
            self._iam: Any = caller.session.client("iam", config=PATIENT)
        self._missing: list[str] = []

    def held(self) -> HeldByUser:
        """Read what the user has.

        Raises LiveError also for a user who does not exist, with the nearest names, and for the user
        whose credentials are in use.
        """
        if self._name == self._caller.user:
            raise self._error("these are your own credentials: somebody else must end your access")
        with self._explained():
            try:
                found = self._iam.get_user(UserName=self._name)["User"]
            except ClientError as error:
                self._not_found(error)
                self._missing.append("iam:GetUser")
                found = {"Arn": "", "UserName": self._name}
            user = {"UserName": found["UserName"]}
            keys = self._all("list_access_keys", "AccessKeyMetadata", **user)
            devices = [
                one["SerialNumber"] for one in self._all("list_mfa_devices", "MFADevices", **user)
            ]
            held = HeldByUser(
                arn=found["Arn"],
                name=found["UserName"],
                account=self._caller.account,
                partition=self._caller.partition,
                denied=_boundary(found).endswith(f":iam::aws:policy/{DENIAL}"),
                keys={key["AccessKeyId"]: key["Status"] == "Active" for key in keys},
                password=self._has_password(user),
                service_credentials=self._ids(
                    "list_service_specific_credentials",
                    "ServiceSpecificCredentials",
                    "ServiceSpecificCredentialId",
                    user,
                ),
                ssh_keys=self._ids("list_ssh_public_keys", "SSHPublicKeys", "SSHPublicKeyId", user),
                certificates=self._ids(
                    "list_signing_certificates", "Certificates", "CertificateId", user
                ),
                devices=devices,
                spare_device=self._spare_device(),
                inline_policies=self._all("list_user_policies", "PolicyNames", **user),
                attached_policies=self._ids(
                    "list_attached_user_policies", "AttachedPolicies", "PolicyArn", user
                ),
                groups=self._groups(user),
            )
            if not self._caller.is_root:
                self._details  # noqa: B018 - the last read that may be refused
        if self._missing:
            raise self._error(f"these credentials lack {', '.join(sorted({*self._missing}))}")
        return held

    def check(self, held: HeldByUser, steps: Sequence[LeavingStep]) -> None:
        """See that the account keeps an administrator, and that the caller may take every step.

        Raises LiveError, with all permissions that the caller's own policies refuse.
        """
        if is_last(self._snapshot, held.arn, self._signs_in):
            raise self._error(
                "this is the last administrator of the account: nobody but its root user could give "
                "access again; make another one first"
            )
        if self._caller.is_root:
            return
        asked = ((step.action, step.resource) for step in steps)
        lacking = {
            f"{action} on {resource}"
            for action, resource in refused(self._snapshot, self._caller.arn, asked)
        }
        if lacking:
            raise self._error(f"these credentials lack {', '.join(sorted(lacking))}")

    def roles(self, held: HeldByUser) -> list[str]:
        """Return the roles that the user may assume: sessions of them go on until they end."""
        return roles_of(self._snapshot, held.arn)

    def end(self, steps: Sequence[LeavingStep], told: Callable[[LeavingStep], None]) -> None:
        """Take the steps, tell each, and look again: a key that was made meanwhile goes too.

        Raises LiveError also where something is left however often it is taken away.
        """
        for pause in (0, *_PAUSES):
            time.sleep(pause)
            for step in steps:
                self._perform(step)
                told(step)
            steps = leaving(self.held())
            if not steps:
                return
        raise self._error(
            f"AWS still shows what was taken away ({steps[0]}): run again", exit_code=3
        )

    def _perform(self, step: LeavingStep) -> None:
        """Take one step; one that another run has taken is taken."""
        call: Callable[..., Any] = getattr(self._iam, xform_name(step.operation))
        with explained(f"leave {self._name}: {step.action} on {step.resource}"):
            try:
                call(**step.parameters)
            except ClientError as error:
                if error.response["Error"]["Code"] != _GONE:
                    raise

    def stack(self) -> str | None:
        """Return the stack of the caller's Region that has the user; None when none does.

        Raises LiveError where that cannot be told.
        """
        with explained("cloudformation:DescribeStackResources"):
            client = self._caller.session.client("cloudformation", config=PATIENT)
            try:
                found = client.describe_stack_resources(PhysicalResourceId=self._name)
            except ClientError as error:
                if error.response["Error"]["Code"] == "ValidationError":  # no such resource
                    return None
                raise
        own = {"PhysicalResourceId": self._name, "ResourceType": "AWS::IAM::User"}
        made = (one for one in found["StackResources"] if own.items() <= one.items())
        return next((one["StackName"] for one in made), None)

    def _all(self, operation: str, listed: str, **parameters: str) -> list[Any]:
        """Return the whole list; an empty one, with the permission noted, where it is refused."""
        try:
            pages = self._iam.get_paginator(operation).paginate(**parameters)
            return [one for page in pages for one in page[listed]]
        except ClientError as error:
            self._note(error)
            return []

    def _ids(self, operation: str, listed: str, name: str, user: dict[str, str]) -> list[str]:
        if self._iam.can_paginate(operation):
            return [one[name] for one in self._all(operation, listed, **user)]
        try:
            return [one[name] for one in getattr(self._iam, operation)(**user)[listed]]
        except ClientError as error:
            self._note(error)
            return []

    def _has_password(self, user: dict[str, str]) -> bool:
        try:
            self._iam.get_login_profile(**user)
        except ClientError as error:
            if error.response["Error"]["Code"] == _GONE:
                return False
            self._note(error)
        return True

    def _spare_device(self) -> str:
        free = self._all(
            "list_virtual_mfa_devices", "VirtualMFADevices", AssignmentStatus="Unassigned"
        )
        serials = [one["SerialNumber"] for one in free]
        return next((one for one in serials if one.rpartition("/")[2] == self._name), "")

    def _groups(self, user: dict[str, str]) -> list[str]:
        """Return the ARNs of the user's groups, those last that deny something."""
        arns = [one["Arn"] for one in self._all("list_groups_for_user", "Groups", **user)]
        details = {} if self._missing else self._details
        return sorted(arns, key=lambda arn: _denies(details, arn))

    @cached_property
    def _details(self) -> dict[str, list[Any]]:
        """What the account says of its IAM; empty, with the permission noted, where it is refused."""
        lists = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
        found: dict[str, list[Any]] = {name: [] for name in lists}
        try:
            for page in self._iam.get_paginator("get_account_authorization_details").paginate():
                for name in lists:
                    found[name] += page.get(name, [])
        except ClientError as error:
            self._note(error)
        return found

    @cached_property
    def _snapshot(self) -> Snapshot:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "account.json"
            file.write_text(json.dumps(self._details, default=str))
            return read(file).snapshot

    def _signs_in(self, arn: str) -> bool:
        """Tell whether a user has an active key or a password."""
        user = {"UserName": arn.rpartition("/")[2]}
        with self._explained():
            keys = self._all("list_access_keys", "AccessKeyMetadata", **user)
            return any(key["Status"] == "Active" for key in keys) or self._has_password(user)

    def _not_found(self, error: ClientError) -> None:
        """Raise for a user who is not there, with the nearest names; for all but a denial as well."""
        if error.response["Error"]["Code"] == _GONE:
            names = [one["UserName"] for one in self._all("list_users", "Users")]
            near = difflib.get_close_matches(self._name, names) or sorted(names)[:3]
            shown = f"; nearest: {', '.join(near)}" if near else ""
            raise self._error(f"account {self._caller.account} has no such user{shown}") from None
        if error.response["Error"]["Code"] not in DENIED:
            raise error

    def _note(self, error: ClientError) -> None:
        """Note a denied call's permission; raise what is no denial."""
        if error.response["Error"]["Code"] not in DENIED:
            raise error
        self._missing.append(f"iam:{error.operation_name}")

    def _explained(self) -> AbstractContextManager[None]:
        return explained(f"leave {self._name}")

    def _error(self, message: str, exit_code: int = 2) -> LiveError:
        return LiveError(f"leave {self._name}: {message}", exit_code=exit_code)


def _boundary(user: dict[str, Any]) -> str:
    return str((user.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn", ""))


def _denies(details: dict[str, list[Any]], arn: str) -> bool:
    """Tell whether a group denies something; true where that is not known."""
    group = next((one for one in details.get("GroupDetailList", []) if one["Arn"] == arn), None)
    if group is None:
        return True
    return any(
        statement.get("Effect") == "Deny"
        for document in _documents(details, group)
        for statement in _listed(document.get("Statement"))
    )


def _documents(details: dict[str, list[Any]], group: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for inline in group.get("GroupPolicyList", []):
        yield inline["PolicyDocument"]
    attached = {one["PolicyArn"] for one in group.get("AttachedManagedPolicies", [])}
    for policy in details.get("Policies", []):
        if policy["Arn"] in attached:
            for version in policy["PolicyVersionList"]:
                if version["IsDefaultVersion"]:
                    yield version["Document"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
