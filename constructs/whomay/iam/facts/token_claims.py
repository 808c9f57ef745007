"""Which claims of a token STS turns into condition keys, by identity provider.

A token holds more claims than these. A condition on another one never has a value.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
"""

from collections.abc import Mapping
from typing import Final

_OF_ALL: Final = frozenset(("amr", "aud", "email", "oaud", "sub"))

_MORE: Final[Mapping[str, frozenset[str]]] = {
    "cognito-identity.amazonaws.com": frozenset(),
    "gitlab.com": frozenset(("namespace_id", "pipeline_source", "project_id", "ref_protected")),
    "app.terraform.io": frozenset(),
    "graph.facebook.com": frozenset(("app_id", "id")),
    "token.actions.githubusercontent.com": frozenset(
        (
            "actor",
            "actor_id",
            "enterprise_id",
            "environment",
            "job_workflow_ref",
            "ref",
            "repository",
            "repository_id",
            "repository_owner_id",
            "workflow",
        )
    ),
    "www.amazon.com": frozenset(("app_id", "user_id")),
}
_EKS: Final = "oidc.eks."


def claims_of(issuer: str) -> frozenset[str] | None:
    """Return the claims of a provider that conditions can test, in lower case; None if unsure.

    >>> sorted(claims_of("app.terraform.io"))
    ['amr', 'aud', 'email', 'oaud', 'sub']
    >>> claims_of("login.example.com") is None
    True
    """
    host = issuer.lower().partition("/")[0]
    if host.startswith(_EKS):
        return _OF_ALL
    return _OF_ALL | _MORE[host] if host in _MORE else None
