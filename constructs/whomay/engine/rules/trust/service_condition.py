"""A service that would have to prove what no service can."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.facts import service_principals as services
from whomay.iam.policy import Statement


def service_condition(app: App) -> Iterator[Finding]:
    """Yield every condition beside a service principal on a key that the service never sends."""
    for placed in app.allowing(PolicyType.TRUST):
        for service in service_principals(placed.statement):
            for condition in placed.statement.conditions:
                if condition.key.lower() in services.never_sent(service):
                    message = (
                        f"{service} never sends {condition.key}, so it cannot assume this role"
                    )
                    yield RULE.finding(placed, f"{condition.key} of {service}", message)


def service_principals(statement: Statement) -> Iterator[str]:
    """Return the service principals that the statement names."""
    for kind, values in statement.principals or ():
        if kind == "Service":
            yield from (value for value in values if value != "*")


RULE = Rule(
    id="service-condition",
    severity=Severity.ERROR,
    title="MFA, an external id or an organization asked of a service principal",
    why=(
        "No service gives an MFA code, and few send an external id, so the role cannot be used. "
        "Mostly the condition was meant for another principal of the same statement, and is lost "
        "when somebody repairs the role by taking it out."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    fix="Give each principal a statement of its own; bind a service by aws:SourceAccount.",
    bad=trust(
        """
        Effect: Allow
        Principal: {Service: lambda.amazonaws.com}
        Action: sts:AssumeRole
        Condition:
          Bool: {"aws:MultiFactorAuthPresent": "true"}
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {Service: firehose.amazonaws.com}
        Action: sts:AssumeRole
        Condition:
          StringEquals: {"sts:ExternalId": "111122223333"}
        """
    ),
    find=service_condition,
)
