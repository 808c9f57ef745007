"""A way to become any role or user of the account."""

from collections.abc import Iterator, Mapping
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.becoming import CREDENTIALS
from whomay.engine.rules.reading.escalation_paths import paths_of
from whomay.engine.rules.reading.policy_writing import GIVING_EVERYTHING, OF_ROLES, iam_of
from whomay.engine.rules.rule import Finding, Rule, Severity, identity
from whomay.engine.snapshot import Principal
from whomay.iam.patterns.matching import arn

_GIVE: Final[Mapping[str, tuple[str, ...]]] = {
    "role": OF_ROLES,
    "policy": ("iam:CreatePolicyVersion",),
}


def escalation_outside(app: App) -> Iterator[Finding]:
    """Yield every principal that may become whichever role or user the account has."""
    for who in app.snapshot.principals:
        if app.is_administrator(who):
            continue
        for kind, actions in CREDENTIALS.items():
            if allowed := _on_any(app, who, kind, actions):
                yield _finding(app, who, allowed, f"become any {kind} of the account")
        if _may_assume_any(app, who):
            given = [
                each for kind, actions in _GIVE.items() for each in _on_any(app, who, kind, actions)
            ]
            if given:
                what = "give any permission to a role and assume it"
                yield _finding(app, who, [*given, "sts:AssumeRole"], what)


def _on_any(app: App, who: Principal, kind: str, actions: tuple[str, ...]) -> list[str]:
    """Return those of the actions that the principal may do on any role, user or policy."""
    resource = f"{iam_of(who)}:{kind}/any-{kind}"
    return [each for each in actions if app.may(who, each, resource, GIVING_EVERYTHING)]


def _may_assume_any(app: App, who: Principal) -> bool:
    """Tell whether the principal gets into every role that trusts its account."""
    role = f"{iam_of(who)}:role/any-role"
    if not app.may_name(who, "sts:AssumeRole"):
        return False
    return any(arn(each)(role) for each in app.named_resources(who, "sts:AssumeRole"))


def _finding(app: App, who: Principal, actions: list[str], what: str) -> Finding:
    message = f"by {' and '.join(actions)} it can {what}{paths_of(actions)}"
    return RULE.finding(app.by_path[who.path], ",".join(actions), message)


RULE = Rule(
    id="escalation-outside",
    severity=Severity.ERROR,
    title="a principal that may make itself any role or user of the account",
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
