"""Policy variables: `${aws:username}`, with defaults, and the special characters.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from whomay.iam.patterns.code_points import LITERAL_QUESTION, LITERAL_STAR
from whomay.iam.patterns.matching import literal

# A single value, or the values of a multivalued key. Keys are in lower case.
Value = str | tuple[str, ...]
Context = Mapping[str, Value]


class PerhapsSent(str):
    """The value of a key that the request may lack: `iam/conditions` decides it both ways."""

    __slots__ = ()


VERSION_WITH_VARIABLES: Final = "2012-10-17"

_VARIABLE: Final = re.compile(r"\$\{([^{}]*)\}")
_KEY_AND_DEFAULT: Final = re.compile(r"\s*([^,]+?)\s*(?:,\s*'([^']*)'\s*)?\Z")
_SPECIAL: Final = {"*": LITERAL_STAR, "?": LITERAL_QUESTION, "$": "$"}


def has_variables(pattern: str) -> bool:
    """Tell whether the pattern holds a variable, in a policy of a version that knows them."""
    return _VARIABLE.search(pattern) is not None


@cache  # of the patterns of policies, each of which is looked at for every request
def variable_keys(pattern: str) -> tuple[str, ...]:
    """Return the condition keys that the pattern's variables read, in lower case."""
    names = (name for name in _VARIABLE.findall(pattern) if name not in _SPECIAL)
    return tuple(match[1].lower() for name in names if (match := _KEY_AND_DEFAULT.match(name)))


def widen(pattern: str) -> str:
    """Return the pattern with a star for each variable: it covers all that the variable may be."""
    return _VARIABLE.sub(lambda match: _SPECIAL.get(match[1], "*"), pattern)


def with_defaults(pattern: str) -> str:
    """Return the pattern with the default in place of each variable that has one."""

    def default(match: re.Match[str]) -> str:
        parts = _KEY_AND_DEFAULT.match(match[1])
        return match[0] if parts is None or parts[2] is None else literal(parts[2])

    return _VARIABLE.sub(default, pattern)


def fill(pattern: str, key: str, value: str) -> str:
    """Return the pattern with one variable replaced by a literal value."""

    def replaced(match: re.Match[str]) -> str:
        parts = _KEY_AND_DEFAULT.match(match[1])
        return literal(value) if parts and parts[1].lower() == key else match[0]

    return _VARIABLE.sub(replaced, pattern)


def capture(pattern: str, text: str) -> list[tuple[str, str]]:
    """Return (key, value) pairs under which the pattern would match the text, keys in lower case."""
    keys = variable_keys(pattern)
    expression = "".join(_piece(part) for part in re.split(r"(\$\{[^{}]*\}|[*?])", pattern))
    match = re.fullmatch(expression, text, re.DOTALL)
    return list(zip(keys, match.groups(), strict=True)) if match else []


def _piece(part: str) -> str:
    """Translate a piece of a pattern; each variable becomes a group."""
    if part in ("*", "?"):
        return ".*?" if part == "*" else "."
    if variable := _VARIABLE.fullmatch(part):
        special = variable[1] in _SPECIAL or not _KEY_AND_DEFAULT.match(variable[1])
        return re.escape(variable[1]) if special else "(.*?)"
    return re.escape(part)


def substitute(pattern: str, context: Context) -> str | None:
    """Return the pattern with its variables' values; None when one has no value.

    A pattern with such a variable matches nothing. A value's own `*` is literal. A multivalued
    key cannot be a variable, so it counts as one without value.
    """
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        name = match[1]
        if name in _SPECIAL:
            return _SPECIAL[name]
        parts = _KEY_AND_DEFAULT.match(name)
        found = context.get(parts[1].lower()) if parts else None
        if isinstance(found, str):
            return literal(found)
        if parts and parts[2] is not None:
            return literal(parts[2])
        missing = True
        return ""

    text = _VARIABLE.sub(value, pattern)
    return None if missing else text
