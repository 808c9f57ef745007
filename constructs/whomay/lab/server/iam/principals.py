"""Whom a Principal names: it must exist, and is kept by its id, so that no later namesake is meant.

A user or role that is deleted leaves its id in the policies that named it. They do not mean one of
the same name that is made later. Users and roles of accounts that are not the lab's
cannot be looked up, and pass.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from whomay.iam.arn import parse_arn
from whomay.iam.named_principals import UNIQUE_ID, why_nobody
from whomay.lab.server import internals, kept_policies
from whomay.lab.server.calls import ERROR_STATUS, CallError, Response
from whomay.lab.server.evaluation import find_entity
from whomay.lab.server.iam.documents import TRUST
from whomay.lab.server.iam.operations import (
    Check,
    Kind,
    Operation,
    Parameters,
    around,
    ask_first,
    value,
)
from whomay.lab.server.opened_accounts import accounts

_ELEMENTS: Final = ("Principal", "NotPrincipal")
_IDS: Final = {Kind.USER: "UserId", Kind.ROLE: "RoleId"}


def check_trust(document: str) -> None:
    """Refuse a trust policy that names nobody.

    Raises:
        CallError: MalformedPolicyDocument.

    """
    for nobody in nobodies(document):
        text = f'Invalid principal in policy: "AWS":"{nobody}"'
        raise CallError("MalformedPolicyDocument", text)


def nobodies(document: str) -> Iterator[str]:
    """Yield the values of Principal and NotPrincipal that are nobody."""
    for statement in _statements(json.loads(document)):
        for element in _ELEMENTS:
            for named in _named(statement.get(element)):
                if why_nobody(named) or not _exists(named):
                    yield named


def _statements(document: Any) -> list[dict[str, Any]]:
    written = document.get("Statement", [])
    return written if isinstance(written, list) else [written]


def _named(principal: Any) -> list[str]:
    named = principal.get("AWS", []) if isinstance(principal, dict) else []
    return [named] if isinstance(named, str) else named


def _exists(named: str) -> bool:
    if UNIQUE_ID.fullmatch(named):
        return any(record[_IDS[kind]] == named for kind in _IDS for record in _everywhere(kind))
    arn = parse_arn(named)
    if arn is None or arn.kind not in ("role", "user") or arn.account not in accounts():
        return True
    return (find_entity(named) or {}).get("Arn") == named


def _everywhere(kind: Kind) -> list[dict[str, Any]]:
    return list(internals.get("services.iam", kind.store)._data.values())  # noqa: SLF001 - of all accounts


def _leave_id(arn: str, identity: str) -> None:
    """Put the id of somebody who is gone in the place of the ARN, in every policy that names it."""

    def rewrite(text: str) -> str:
        if f'"{arn}"' not in text:
            return text
        document = json.loads(text)
        for statement in _statements(document):
            for element in _ELEMENTS:
                if arn in _named(statement.get(element)):
                    kept = [identity if one == arn else one for one in _named(statement[element])]
                    statement[element]["AWS"] = kept if len(kept) > 1 else kept[0]
        return json.dumps(document)

    kept_policies.rewrite_all(rewrite)


def _leaving_id(kind: Kind) -> Callable[[Operation], Operation]:
    def deleting(inner: Operation) -> Operation:
        def delete(parameters: Parameters) -> Response:
            record = kind.find(parameters)
            answer = inner(parameters)
            if record and answer[0] < ERROR_STATUS:
                _leave_id(record["Arn"], record[_IDS[kind]])
            return answer

        return delete

    return deleting


def _ask(parameter: str) -> Check:
    return lambda parameters: check_trust(value(parameters, parameter))


def install() -> None:
    """Look up whom a trust policy names, and leave the ids of who is deleted."""
    for operation, parameter in TRUST.items():
        ask_first(operation, _ask(parameter))
    for kind in _IDS:
        around(f"Delete{kind.word}", _leaving_id(kind))
