"""Policy evaluation where MiniStack departs from AWS.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
import re
from collections.abc import Callable
from typing import Any

from whomay.iam.arn import parse_arn
from whomay.iam.callers import caller
from whomay.lab.server import internals
from whomay.lab.server.calls import in_account
from whomay.lab.state import ACCOUNTS, ORGANIZATION

STORES = {"role": "_roles", "user": "_users"}


def find_entity(arn: str) -> dict[str, Any] | None:
    """Return MiniStack's record of a role or user, of any account, by its ARN."""
    match = re.fullmatch(r"arn:aws:iam::(\d{12}):(role|user)/(?:.*/)?([^/]+)", arn)
    if not match:
        return None
    store = internals.get("services.iam", STORES[match[2]])
    entity: dict[str, Any] | None = store.get_scoped(match[1], None, match[3])
    return entity


def _about_the_caller(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Make aws:PrincipalArn of a session the ARN of the role, path included; give aws:PrincipalOrgID.

    A service that calls for itself has no organization.
    """

    def resolve_condition_key(key: str, context: Any) -> Any:
        if key.lower() == "aws:principalorgid":
            of_ours = context.principal_account in ACCOUNTS and context.principal_type != "Service"
            return ORGANIZATION if of_ours else None
        value = inner(key, context)
        if key.lower() == "aws:principalarn" and ":assumed-role/" in str(value):
            role = find_entity(caller(value).role or "")
            return role["Arn"] if role else value
        return value

    return resolve_condition_key


def trust_names(role: dict[str, Any], caller: str) -> bool:
    """Tell whether a statement of the role's trust policy allows this caller by its full ARN."""
    statements = json.loads(role["AssumeRolePolicyDocument"])["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal")
        named = principal.get("AWS", []) if isinstance(principal, dict) else []
        listed = [named] if isinstance(named, str) else named
        if statement["Effect"] == "Allow" and caller in listed:
            return True
    return False


def _corrected(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Give iam:ResourceTag; a role's trust that names the caller needs no identity policy beside."""

    def enforce(  # noqa: PLR0917 - MiniStack's own signature
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        entity = find_entity(resource_arn)
        tags = {
            f"iam:resourcetag/{tag['Key'].lower()}": tag["Value"]
            for tag in (entity or {}).get("Tags") or []
        }
        context = {**tags, **(service_context or {})}
        result = inner(access_key_id, iam_action, service, region, resource_arn, context)
        if not entity or iam_action != "sts:AssumeRole":
            return result
        own = f":{internals.get('core.responses', 'get_account_id')()}:" in resource_arn
        refused = isinstance(result, internals.get("core.iam_evaluator", "EvalResult"))
        if own and refused and result.decision == "ImplicitDeny":
            named = trust_names(entity, result.principal_arn)
            return None if named else result  # STS evaluates the trust next, conditions included
        return result

    return enforce


def _of_its_owner(inner: Callable[[str], Any]) -> Callable[[str], Any]:
    """Find the policy of a resource of another account: who is not let in there is refused."""

    def policy_for_arn(resource_arn: str) -> Any:
        arn = parse_arn(resource_arn)
        own = internals.get("core.responses", "get_account_id")()
        if arn is None or arn.account in {"", own}:
            return inner(resource_arn)
        return in_account(arn.account, arn.region, inner, resource_arn) or ("", arn.account)

    return policy_for_arn


def install() -> None:
    """Put the corrections in place."""
    internals.replace("services.secretsmanager", "secret_policy_for_arn", _of_its_owner)
    internals.replace("services.kms", "key_policy_for_arn", _of_its_owner)
    internals.replace("core.iam_evaluator", "_resolve_condition_key", _about_the_caller)
    internals.replace("core.iam_evaluator", "enforce", _corrected)
