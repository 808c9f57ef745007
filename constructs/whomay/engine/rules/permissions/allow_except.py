"""An Allow that says what it leaves out."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, identity


def allow_except(app: App) -> Iterator[Finding]:
    """Yield every Allow with NotAction, NotResource or NotPrincipal; a boundary may have them."""
    for placed in app.allowing(PolicyType.IDENTITY, PolicyType.TRUST, PolicyType.RESOURCE):
        for element, listed in (
            ("NotAction", placed.statement.not_actions),
            ("NotResource", placed.statement.not_resources),
            ("NotPrincipal", placed.statement.not_principals),
        ):
            if listed is not None:
                message = (
                    f"{element} allows all that it does not list, what AWS adds later included"
                )
                yield RULE.finding(placed, element, message)


RULE = Rule(
    id="allow-except",
    severity=Severity.ERROR,
    title="an Allow with `NotAction`, `NotResource` or `NotPrincipal`",
    why=(
        "The statement allows everything but what it lists: all services, all resources or all "
        "principals that exist or will exist. It reads like a restriction and is none."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
    fix="List what is allowed, or write a Deny of what is not beside a narrow Allow.",
    bad=identity(
        """
        Effect: Allow
        NotAction: iam:*
        Resource: "*"
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: sqs:SendMessage
        Resource: arn:aws:sqs:eu-west-1:111122223333:jobs
        """
    ),
    find=allow_except,
)
