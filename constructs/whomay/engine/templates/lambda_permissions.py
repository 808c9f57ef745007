"""AWS::Lambda::Permission as the policy statement that Lambda makes of it.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

import re
from typing import Any, Final

from whomay.engine.templates.resources import Item
from whomay.iam.patterns.symbols import is_symbolic

_CONDITIONS: Final = {  # property -> operator and key
    "SourceArn": ("ArnLike", "aws:SourceArn"),
    "SourceAccount": ("StringEquals", "aws:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}


def permission_statement(item: Item, resource: str) -> dict[str, Any]:
    """Return the statement of one permission, in JSON."""
    conditions: dict[str, dict[str, str]] = {}
    for name, (operator, key) in _CONDITIONS.items():
        if value := item.text(name):
            conditions.setdefault(operator, {})[key] = value
    return {
        "Sid": item.logical_id,
        "Effect": "Allow",
        "Principal": _principal(item.text("Principal")),
        "Action": item.text("Action"),
        "Resource": resource,
        "Condition": conditions,
    }


def _principal(name: str) -> Any:
    if name == "*":
        return name
    account = re.fullmatch(r"\d{12}", name) or name.startswith("arn:") or is_symbolic(name)
    return {"AWS" if account else "Service": name}
