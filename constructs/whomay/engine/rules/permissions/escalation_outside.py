"""A way to become any role or user of the account."""

from collections.abc import Iterator, Mapping
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.iam.arn import split_arn

# What makes credentials of a principal, by the kind of principal.
_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "role": ("iam:UpdateAssumeRolePolicy",),
    "user": ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"),
}


def escalation_outside(app: App) -> Iterator[Finding]:
    """Yield every principal that may become whichever role or user the account has."""
    for who in app.snapshot.principals:
        if app.is_administrator(who):
            continue
        iam = f"arn:{split_arn(who.arn)[1]}:iam::{who.account}"
        for kind, actions in _ACTIONS.items():
            allowed = [each for each in actions if app.may(who, each, f"{iam}:{kind}/any-{kind}")]
            if allowed:
                message = f"by {', '.join(allowed)} it can become any {kind} of the account"
                yield RULE.finding(app.by_path[who.path], ",".join(allowed), message)


RULE = Rule(
    id="escalation-outside",
    severity=Severity.ERROR,
    title="a principal that may rewrite the trust of any role, or make credentials of any user",
    why=(
        "Every account has administrators, in this app or outside it. Who may change whom a role "
        "trusts, or make a key or a password of any user, becomes one of them."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    fix="Name the roles or users, or let people manage their own keys: user/${aws:username}.",
    bad=identity(
        """
        Effect: Allow
        Action: iam:UpdateAssumeRolePolicy
        Resource: "*"
        """
    ),
    good=identity(
        """
        Effect: Allow
        Action: iam:UpdateAssumeRolePolicy
        Resource: arn:aws:iam::111122223333:role/apps/reports
        """
    ),
    find=escalation_outside,
)
