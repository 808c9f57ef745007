"""Exact acknowledgements of findings: one finding, on one construct, for one reason."""

from collections.abc import Callable, Sequence
from typing import Final

import jsii
from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct, IValidation

from whomay.cdk import checks
from whomay.cdk.access import Access
from whomay.cdk.rendered import rendered

ACKNOWLEDGED: Final = "whomay:acknowledged"


def acknowledge(construct: IConstruct, id: str, *, reason: str) -> None:
    """Accept one finding on the construct and what it holds, and record why.

    `id` is the namespaced id that the finding itself prints, such as
    `AwsSolutions::AwsSolutions-SMG4`. Synth fails when no finding matches it any more.

    Raises ValueError for an id without its namespace, and for a reason of fewer than ten words.
    """
    allowed = "the id with its pack's name, such as AwsSolutions::AwsSolutions-SMG4"
    if not isinstance(id, str):
        checks.refuse_type("id", id, allowed, "copy it from the finding")
    if "::" not in id or id.startswith("::") or id.endswith("::"):
        checks.refuse("id", id, allowed, "copy it from the finding")
    fix = "acknowledge on the construct that has the finding"
    checks.having("construct", construct, "node", "a construct", fix)
    checks.reason("reason", reason)
    construct.node.add_metadata(ACKNOWLEDGED, {"id": id, "reason": reason})
    Validations.of(construct).acknowledge(Acknowledgment(id=id, reason=reason))


def acknowledge_wildcards(construct: IConstruct, access: Sequence[Access]) -> None:
    """Accept the wildcards of those accesses that give a `wildcard_reason`, each by its own id."""
    construct.node.add_validation(Late(lambda: _acknowledge_wildcards(construct, access)))


@jsii.implements(IValidation)
class Late:
    """Acts when the app is built and references between stacks are resolved: a finding's id holds them."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    def validate(self) -> list[str]:
        """Act; there is nothing to complain of."""
        self._act()
        return []


def _acknowledge_wildcards(construct: IConstruct, access: Sequence[Access]) -> None:
    for one in access:
        reason = getattr(one, "wildcard_reason", None)
        for statement in one.statements() if reason else ():
            document = rendered(construct, statement.to_statement_json())
            if document["Effect"] == "Deny":
                continue
            for element in ("Action", "Resource"):
                values = document.get(element, [])
                for value in values if isinstance(values, list) else [values]:
                    if "*" in value:
                        finding = f"AwsSolutions::AwsSolutions-IAM5[{element}::{value}]"
                        acknowledge(construct, finding, reason=str(reason))
