"""How many statements, actions and principals the policy of a queue or of a topic may have.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
SQS takes 20 statements with a condition each, so all but the statements are counted in one of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from whomay.iam.facts import limits


@dataclass(frozen=True, slots=True)
class Excess:
    """More of something than a policy may have: `found` of them, and `limit` are allowed."""

    what: str
    found: int
    limit: int


_LIMITS: Final = {
    "AWS::SNS::TopicPolicy": limits.TOPIC_POLICY_COUNTS,
    "AWS::SQS::QueuePolicy": limits.QUEUE_POLICY_COUNTS,
}


def excess(kind: str, document: Any) -> Iterator[Excess]:
    """Yield what a policy has too much of; `kind` is the type that writes it in a template."""
    most = _LIMITS.get(kind, {})
    statements = _listed(document.get("Statement") if isinstance(document, dict) else None)
    if "statements" in most and len(statements) > most["statements"]:
        yield Excess("statements", len(statements), most["statements"])
    for statement in statements:
        for what, found in _counted(statement):
            if what in most and found > most[what]:
                yield Excess(what, found, most[what])


def _counted(statement: Any) -> Iterator[tuple[str, int]]:
    if not isinstance(statement, Mapping):
        return
    yield "actions in a statement", len(_listed(statement.get("Action")))
    principal = statement.get("Principal")
    named = principal.values() if isinstance(principal, Mapping) else [principal]
    yield "principals in a statement", sum(len(_listed(each)) for each in named)
    conditions = statement.get("Condition")
    keys = conditions.values() if isinstance(conditions, Mapping) else ()
    yield "conditions in a statement", sum(len(each) for each in keys if isinstance(each, Mapping))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
