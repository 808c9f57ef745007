"""Policy evaluation where MiniStack departs from AWS.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
from typing import Any

from whomay.lab.server import internals
from whomay.lab.server.sts import find_role


def _principal_arn_of_sessions(inner: Any) -> Any:
    """aws:PrincipalArn of a role session is the role's ARN, path included."""

    def resolve_condition_key(key: str, context: Any) -> Any:
        value = inner(key, context)
        if key.lower() == "aws:principalarn" and ":assumed-role/" in str(value):
            account, name = value.split(":")[4], value.split("/")[1]
            role = find_role(f"arn:aws:iam::{account}:role/{name}")
            return role["Arn"] if role else value
        return value

    return resolve_condition_key


def trust_names(role: dict[str, Any], caller: str) -> bool:
    """Tell whether a statement of the role's trust policy allows this caller by its full ARN."""
    statements = json.loads(role["AssumeRolePolicyDocument"])["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal")
        named = principal.get("AWS", []) if isinstance(principal, dict) else []
        if statement["Effect"] == "Allow" and caller in (
            [named] if isinstance(named, str) else named
        ):
            return True
    return False


def _trust_alone_suffices(inner: Any) -> Any:
    """Ask no identity policy of who is named in the trust policy of a role of its own account."""

    def enforce(  # noqa: PLR0917 - MiniStack's own signature
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        result = inner(access_key_id, iam_action, service, region, resource_arn, service_context)
        result_type = internals.get("core.iam_evaluator", "EvalResult")
        if iam_action != "sts:AssumeRole" or not isinstance(result, result_type):
            return result
        own = f":{internals.get('core.responses', 'get_account_id')()}:" in resource_arn
        role = find_role(resource_arn) if own else None
        if result.decision == "ImplicitDeny" and role and trust_names(role, result.principal_arn):
            return None  # STS evaluates the trust policy next, conditions included
        return result

    return enforce


def install() -> None:
    """Put the corrections in place."""
    internals.replace("core.iam_evaluator", "_resolve_condition_key", _principal_arn_of_sessions)
    internals.replace("core.iam_evaluator", "enforce", _trust_alone_suffices)
