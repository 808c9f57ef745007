"""Credentials of the principals that ask, each got as its owner gets them."""

import json
from typing import Any, Final

from botocore.exceptions import ClientError

from whomay.engine import Request, Verdict
from whomay.engine.decisions import Index
from whomay.engine.proof import assuming
from whomay.engine.snapshot import Principal
from whomay.iam.arn import name_in
from whomay.iam.callers import CallerKind
from whomay.iam.patterns.symbols import generated
from whomay.lab import instance_metadata
from whomay.lab.accounts import DEV_ADMIN
from whomay.lab.answers import ALLOWED
from whomay.lab.codes import Codes
from whomay.lab.replay.clients import Clients, Keys
from whomay.lab.replay.deployed_stacks import DeployedStacks
from whomay.lab.replay.errors import CannotBeSent

MFA: Final = "aws:multifactorauthpresent"
_ROLE_CREDENTIALS: Final = "/latest/meta-data/iam/security-credentials/"
_DEVICE: Final = "kept-by-the-replay"


class Credentials:
    """Users act with the key that the stacks keep in a secret, roles in a session.

    A session comes from the metadata of an instance, or from an AssumeRole that the engine allows.
    """

    def __init__(self, index: Index, deployment: DeployedStacks, clients: Clients) -> None:
        """Get nothing yet."""
        self._index = index
        self._deployment = deployment
        self._clients = clients
        self._lab = deployment.lab
        self._found: dict[tuple[str, str | None], Keys] = {}
        self._missing: dict[tuple[str, str | None], CannotBeSent] = {}
        self._devices: list[tuple[str, str]] = []
        self._kept: dict[str, Keys] | None = None

    def of(self, request: Request) -> Keys:
        """Return the keys with which a request is made.

        A user's are those of a session when aws:MultiFactorAuthPresent is given: a key alone does
        not send it.

        Raises:
            CannotBeSent: nobody here can act as the caller

        """
        code = request.context.get(MFA)
        sought = request.principal, code if isinstance(code, str) else None
        if sought in self._missing:
            raise self._missing[sought]
        try:
            if sought not in self._found:
                self._found[sought] = self._get(request, sought[1])
        except CannotBeSent as error:
            self._missing[sought] = error
            raise
        return self._found[sought]

    def principal(self, request: Request) -> str:
        """Return who makes a request: an administrator where its caller is not deployed."""
        own, other = self._lab.accounts[:2]
        unknown = self._index.principal(request.caller) is None
        if request.caller.kind is not CallerKind.USER or not unknown:
            return request.principal
        account = self._deployment.text(request.account or "")
        return request.principal if account == own else f"arn:aws:iam::{other}:user/{DEV_ADMIN}"

    def close(self) -> None:
        """Take away the MFA devices."""
        for user, serial in self._devices:
            iam = self._clients.administrator("iam", self._lab.accounts[0])
            iam.deactivate_mfa_device(UserName=user, SerialNumber=serial)
            iam.delete_virtual_mfa_device(SerialNumber=serial)

    def _get(self, request: Request, code: str | None) -> Keys:
        principal = self._index.principal(request.caller)
        if request.caller.kind is CallerKind.ANONYMOUS:
            if not request.action_key.startswith("s3:"):
                raise CannotBeSent("an unsigned call is refused before any policy is asked")
            return Keys()
        if principal is None:
            return self._outsider(request)
        if principal.trust is not None:
            if code is not None:
                raise CannotBeSent("a role's session does not send the key")
            return self._session(principal)
        keys = self._user(principal)
        return keys if code is None else self._user_session(principal, keys, code)

    def _outsider(self, request: Request) -> Keys:
        """Return the keys of an administrator: everything is allowed on its own side."""
        account = self._deployment.text(request.account or "")
        if request.caller.kind is CallerKind.SERVICE:
            raise CannotBeSent("a service of AWS asks")
        if request.caller.kind is not CallerKind.USER:
            raise CannotBeSent(f"nobody here is such a {request.caller.kind}")
        own, other = self._lab.accounts[:2]
        return self._clients.administrator_keys(own if account == own else other)

    def _user(self, principal: Principal) -> Keys:
        if self._kept is None:
            self._kept = dict(self._in_secrets())
        arn = self._deployment.text(principal.arn)
        if arn not in self._kept:
            raise CannotBeSent("no secret of the stacks holds the user's key")
        return self._kept[arn]

    def _in_secrets(self) -> list[tuple[str, Keys]]:
        """Return the keys that the stacks keep in secrets, with the ARN of whom each is."""
        found = []
        for account, arn in self._deployment.secrets:
            manager = self._clients.administrator("secretsmanager", account)
            try:
                keys = Keys.of(json.loads(manager.get_secret_value(SecretId=arn)["SecretString"]))
                identity = self._clients.client("sts", keys).get_caller_identity()
            except (ValueError, KeyError, TypeError, ClientError):
                continue  # some other secret
            found.append((identity["Arn"], keys))
        return found

    def _user_session(self, principal: Principal, keys: Keys, code: str) -> Keys:
        """Return the keys of a session that began with a code, or ("false") without one."""
        parameters: dict[str, str] = {}
        if code == "true":
            serial, codes = self._device(name_in(self._deployment.text(principal.arn)))
            parameters = {"SerialNumber": serial, "TokenCode": codes.fresh()}
        answer = self._clients.client("sts", keys).get_session_token(**parameters)
        return Keys.of(answer["Credentials"])

    def _device(self, user: str) -> tuple[str, Codes]:
        """Enable a virtual MFA device for a user."""
        iam = self._clients.administrator("iam", self._lab.accounts[0])
        made = iam.create_virtual_mfa_device(VirtualMFADeviceName=f"{_DEVICE}-{user}")
        device = made["VirtualMFADevice"]
        serial, codes = device["SerialNumber"], Codes(device["Base32StringSeed"].decode())
        first, second = codes.pair()
        iam.enable_mfa_device(
            UserName=user,
            SerialNumber=serial,
            AuthenticationCode1=first,
            AuthenticationCode2=second,
        )
        self._devices.append((user, serial))
        return serial, codes

    def _session(self, role: Principal) -> Keys:
        for path in role.instances:
            found = self._on_instance(role, path)
            if found is not None:
                return found
        for request, verdict in assuming(self._index, role.arn):
            who = self._index.principal(request.caller)
            if verdict is Verdict.ALLOWED and who is not None and who is not role:
                return self._become(request)
        raise CannotBeSent("nobody here can assume the role")

    def _on_instance(self, role: Principal, path: str) -> Keys | None:
        """Read a role's credentials from an instance's metadata; None where it has none."""
        name = generated(path.replace("/", "."))
        if not self._deployment.is_deployed(name):
            return None
        instance = self._deployment.text(name)
        where = _ROLE_CREDENTIALS + name_in(self._deployment.text(role.arn))
        reply = instance_metadata.get(f"{self._lab.imds}{instance}", where, with_token=True)
        return Keys.of(json.loads(reply.text)) if reply.answer == ALLOWED else None

    def _become(self, request: Request) -> Keys:
        parameters: dict[str, Any] = {
            "RoleArn": self._deployment.text(request.resource),
            "RoleSessionName": "replay",
        }
        if "sts:externalid" in request.context:
            parameters["ExternalId"] = request.context["sts:externalid"]
        try:
            answer = self._clients.client("sts", self.of(request)).assume_role(**parameters)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise CannotBeSent(f"assuming the role is answered by {code}") from error
        return Keys.of(answer["Credentials"])
