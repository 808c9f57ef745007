"""Policy variables: `${aws:username}` in a Resource or a condition's value.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
A variable that the request does not have matches nothing, unless it names a default. Documents of
the version 2008-10-17 are treated alike, where AWS takes the text as it is.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from whomay.lab.server import internals

VARIABLE = re.compile(r"\$\{([^},]+)(?:,\s*'([^']*)')?\}")
NOTHING = "\0"  # in no ARN and no value


def substitute(text: str, context: Any) -> str:
    """Return `text` with its variables replaced by the request's values."""
    resolve = internals.get("core.iam_evaluator", "_resolve_condition_key")

    def value(match: re.Match[str]) -> str:
        found = resolve(match[1].strip(), context)
        return str(found) if isinstance(found, str) else match[2] or NOTHING

    return VARIABLE.sub(value, text)


def _in_resources(inner: Callable[..., Any]) -> Callable[..., Any]:
    def first_match(context: Any, statements: list[Any], effect: str) -> Any:
        substituted = [
            replace(
                statement,
                resources=[substitute(pattern, context) for pattern in statement.resources],
                not_resources=[substitute(pattern, context) for pattern in statement.not_resources],
            )
            for statement in statements
        ]
        return inner(context, substituted, effect)

    return first_match


def _in_conditions(inner: Callable[..., Any]) -> Callable[..., Any]:
    def value(written: Any, context: Any) -> Any:
        if isinstance(written, list):
            return [value(item, context) for item in written]
        return substitute(written, context) if isinstance(written, str) else written

    def conditions_met(conditions: dict[str, Any], context: Any) -> Any:
        substituted = {
            operator: {key: value(written, context) for key, written in keys.items()}
            for operator, keys in (conditions or {}).items()
        }
        return inner(substituted, context)

    return conditions_met


def install() -> None:
    """Substitute wherever MiniStack matches a resource or a condition."""
    internals.replace("core.iam_evaluator", "_first_match", _in_resources)
    internals.replace("core.iam_evaluator", "_conditions_met", _in_conditions)
