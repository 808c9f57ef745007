"""Exact acknowledgements of findings: one finding, on one construct, for one reason."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct

from whomay.cdk.access.granted import Granted
from whomay.cdk.arguments import checks
from whomay.cdk.jsii.before_synth import BeforeSynth
from whomay.cdk.jsii.construct_facts import cached_attribute
from whomay.cdk.jsii.rendered import as_list, rendered
from whomay.metadata.records import AcknowledgementRecord, write
from whomay.metadata.refusals import refuse, refuse_type

_OWNER: Final = re.compile(r"\S(?:.*\S)?")


def acknowledge(
    construct: IConstruct,
    id: str,
    *,
    reason: str,
    owner: str | None = None,
    expires: date | str | None = None,
) -> None:
    """Accept one finding on the construct and what it holds, and record why.

    `id` is the namespaced id that the finding itself prints, such as
    `AwsSolutions::AwsSolutions-SMG4` or `AccessRules::access-key[Stack.User]`: packs, rules and
    contract have the one mechanism. `owner` is who answers for it. `expires` is its last day, a
    date or `2027-03-31`; by default it counts for ever. Synth fails when it is expired, and when no
    finding matches it any more. An acknowledged annotation (`Annotation::…`) is the exception: CDK
    takes it out without a trace.

    A grave finding, such as a broken contract or an administrator, counts as acknowledged only where
    access.lock has the same acknowledgement (`whomay lock` writes it).

    Raises ValueError for an id without its namespace, a reason of fewer than ten words, a blank
    owner and a date that does not exist.
    """
    allowed = "the id with its pack's name, such as AwsSolutions::AwsSolutions-SMG4"
    if not isinstance(id, str):
        refuse_type("id", id, allowed, "copy it from the finding")
    if "::" not in id or id.startswith("::") or id.endswith("::"):
        refuse("id", id, allowed, "copy it from the finding")
    fix = "acknowledge on the construct that has the finding"
    checks.having("construct", construct, "node", "a construct", fix)
    checks.reason("reason", reason)
    checks.text("owner", owner, _OWNER, "the name of a team or a person", length=128)
    record = AcknowledgementRecord(id, reason, owner or "", _day(expires))
    cached_attribute(construct, "node").add_metadata(record.KEY, write(record))
    Validations.of(construct).acknowledge(Acknowledgment(id=id, reason=reason))


def _day(expires: date | str | None) -> date | None:
    allowed = "a day of the calendar, a date or text such as 2027-03-31"
    if expires is None:
        return None
    if type(expires) is date:  # a datetime is a date to isinstance, and is more than a day
        return expires
    if not isinstance(expires, str):
        refuse_type("expires", expires, allowed, "use datetime.date(2027, 3, 31)")
    try:
        return date.fromisoformat(expires)
    except ValueError:
        refuse("expires", expires, allowed, "write year, month and day")


def acknowledge_wildcards(construct: IConstruct, found: Sequence[Granted]) -> None:
    """Accept the wildcards of those accesses that give a `wildcard_reason`, each by its own id."""
    cached_attribute(construct, "node").add_validation(
        BeforeSynth(lambda: _acknowledge_wildcards(construct, found))
    )


def _acknowledge_wildcards(construct: IConstruct, found: Sequence[Granted]) -> None:
    for one in found:
        reason = getattr(one.access, "wildcard_reason", None)
        for document in rendered(construct, one.documents) if reason else ():
            if document["Effect"] == "Deny":
                continue
            for element in ("Action", "Resource"):
                for value in as_list(document.get(element, [])):
                    if "*" in value:
                        finding = f"AwsSolutions::AwsSolutions-IAM5[{element}::{value}]"
                        acknowledge(construct, finding, reason=str(reason))
                    if element == "Action" and value.endswith(":*"):
                        finding = f"AccessRules::full-access[{value}]"
                        acknowledge(construct, finding, reason=str(reason))
