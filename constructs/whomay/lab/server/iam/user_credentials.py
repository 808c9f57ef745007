"""SSH keys, signing certificates and passwords for one service: what a user has beside access keys.

The lab keeps them as they are given. A user that has one cannot be deleted.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
"""

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.iam.operations import Parameters, value
from whomay.lab.server.query_errors import error

Record: TypeAlias = dict[str, str]


# account, operation, the credential's own id
_kept: dict[tuple[str, str, str], Record] = {}


@dataclass(frozen=True)
class Credential:
    """A kind of credential: the names of its operations and members, and what these do."""

    operation: str  # after Delete and Update; with an s after List
    adding: str  # the operation that adds one
    element: str  # of one in the answer to `adding`; with an s, in a list
    identity: str
    prefix: str  # of the identity
    date: str
    members: Callable[[Parameters], tuple[Record, Record]]  # kept; told but once

    def of(self, user: str) -> list[Record]:
        """Return those that a user of the present account has."""
        own = (_account(), self.operation)
        return [
            record
            for (*place, _), record in _kept.items()
            if tuple(place) == own and record["UserName"] == user
        ]

    def add(self, parameters: Parameters) -> Response:
        """Answer the operation that adds one."""
        user = value(parameters, "UserName")
        if refused := _no_user(user):
            return refused
        identity = self.prefix + secrets.token_hex(12).upper()
        now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        kept, once = self.members(parameters)
        record = {"UserName": user, self.identity: identity, "Status": "Active", self.date: now}
        _kept[_account(), self.operation, identity] = record | kept
        shown = _members(record | kept | once)
        return _answer(self.adding, f"<{self.element}>{shown}</{self.element}>")

    def list(self, parameters: Parameters) -> Response:
        """Answer with those of a user."""
        user = value(parameters, "UserName")
        if refused := _no_user(user):
            return refused
        shown = "".join(f"<member>{_members(one)}</member>" for one in self.of(user))
        result = f"<{self.element}s>{shown}</{self.element}s><IsTruncated>false</IsTruncated>"
        return _answer(f"List{self.operation}s", result)

    def update(self, parameters: Parameters) -> Response:
        """Activate or deactivate one."""
        if (place := self._place(parameters)) not in _kept:
            return self._missing(parameters)
        _kept[place]["Status"] = value(parameters, "Status")
        return _answer(f"Update{self.operation}")

    def delete(self, parameters: Parameters) -> Response:
        """Delete one."""
        if (place := self._place(parameters)) not in _kept:
            return self._missing(parameters)
        del _kept[place]
        return _answer(f"Delete{self.operation}")

    def _place(self, parameters: Parameters) -> tuple[str, str, str]:
        identity = value(parameters, self.identity)
        owned = any(
            one[self.identity] == identity for one in self.of(value(parameters, "UserName"))
        )
        return _account(), self.operation, identity if owned else ""

    def _missing(self, parameters: Parameters) -> Response:
        text = f"The {self.element} with id {value(parameters, self.identity)} cannot be found."
        return error("NoSuchEntity", text)


def _ssh_key(parameters: Parameters) -> tuple[Record, Record]:
    body = value(parameters, "SSHPublicKeyBody")
    digest = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
    pairs = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
    return {}, {"SSHPublicKeyBody": body, "Fingerprint": pairs}


def _certificate(parameters: Parameters) -> tuple[Record, Record]:
    return {"CertificateBody": value(parameters, "CertificateBody")}, {}


def _service_password(parameters: Parameters) -> tuple[Record, Record]:
    user = f"{value(parameters, 'UserName')}-at-{_account()}"
    kept = {"ServiceName": value(parameters, "ServiceName"), "ServiceUserName": user}
    return kept, {"ServicePassword": secrets.token_urlsafe(30)}


CREDENTIALS: Final = (
    Credential(
        operation="SSHPublicKey",
        adding="UploadSSHPublicKey",
        element="SSHPublicKey",
        identity="SSHPublicKeyId",
        prefix="APKA",
        date="UploadDate",
        members=_ssh_key,
    ),
    Credential(
        operation="SigningCertificate",
        adding="UploadSigningCertificate",
        element="Certificate",
        identity="CertificateId",
        prefix="",
        date="UploadDate",
        members=_certificate,
    ),
    Credential(
        operation="ServiceSpecificCredential",
        adding="CreateServiceSpecificCredential",
        element="ServiceSpecificCredential",
        identity="ServiceSpecificCredentialId",
        prefix="ACCA",
        date="CreateDate",
        members=_service_password,
    ),
)


def of(user: str) -> list[Record]:
    """Return all that a user of the present account has."""
    return [record for kind in CREDENTIALS for record in kind.of(user)]


def _account() -> str:
    account: str = internals.get("core.responses", "get_account_id")()
    return account


def _members(record: Mapping[str, str]) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in record.items())


def _answer(operation: str, result: str = "") -> Response:
    body = (
        f'<{operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
        f"<{operation}Result>{result}</{operation}Result>"
        f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
        f"</{operation}Response>"
    )
    return 200, {"Content-Type": "text/xml"}, body.encode()


def _no_user(user: str) -> Response | None:
    if user in internals.get("services.iam", "_users"):
        return None
    return error("NoSuchEntity", f"The user with name {user} cannot be found.")


def install() -> None:
    """Add the operations, which MiniStack lacks."""
    handlers = internals.get("services.iam", "_IAM_HANDLERS")
    for kind in CREDENTIALS:
        handlers[kind.adding] = kind.add
        handlers[f"List{kind.operation}s"] = kind.list
        handlers[f"Update{kind.operation}"] = kind.update
        handlers[f"Delete{kind.operation}"] = kind.delete
