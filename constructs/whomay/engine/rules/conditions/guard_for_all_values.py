"""A guard on all values of a key that may have none."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import requires
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.conditions import SetForm, read_operator

# Keys of which AWS's own examples say "all of those that are asked for": none is fine. A batch of
# changes of Route 53 always has one.
_LISTS_OF_WISHES: Final = (
    "aws:tagkeys",
    "dynamodb:attributes",
    "dynamodb:leadingkeys",
    "route53:changeresourcerecordsets",
    "ssm:resourcetag",
)


def guard_for_all_values(app: App) -> Iterator[Finding]:
    """Yield every Allow with ForAllValues that does not ask for the key to be there."""
    for placed in app.allowing(PolicyType.TRUST, PolicyType.RESOURCE, PolicyType.IDENTITY):
        for condition in placed.statement.conditions:
            key = condition.key.lower()
            wishes = placed.policy_type is PolicyType.IDENTITY and key.startswith(_LISTS_OF_WISHES)
            written = read_operator(condition.operator)
            every = written and written.set_form is SetForm.EVERY
            if every and not wishes and not requires(placed.statement, key):
                message = (
                    f"{condition.operator} holds for every request without {condition.key}: all of "
                    "no values match"
                )
                yield RULE.finding(placed, condition.key, message)


RULE = Rule(
    id="guard-for-all-values",
    severity=Severity.ERROR,
    title="an Allow whose guard is `ForAllValues`, without a Null condition on the same key",
    why=(
        "ForAllValues holds when the key is absent or empty. Guards on single-valued keys such as "
        "a token's sub or aud then hold for every token that lacks the claim."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    fix=(
        "Use the operator alone on a single-valued key; on a multivalued one add "
        'Null: {"the key": "false"} to the statement.'
    ),
    bad=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:role/Deployer"}
        Action: [sts:AssumeRole, sts:TagSession]
        Condition:
          ForAllValues:StringEquals: {"aws:PrincipalTag/team": data}
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:role/Deployer"}
        Action: [sts:AssumeRole, sts:TagSession]
        Condition:
          StringEquals: {"aws:PrincipalTag/team": data}
        """
    ),
    find=guard_for_all_values,
)
