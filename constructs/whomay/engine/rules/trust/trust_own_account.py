"""A role that its whole own account may assume."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.callers import account_named


def trust_own_account(app: App) -> Iterator[Finding]:
    """Yield every trust of the role's own account that has no condition."""
    for placed in app.allowing(PolicyType.TRUST):
        if placed.statement.conditions:
            continue
        for kind, values in placed.statement.principals or ():
            for value in values:
                if kind == "AWS" and placed.item.account in (value, account_named(value)):
                    message = (
                        "every principal of this account whose own policies allow sts:AssumeRole "
                        "may assume this role"
                    )
                    yield RULE.finding(placed, value, message)


RULE = Rule(
    id="trust-own-account",
    severity=Severity.WARNING,
    title="a trust policy that names its own account as a whole, without a condition",
    why=(
        "`:root` stands for the account: whoever gets sts:AssumeRole on `*` by any policy of the "
        "account assumes this role too, so the trust policy decides nothing."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    fix="Name the users and roles, or add a condition such as ArnLike on aws:PrincipalArn.",
    bad=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:root"}
        Action: sts:AssumeRole
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::111122223333:role/Deployer"}
        Action: sts:AssumeRole
        """
    ),
    find=trust_own_account,
)
