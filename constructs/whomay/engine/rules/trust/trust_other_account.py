"""A role that another account may become as a whole."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import narrows
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.callers import account_named


def trust_other_account(app: App) -> Iterator[Finding]:
    """Yield every trust of another account that nothing narrows."""
    for placed in app.allowing(PolicyType.TRUST):
        if narrows(placed.statement):
            continue
        for kind, values in placed.statement.principals or ():
            for value in values:
                account = account_named(value) if kind == "AWS" else None
                if account not in (None, placed.item.account):
                    message = f"account {account} decides who in it may assume this role"
                    yield RULE.finding(placed, value, message)


RULE = Rule(
    id="trust-other-account",
    severity=Severity.ERROR,
    title="a trust policy that names another account, without external id, organization or principal",
    why=(
        "The other account alone decides who may come in. Should it be a service provider's, "
        "then without an external id each of its customers can make it act on this role: the "
        "confused deputy."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    fix=(
        "Require sts:ExternalId from a third party, aws:PrincipalOrgID within an organization, "
        "or name the user or role, as the principal or by aws:PrincipalArn."
    ),
    bad=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::444455556666:root"}
        Action: sts:AssumeRole
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal: {AWS: "arn:aws:iam::444455556666:root"}
        Action: sts:AssumeRole
        Condition:
          StringEquals: {"sts:ExternalId": tenant-4711}
        """
    ),
    find=trust_other_account,
)
