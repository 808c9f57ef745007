"""A service that may come for any account."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import SOURCE_KEYS, narrows
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.engine.rules.trust.service_condition import service_principals
from whomay.iam.facts import service_principals as services


def service_source_account(app: App) -> Iterator[Finding]:
    """Yield every trust of a service that sends its account and is not asked for it."""
    for placed in app.allowing(PolicyType.TRUST):
        for service in service_principals(placed.statement):
            sends = services.plain(service) in services.SENDS_SOURCE_ACCOUNT
            if sends and not narrows(placed.statement, SOURCE_KEYS):
                message = f"{service} may assume this role on behalf of any account"
                yield RULE.finding(placed, service, message)


RULE = Rule(
    id="service-source-account",
    severity=Severity.WARNING,
    title="a service that sends `aws:SourceAccount`, trusted without a condition on it",
    why=(
        "A service acts for all its customers. AWS recommends to bind it to the own account where "
        "it says for whom it acts; these services document that they do."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention",
    fix=(
        "Add StringEquals on aws:SourceAccount with the own account id, or ArnLike on aws:SourceArn "
        "with an ARN that holds it."
    ),
    bad=trust(
        """
        Effect: Allow
        Principal: {Service: ssm.amazonaws.com}
        Action: sts:AssumeRole
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {Service: ssm.amazonaws.com}
        Action: sts:AssumeRole
        Condition:
          StringEquals: {"aws:SourceAccount": "111122223333"}
        """
    ),
    find=service_source_account,
)
