"""Whether a role's trust policy lets a service of AWS become it."""

import json
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from whomay.lab.server import internals
from whomay.lab.state import REGION


def may_assume(service: str, role: Element, account: str, context: dict[str, Any]) -> bool:
    """Evaluate the trust policy of a role, as GetRole tells it, for a service as the caller."""
    document = json.loads(unquote(role.findtext("AssumeRolePolicyDocument") or "{}"))
    statements = document["Statement"]
    # MiniStack takes an account's root for any service: keep only what names this one
    naming = []
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        named = [services] if isinstance(services, str) else services
        if principal == "*" or service in named:
            naming.append({**statement, "Principal": "*"})
    asked = internals.get("core.iam_evaluator", "EvalContext")(
        principal_arn=service,
        principal_type="Service",
        principal_account=account,
        action="sts:AssumeRole",
        resource_arn=role.findtext("Arn"),
        region=REGION,
        service_context=context,
    )
    evaluate = internals.get("core.iam_evaluator", "evaluate_trust_policy")
    return bool(evaluate({"Statement": naming}, service, asked))
