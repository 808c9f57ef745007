"""A role that everyone in AWS may assume."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import of_known_accounts
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust


def trust_everyone(app: App) -> Iterator[Finding]:
    """Yield every trust of `*` that no condition limits to named accounts or organizations."""
    for placed in app.allowing(PolicyType.TRUST):
        for kind, values in placed.statement.principals or ():
            if "*" in values and not of_known_accounts(placed.statement):
                who = "every principal of every account" if kind in ("*", "AWS") else f"any {kind}"
                message = f"{who} is trusted to assume this role"
                yield RULE.finding(placed, "*" if kind == "*" else f"{kind}:*", message)


RULE = Rule(
    id="trust-everyone",
    severity=Severity.ERROR,
    title="a trust policy whose principal is `*`",
    why=(
        "Everyone who has an AWS account can assume the role. A condition on anything but account, "
        "organization or principal leaves that to values which a caller may know or choose."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    fix="Name the principals, or add StringEquals on aws:PrincipalOrgID to the same statement.",
    bad=trust(
        """
        Effect: Allow
        Principal: {AWS: "*"}
        Action: sts:AssumeRole
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {AWS: "*"}
        Action: sts:AssumeRole
        Condition:
          StringEquals: {"aws:PrincipalOrgID": o-exampleorg1}
        """
    ),
    find=trust_everyone,
    grave=True,
)
