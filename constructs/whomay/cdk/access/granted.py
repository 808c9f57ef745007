"""What a principal may do. An access is one intent, and turns into exact policy statements."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aws_cdk import aws_iam as iam

from whomay.cdk.arguments import checks
from whomay.cdk.arguments import policy_statements as statements
from whomay.cdk.jsii.rendered import as_list
from whomay.iam.policy import Condition, Statement
from whomay.iam.taken_back import taken_back
from whomay.metadata.refusals import refuse, refuse_type, sequence


class Access(Protocol):
    """One thing that a principal may do. Any object with `statements()` is one.

    Write a team's own as a frozen dataclass with plain actions and exact resources. `services` is
    optional: the VPC endpoints that it needs, where its actions do not tell them.
    """

    def statements(self) -> Sequence[iam.PolicyStatement]:
        """Return the statements that allow it, and nothing more."""
        ...


@dataclass(frozen=True)
class Granted:
    """An access and its statements, also as JSON: each is asked for once."""

    access: Access
    statements: Sequence[iam.PolicyStatement]
    documents: Sequence[Mapping[str, Any]]


def granted(access: Iterable[Access]) -> list[Granted]:
    """Return each access with its statements, after checking them.

    Raises ValueError for an empty list, and for an access without statements. Without a
    `wildcard_reason` it refuses a whole service (`s3:*`), NotAction and NotResource. It always
    refuses a key action on every key, and a Sid that IAM would refuse.
    """
    given = sequence("access", access, "an access")
    found = [_granted(one) for one in given]
    documents = [document for one in found for document in one.documents]
    if all(document["Effect"] == "Deny" for document in documents):
        refuse("access", "Deny alone", "an access that allows something", "add what it may do")
    _refuse_denied(documents)
    statements.check_sids(documents)
    return found


def document_of(found: Iterable[Granted]) -> iam.PolicyDocument:
    """Gather the statements of several accesses into one document."""
    return iam.PolicyDocument(statements=[each for one in found for each in one.statements])


def policy_document(access: Iterable[Access]) -> iam.PolicyDocument:
    """Return the document of several accesses, after checking them; raises as `granted` does."""
    return document_of(granted(access))


def _granted(access: Access) -> Granted:
    if isinstance(access, type) or not callable(getattr(access, "statements", None)):
        allowed = "objects with statements(), such as BucketAccess.read(bucket)"
        refuse_type("access", access, allowed, "a class or an action is not an access yet")
    reason = getattr(access, "wildcard_reason", None)
    if reason is not None:
        checks.reason("wildcard_reason", reason)
    found = list(sequence("statements", access.statements(), "a policy statement"))
    wide = reason is not None
    documents = [statements.checked_statement(one, wide=wide) for one in found]
    return Granted(access, found, documents)


def _refuse_denied(documents: Sequence[Mapping[str, Any]]) -> None:
    """Refuse what allows an action and denies it: the Deny would win, and nothing be allowed."""
    found = [_statement(document) for document in documents]
    for allow in found:
        if denied := list(taken_back(allow, found)) if allow.effect == "Allow" else []:
            fix = "a Deny always wins: take one of the two out"
            refuse(
                "access", f"Allow and Deny of {', '.join(denied)}", "one effect for a request", fix
            )


def _statement(document: Mapping[str, Any]) -> Statement:
    """Return a statement to compare with others; its whole Condition counts as one."""
    written = json.dumps(document.get("Condition"), sort_keys=True)
    return Statement(
        effect=document["Effect"],
        actions=_listed(document, "Action"),
        not_actions=_listed(document, "NotAction"),
        resources=_listed(document, "Resource"),
        not_resources=_listed(document, "NotResource"),
        conditions=(Condition("", written, ()),) if "Condition" in document else (),
    )


def _listed(document: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    return tuple(map(str, as_list(document[name]))) if name in document else None
