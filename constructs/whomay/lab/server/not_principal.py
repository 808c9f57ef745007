"""NotPrincipal, which MiniStack never matches.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

import json
from collections.abc import Callable
from typing import Any

from whomay.iam.arn import parse_arn
from whomay.lab.server import internals


def is_excepted(named: Any, caller: str) -> bool:
    """Tell whether NotPrincipal names the caller as AWS wants it.

    A user together with its account; a role session together with its role and its account; a
    service alone.
    """
    values = named.values() if isinstance(named, dict) else [named]
    listed = {one for value in values for one in ([value] if isinstance(value, str) else value)}
    arn = parse_arn(caller)
    if arn is None:
        return caller in listed
    needed = {caller}
    if arn.kind == "assumed-role":
        role = arn.path_and_name.partition("/")[0]
        roles = internals.get("services.iam", "_roles")
        needed.add((roles.get_scoped(arn.account, None, role) or {}).get("Arn", ""))
    owners = {arn.account, f"arn:aws:iam::{arn.account}:root"}
    return needed <= listed and bool(owners & listed)


def resolve(document: Any, caller: str) -> Any:
    """Return the policy without NotPrincipal: for everyone, or without the statement."""
    if not document or "NotPrincipal" not in str(document):
        return document
    parsed = json.loads(document) if isinstance(document, str) else document
    written = parsed["Statement"]
    statements = []
    for statement in written if isinstance(written, list) else [written]:
        if "NotPrincipal" not in statement:
            statements.append(statement)
        elif not is_excepted(statement["NotPrincipal"], caller):
            rest = {name: value for name, value in statement.items() if name != "NotPrincipal"}
            statements.append({**rest, "Principal": "*"})
    return {**parsed, "Statement": statements}


def _in_resource_policies(inner: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate_resource_policy(document: Any, context: Any, *rest: Any, **more: Any) -> Any:
        return inner(resolve(document, context.principal_arn), context, *rest, **more)

    return evaluate_resource_policy


def _in_trust_policies(inner: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate_trust_policy(document: Any, caller: str, context: Any = None) -> Any:
        return inner(resolve(document, caller), caller, context)

    return evaluate_trust_policy


def install() -> None:
    """Resolve NotPrincipal wherever MiniStack evaluates a policy that names principals."""
    internals.replace("core.iam_evaluator", "evaluate_resource_policy", _in_resource_policies)
    internals.replace("core.iam_evaluator", "evaluate_trust_policy", _in_trust_policies)
