"""A condition on a claim that never reaches AWS."""

from collections.abc import Iterator

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.facts.token_claims import claims_of


def oidc_claim(app: App) -> Iterator[Finding]:
    """Yield every condition of a trust policy on a claim that STS takes from no token."""
    for placed in app.allowing(PolicyType.TRUST):
        for condition in placed.statement.conditions:
            issuer, _, claim = condition.key.rpartition(":")
            known = claims_of(issuer)
            if known is not None and claim.lower() not in known:
                message = (
                    f"STS takes no claim {claim} from a token of {issuer}; allowed: "
                    f"{', '.join(sorted(known))}"
                )
                yield RULE.finding(placed, condition.key, message)


RULE = Rule(
    id="oidc-claim",
    severity=Severity.ERROR,
    title="a condition on a claim of a token that STS does not pass on",
    why=(
        "A token holds more claims than AWS takes from it. The key is then never there: a positive "
        "condition lets nobody in, and a negated one or one with IfExists guards nothing."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
    fix="Compare aud and sub, or a claim that the provider's list of condition keys has.",
    bad=trust(
        """
        Effect: Allow
        Principal:
          Federated: "arn:aws:iam::111122223333:oidc-provider/gitlab.com"
        Action: sts:AssumeRoleWithWebIdentity
        Condition:
          StringEquals:
            "gitlab.com:aud": "https://gitlab.com"
            "gitlab.com:sub": "project_path:octo-group/octo-project:ref_type:branch:ref:main"
            "gitlab.com:user_login": "ada"
        """
    ),
    good=trust(
        """
        Effect: Allow
        Principal:
          Federated: "arn:aws:iam::111122223333:oidc-provider/gitlab.com"
        Action: sts:AssumeRoleWithWebIdentity
        Condition:
          StringEquals:
            "gitlab.com:aud": "https://gitlab.com"
            "gitlab.com:sub": "project_path:octo-group/octo-project:ref_type:branch:ref:main"
        """
    ),
    find=oidc_claim,
)
