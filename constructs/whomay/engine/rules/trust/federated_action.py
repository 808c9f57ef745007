"""An identity provider, and an action that it cannot do."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.patterns.matching import glob

_WEB_IDENTITY: Final = "sts:AssumeRoleWithWebIdentity"
_SAML: Final = "sts:AssumeRoleWithSAML"
# Asked beside whichever of them, and often in a statement of their own.
_BESIDE: Final = frozenset(("sts:tagsession", "sts:setsourceidentity"))


def federated_action(app: App) -> Iterator[Finding]:
    """Yield every principal of a trust with an action that this kind of principal cannot do."""
    for placed in app.allowing(PolicyType.TRUST):
        actions = placed.statement.actions
        if actions is None or _BESIDE.issuperset(action.lower() for action in actions):
            continue
        for kind, values in placed.statement.principals or ():
            for value in values:
                wanted = _action_of(kind, value)
                if not any(glob(action.lower())(wanted.lower()) for action in actions):
                    message = (
                        f"{value} comes by {wanted}, and the statement allows {', '.join(actions)}"
                    )
                    yield RULE.finding(placed, value, message)


def _action_of(kind: str, value: str) -> str:
    if kind != "Federated":
        return "sts:AssumeRole"
    return _SAML if ":saml-provider/" in value else _WEB_IDENTITY


RULE = Rule(
    id="federated-action",
    severity=Severity.ERROR,
    title="an identity provider trusted with `sts:AssumeRole`, or another principal with its action",
    why=(
        "Who comes with a token calls sts:AssumeRoleWithWebIdentity, who comes with a SAML assertion "
        "sts:AssumeRoleWithSAML, all others sts:AssumeRole: with another action nobody comes in, "
        "and the conditions on the token are never tested."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
    fix="Allow the action that belongs to the principal, in a statement of its own.",
    bad=trust(
        """
        Effect: Allow
        Principal:
          Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
        Action: sts:AssumeRole
        Condition:
          StringEquals:
            "token.actions.githubusercontent.com:aud": sts.amazonaws.com
            "token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:environment:prod"
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal:
          Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
        Action: sts:AssumeRoleWithWebIdentity
        Condition:
          StringEquals:
            "token.actions.githubusercontent.com:aud": sts.amazonaws.com
            "token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:environment:prod"
        """
    ),
    find=federated_action,
)
