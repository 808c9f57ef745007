"""A policy that AWS refuses at deployment."""

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.acting_on import acts_on_none
from whomay.engine.rules.reading.placed_statement import PlacedStatement, PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.condition_operators import OPERATORS
from whomay.iam.conditions import read_operator
from whomay.iam.facts.limits import SID
from whomay.iam.parse import problem_with
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.policy import Statement


def policy_refused(app: App) -> Iterator[Finding]:
    """Yield every policy that breaks the grammar of policies, with what breaks it."""
    for policy_type, policy, item in app.policies:
        if policy.refused:
            yield RULE.finding(item, "grammar", f"AWS refuses the policy: {policy.unknown}")
        sids = Counter(each.source.sid for each in policy.statements)
        for statement in policy.statements:
            placed = PlacedStatement(statement, policy, policy_type, item)
            faults = (*_faults(statement, policy_type, sids), *_by_service(statement, item.kind))
            for value, fault in faults:
                yield RULE.finding(placed, value, f"AWS refuses the policy: {fault}")


def _faults(
    statement: Statement, policy_type: PolicyType, sids: Counter[str]
) -> Iterator[tuple[str, str]]:
    of_resource = policy_type in (PolicyType.TRUST, PolicyType.RESOURCE)
    place = f"Statement[{statement.source.index}]"
    if problem := problem_with(statement, of_resource=of_resource):
        yield place, f"{place} of {_article(policy_type)} {problem}"
    if policy_type is PolicyType.TRUST and (statement.resources or statement.not_resources):
        yield "Resource", f"{place} of a trust policy must have no Resource: it is the role's own"
    if policy_type is not PolicyType.RESOURCE:
        yield from _sid(statement.source.sid, sids)
    for resource in statement.resources or statement.not_resources or ():
        if not resource.startswith(("*", "arn:", "arn*")) and not is_symbolic(resource):
            yield resource, f"{resource} is not an ARN; allowed: * or arn:PARTITION:SERVICE:…"
    for condition in statement.conditions:
        if read_operator(condition.operator) is None:
            yield (
                condition.operator,
                f"{condition.operator} is not an operator{_nearest(condition.operator)}",
            )


# S3 and KMS ask for a Resource, which other policies of resources may leave out. S3 also refuses
# a statement of which "Action does not apply to any resource(s) in statement".
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
# https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
_BUCKET_POLICY: Final = "AWS::S3::BucketPolicy"
_NEED_RESOURCE: Final = (_BUCKET_POLICY, "AWS::KMS::Key", "AWS::KMS::ReplicaKey")


def _by_service(statement: Statement, kind: str) -> Iterator[tuple[str, str]]:
    place = f"Statement[{statement.source.index}]"
    resources = statement.resources or ()
    if kind in _NEED_RESOURCE and not (resources or statement.not_resources):
        yield place, f"{place} of {kind} must have a Resource or NotResource"
    for action in (statement.actions or ()) if kind == _BUCKET_POLICY and resources else ():
        if problem := acts_on_none(action, resources):
            yield action, problem


def _sid(sid: str, sids: Counter[str]) -> Iterator[tuple[str, str]]:
    if sid and not SID.fullmatch(sid):
        yield f"Sid={sid}", f"the Sid {sid!r} may hold only A-Z, a-z and 0-9"
    if sid and sids[sid] > 1:
        yield f"Sid={sid}", f"two statements have the Sid {sid}"


def _nearest(operator: str) -> str:
    names = {each.name.lower(): each.name for each in OPERATORS.values()}
    near = get_close_matches(operator.rpartition(":")[2].lower(), names, n=1)
    return (
        f"; did you mean {names[near[0]]}?" if near else f"; allowed: {', '.join(names.values())}"
    )


def _article(policy_type: PolicyType) -> str:
    return f"an {policy_type}" if policy_type is PolicyType.IDENTITY else f"a {policy_type}"


RULE = Rule(
    id="policy-refused",
    severity=Severity.ERROR,
    title="a policy that breaks the grammar of policies, so that its deployment fails",
    why=(
        "AWS reads a policy only when it is deployed, and rolls the stack back when it cannot: a "
        "misspelled operator, a Sid with a blank, a Resource in a trust policy."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    fix="Write the element as the grammar has it, or leave it out.",
    bad=identity(
        """
        Effect: Allow
        Action: s3:ListBucket
        Resource: arn:aws:s3:::reports-2026
        Condition:
          StringEqual: {"s3:prefix": "home/"}
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: s3:ListBucket
        Resource: arn:aws:s3:::reports-2026
        Condition:
          StringEquals: {"s3:prefix": "home/"}
        """
    ),
    find=policy_refused,
)
