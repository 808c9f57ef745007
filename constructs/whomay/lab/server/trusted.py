"""A trust policy may name only users and roles that exist: AWS refuses it otherwise.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
Those of accounts that are not the lab's cannot be looked up, and pass.
"""

import json
from collections.abc import Callable
from typing import Any

from whomay.iam.arn import parse_arn
from whomay.lab.server import internals, mfa
from whomay.lab.server.evaluation import find_entity
from whomay.lab.server.opened_accounts import accounts


def invalid_principal(document: Any) -> str | None:
    """Return the first user or role that the trust policy names and that does not exist."""
    parsed = json.loads(document) if isinstance(document, str) else document
    written = parsed.get("Statement", [])
    for statement in written if isinstance(written, list) else [written]:
        principal = statement.get("Principal")
        named = principal.get("AWS", []) if isinstance(principal, dict) else []
        for arn in [named] if isinstance(named, str) else named:
            who = parse_arn(arn)
            known = any(arn.startswith(f"arn:aws:iam::{account}:") for account in accounts())
            if known and who and who.kind in ("role", "user") and find_entity(arn) is None:
                return str(arn)
    return None


def refusal(arn: str) -> str:
    """Return AWS's words for it."""
    return f'Invalid principal in policy: "AWS":"{arn}"'


def _checked(inner: Callable[..., Any], parameter: str) -> Callable[..., Any]:
    def handle(parameters: dict[str, list[str]]) -> Any:
        try:
            invalid = invalid_principal(parameters.get(parameter, ["{}"])[0])
        except (AttributeError, TypeError, ValueError):  # not a policy: the call itself says so
            invalid = None
        if invalid:
            return mfa.error(400, "MalformedPolicyDocument", refusal(invalid))
        return inner(parameters)

    return handle


def install() -> None:
    """Check what the two calls write; CloudFormation's role checks it too."""
    handlers = internals.get("services.iam", "_IAM_HANDLERS")
    for action, parameter in (
        ("CreateRole", "AssumeRolePolicyDocument"),
        ("UpdateAssumeRolePolicy", "PolicyDocument"),
    ):
        handlers[action] = _checked(handlers[action], parameter)
