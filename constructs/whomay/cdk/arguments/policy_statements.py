"""Checks of the statements of an access, before they become a policy."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from aws_cdk import aws_iam as iam

from whomay.cdk.arguments import arns, checks
from whomay.cdk.jsii.rendered import as_list
from whomay.iam.facts import limits
from whomay.iam.facts.actions import actions_of, is_action, services
from whomay.metadata.conditions import checked_conditions
from whomay.metadata.refusals import refuse, refuse_type
from whomay.metadata.statements import check_elements
from whomay.metadata.tokens import unresolved

_ACTION: Final = re.compile(r"([a-z0-9-]+):([A-Za-z0-9*?]+)", re.IGNORECASE)
_READ_ABOUT_KEYS: Final = frozenset(("kms:getkeypolicy", "kms:listgrants", "kms:listkeys"))


def checked_statement(statement: object, *, wide: bool) -> dict[str, Any]:
    """Return a statement as JSON.

    Raises ValueError for a statement that allows more than it names, or never applies.

    `wide` admits whole services, NotAction, NotResource and the resource `*`: an access that needs
    them has a reason. No reason admits a KMS action on other than a key, but those that list keys
    and read who may use them.
    """
    if not isinstance(statement, iam.PolicyStatement):
        fix = "return iam.PolicyStatement(actions=[…], resources=[…])"
        refuse_type("statements", statement, "policy statements", fix)
    document: dict[str, Any] = statement.to_statement_json()
    allows = document.get("Effect") == "Allow"
    for element in ("NotAction", "NotResource"):
        if element in document and allows and not wide:
            fix = "name what is allowed instead, or give the access a wildcard_reason"
            allowed = f"{element.removeprefix('Not')} with exact values"
            refuse("access", element, allowed, fix)
    check_elements(document)
    actions, resources = (as_list(document.get(one, [])) for one in ("Action", "Resource"))
    for action in actions:
        _check_action(action, wide=wide or not allows)
    for resource in resources:
        _check_resource(resource, wide=wide or not allows)
        if allows and any(_uses_a_key(action, wide=wide) for action in actions):
            _check_key(resource)
    if "Condition" in document:
        checked_conditions(document["Condition"], purpose="allow" if allows else "deny")
    return document


def check_sids(documents: Iterable[Mapping[str, Any]]) -> None:
    """Raise a ValueError for a Sid that IAM refuses, and for one that two statements share."""
    sids = [document["Sid"] for document in documents if "Sid" in document]
    for sid in sids:
        checks.text("sid", sid, limits.SID, "A-Z a-z 0-9 alone in an identity policy", length=128)
        if sids.count(sid) > 1:
            refuse("sid", sid, "each Sid once in a policy", "name the statements apart")


def _check_action(action: str, *, wide: bool) -> None:
    if unresolved(action) or (wide and not action.strip("*?")):
        return
    found = _ACTION.fullmatch(action)
    name = found[2] if found else action
    if not name.strip("*?:") and not wide:
        fix = "write the actions out, or give the access a wildcard_reason"
        refuse("actions", action, "actions by name, such as s3:GetObject", fix)
    if not found:
        refuse("actions", action, "one service and one action, such as s3:GetObject")
    service = found[1].lower()
    if service not in services():
        near = difflib.get_close_matches(service, services(), n=1)
        fix = (
            f"did you mean {near[0]}:{name}?" if near else "see the Service Authorization Reference"
        )
        refuse("actions", action, "actions of a service of AWS", fix)
    if not set("*?") & set(name) and not is_action(f"{service}:{name}"):
        names = [known.partition(":")[2] for known in actions_of(service)]
        near = difflib.get_close_matches(name, names, n=1)
        fix = (
            f"did you mean {service}:{near[0]}?"
            if near
            else "see the Service Authorization Reference"
        )
        refuse("actions", action, f"actions of {service}", fix)


def _check_resource(resource: object, *, wide: bool) -> None:
    if not isinstance(resource, str) or arns.opaque(resource) or (wide and resource == "*"):
        return
    if not resource.strip("*?"):
        fix = "name the ARNs, or give the access a wildcard_reason"
        refuse("resources", resource, "resources by ARN", fix)
    if not limits.POLICY_TEXT.fullmatch(resource):
        refuse("resources", resource, "characters that a policy may hold", "encode others")
    arn = arns.check("resources", resource)
    bucket = arn.kind
    if (
        arn.service == "s3"
        and ":" not in bucket
        and bucket not in ("accesspoint", "job", "storage-lens")
    ):
        if set("*?") & set(bucket) and not wide:
            fix = f"{bucket} matches other people's buckets too: write the whole name"
            refuse("resources", resource, "one bucket by its name", fix)
        if not set("*?<>") & set(bucket) and not limits.BUCKET_NAME.fullmatch(bucket):
            refuse("resources", resource, "a bucket's name of a-z 0-9 . -", f"{bucket!r} is none")


def _uses_a_key(action: str, *, wide: bool) -> bool:
    name = action.lower()
    return name.startswith("kms:") and not (wide and name in _READ_ABOUT_KEYS)


def _check_key(resource: object) -> None:
    if not isinstance(resource, str) or arns.opaque(resource):
        return
    arn = arns.parsed(resource)
    named = f"{arn.region}:{arn.account}:{arn.resource}" if arn else resource
    if set("*?") & set(named) or (arn and arn.kind == "alias"):
        allowed = "the ARN of one key for a kms action"
        fix = "* is every key that trusts IAM, and an alias is not a key: name the key"
        refuse("resources", resource, allowed, fix)
