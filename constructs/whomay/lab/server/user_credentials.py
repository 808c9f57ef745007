"""What MiniStack lacks of a user: certificates, SSH keys, credentials of services, AWSDenyAll.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
"""

import json
import secrets
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape

from whomay.lab.server import internals
from whomay.lab.server.calls import Response
from whomay.lab.server.mfa import error

_DENIAL: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}],
}


class _Kind(NamedTuple):
    """One kind of credential: its calls, its element, its id, that of a list, and the id's prefix."""

    create: str
    one: str
    id: str
    listing: str
    listed: str
    delete: str
    prefix: str
    first: str


KINDS: Final = (
    _Kind(
        "UploadSigningCertificate",
        "Certificate",
        "CertificateId",
        "ListSigningCertificates",
        "Certificates",
        "DeleteSigningCertificate",
        "",
        "must delete signing certificates first",
    ),
    _Kind(
        "UploadSSHPublicKey",
        "SSHPublicKey",
        "SSHPublicKeyId",
        "ListSSHPublicKeys",
        "SSHPublicKeys",
        "DeleteSSHPublicKey",
        "APKA",
        "must delete SSH public keys first",
    ),
    _Kind(
        "CreateServiceSpecificCredential",
        "ServiceSpecificCredential",
        "ServiceSpecificCredentialId",
        "ListServiceSpecificCredentials",
        "ServiceSpecificCredentials",
        "DeleteServiceSpecificCredential",
        "ACCA",
        "must delete service specific credentials first",
    ),
)
Parameters = dict[str, list[str]]
_held: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)  # account, user, kind


def _ids(parameters: Parameters, kind: _Kind) -> list[str]:
    account = internals.get("core.responses", "get_account_id")()
    return _held[account, _of(parameters, "UserName"), kind.one]


def _of(parameters: Parameters, name: str) -> str:
    return parameters.get(name, [""])[0]


def _answer(call: str, inside: str) -> Response:
    body = f"<{call}Response><{call}Result>{inside}</{call}Result></{call}Response>"
    return 200, {"Content-Type": "text/xml"}, body.encode()


def _calls(kind: _Kind) -> dict[str, Callable[[Parameters], Response]]:
    def shown(parameters: Parameters, one: str) -> str:
        user = escape(_of(parameters, "UserName"))
        return (
            f"<UserName>{user}</UserName><{kind.id}>{one}</{kind.id}><Status>Active</Status>"
            "<CertificateBody/><Fingerprint/><SSHPublicKeyBody/>"
        )

    def create(parameters: Parameters) -> Response:
        one = kind.prefix + secrets.token_hex(12).upper()
        _ids(parameters, kind).append(one)
        return _answer(kind.create, f"<{kind.one}>{shown(parameters, one)}</{kind.one}>")

    def listing(parameters: Parameters) -> Response:
        found = "".join(
            f"<member>{shown(parameters, one)}</member>" for one in _ids(parameters, kind)
        )
        end = "<IsTruncated>false</IsTruncated>"
        return _answer(kind.listing, f"<{kind.listed}>{found}</{kind.listed}>{end}")

    def delete(parameters: Parameters) -> Response:
        held, one = _ids(parameters, kind), _of(parameters, kind.id)
        if one not in held:
            return error(404, "NoSuchEntity", f"The {kind.one} with id {one} cannot be found.")
        held.remove(one)
        return _answer(kind.delete, "")

    return {kind.create: create, kind.listing: listing, kind.delete: delete}


def install() -> None:
    """Add the calls, keep a user who has such credentials, and add the policy."""
    handlers = internals.get("services.iam", "_IAM_HANDLERS")
    delete_user = handlers["DeleteUser"]

    def delete(parameters: Parameters) -> Any:
        for kind in KINDS:
            if _ids(parameters, kind):
                return error(409, "DeleteConflict", f"Cannot delete entity, {kind.first}.")
        return delete_user(parameters)

    for kind in KINDS:
        handlers.update(_calls(kind))
    handlers["DeleteUser"] = delete
    make = internals.get("services.iam", "_make_aws_managed_record")
    policies = internals.get("services.iam", "_aws_managed_policies")
    record = make("AWSDenyAll", json.dumps(_DENIAL), description="Deny all access.")
    policies["arn:aws:iam::aws:policy/AWSDenyAll"] = record
