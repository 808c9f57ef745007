"""Statements as data for people: IAM's own elements, and symbols by name between angle brackets.

`access.lock` is written so, and `access-contract.yaml` too. What is written is read back as it was:
a sign that looks like a symbol is escaped.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from whomay.iam.patterns.symbols import display, generated, unknown
from whomay.iam.policy import Statement

_ESCAPED: Final = re.compile(r"\\(.)|<(\??)([^<>]*)>")


def written_text(text: str) -> str:
    """Return text with its symbols named; what looks like one is escaped."""
    return display(re.sub(r"[\\<>]", r"\\\g<0>", text))


def read_text(text: str) -> str:
    """Return a text with the symbols that it names; an escaped sign is that sign."""

    def part(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        return unknown(match[3]) if match[2] else generated(match[3])

    return _ESCAPED.sub(part, text)


def read_symbols(value: Any) -> Any:
    """Return the same data with the symbols of all its texts."""
    if isinstance(value, str):
        return read_text(value)
    if isinstance(value, list):
        return [read_symbols(item) for item in value]
    if isinstance(value, Mapping):
        return {key: read_symbols(item) for key, item in value.items()}
    return value


def written_statement(statement: Statement) -> dict[str, Any]:
    """Return the elements of a statement, lists in order, one value by itself."""
    found: dict[str, Any] = {"Effect": statement.effect}
    for name in ("principals", "not_principals"):
        if (groups := getattr(statement, name)) is not None:
            element = "Principal" if name == "principals" else "NotPrincipal"
            everyone = groups == (("*", ("*",)),)
            found[element] = "*" if everyone else {k: written_values(v) for k, v in sorted(groups)}
    for name, element in (
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ):
        if (values := getattr(statement, name)) is not None:
            found[element] = written_values(values)
    conditions: dict[str, dict[str, Any]] = {}
    for condition in sorted(statement.conditions, key=lambda c: (c.operator, c.key)):
        conditions.setdefault(condition.operator, {})[condition.key] = written_values(
            condition.values
        )
    if conditions:
        found["Condition"] = conditions
    return found


def written_values(values: Iterable[str]) -> str | list[str]:
    """Return the values in order and once each; one value by itself."""
    shown = sorted({written_text(value) for value in values})
    return shown[0] if len(shown) == 1 else shown
