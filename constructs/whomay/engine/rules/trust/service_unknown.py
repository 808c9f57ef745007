"""A service that AWS does not have, or not here."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.engine.rules.trust.service_condition import service_principals
from whomay.iam.facts import service_principals as services
from whomay.iam.patterns.symbols import is_symbolic

_SAME_NAMES: Final = frozenset(("aws", "aws-cn", "aws-us-gov"))


def service_unknown(app: App) -> Iterator[Finding]:
    """Yield every service principal that does not exist, or is another partition's."""
    for placed in app.allowing(PolicyType.TRUST, PolicyType.RESOURCE):
        for service in service_principals(placed.statement):
            partition = placed.item.template.partition
            if service.endswith(services.CHINA_SUFFIX) and partition != "aws-cn":
                message = f"{service} is a service of aws-cn, and this stack is in {partition}"
                yield RULE.finding(placed, service, message)
            elif partition in _SAME_NAMES and not (
                is_symbolic(service) or services.exists(service)
            ):
                near = services.nearest(service)
                question = f": did you mean {near}?" if near else ""
                yield RULE.finding(placed, service, f"AWS has no service {service}{question}")


RULE = Rule(
    id="service-unknown",
    severity=Severity.ERROR,
    title="a service principal that AWS does not have, or has in another partition",
    why=(
        "IAM refuses some names that do not exist and stores others; then the service that was "
        "meant cannot use the role."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services",
    fix="Write the name as the service's documentation gives it, `lambda.amazonaws.com`.",
    bad=trust(
        """
        Effect: Allow
        Principal: {Service: lamda.amazonaws.com}
        Action: sts:AssumeRole
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {Service: lambda.amazonaws.com}
        Action: sts:AssumeRole
        """
    ),
    find=service_unknown,
)
