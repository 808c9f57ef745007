"""Every action on every resource."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType, allows_everything
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.arn import name_in
from whomay.iam.facts.managed_policies import managed_policy


def administrator(app: App) -> Iterator[Finding]:
    """Yield every statement that allows everything, and every principal with such an AWS policy."""
    for placed in app.allowing(PolicyType.IDENTITY):
        if placed.allows_everything:
            message = "the statement allows every action on every resource"
            yield RULE.finding(placed, "*", message)
    for item, arn in app.attached_arns():
        if any(allows_everything(statement) for statement in managed_policy(arn).statements):
            name = name_in(arn)
            message = f"AWS's policy {name} allows every action on every resource"
            yield RULE.finding(item, name, message)


RULE = Rule(
    id="administrator",
    severity=Severity.ERROR,
    title="a policy that allows every action on every resource, such as AdministratorAccess",
    why=(
        "Whoever has it, or becomes it, owns the account. A boundary or a Deny may cap it today; "
        "then the policy says more than it gives, and gives it when the cap goes."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    fix="Name the actions and the resources that the work needs.",
    bad=identity(
        """
        Effect: Allow
        Action: "*"
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
    find=administrator,
    grave=True,
)
