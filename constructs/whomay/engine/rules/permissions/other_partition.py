"""An ARN of another partition than the stack's."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PlacedStatement
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.arn import split_arn
from whomay.iam.patterns.symbols import is_symbolic


def other_partition(app: App) -> Iterator[Finding]:
    """Yield every ARN of a policy whose partition is not that of its stack."""
    for placed in app.statements:
        own = placed.item.template.partition
        for value in _arns(placed):
            partition = split_arn(value)[1]
            if partition != own and not is_symbolic(partition) and "*" not in partition:
                message = (
                    f"{value} is in the partition {partition or '(none)'}, and this stack in {own}"
                )
                yield RULE.finding(placed, value, message)


def _arns(placed: PlacedStatement) -> Iterator[str]:
    statement = placed.statement
    texts = [*(statement.resources or ()), *(statement.not_resources or ())]
    for principals in (statement.principals, statement.not_principals):
        texts += (value for _, values in principals or () for value in values)
    texts += (value for condition in statement.conditions for value in condition.values)
    return (text for text in texts if text.startswith("arn:") and text.count(":") > 1)


RULE = Rule(
    id="other-partition",
    severity=Severity.WARNING,
    title="an ARN of another partition, such as `arn:aws-cn:` in a stack in `aws`",
    why=(
        "Partitions share nothing: the ARN names no resource that the principal could ever reach. "
        "An Allow on it is dead, and so is a Deny."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
    fix="Use the stack's partition: Aws.PARTITION in CDK, ${AWS::Partition} in a template.",
    bad=identity(
        """
        Effect: Allow
        Action: s3:GetObject
        Resource: arn:aws-cn:s3:::reports-2026/*
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: s3:GetObject
        Resource: arn:aws:s3:::reports-2026/*
        """
    ),
    find=other_partition,
)
