"""Policy variables: what `${aws:username}` may be in a pattern.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from scripts.prove.globs import Glob, glob, literal, of_arn

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_SPECIAL = ("*", "?", "$")
# A value for a key; None when the request lacks it.
Values = Callable[[str], str | None]


@cache
def keys_in(pattern: str) -> tuple[str, ...]:
    """Return the keys, in lower case, that the variables of a pattern read."""
    names = (name for name in _VARIABLE.findall(pattern) if name not in _SPECIAL)
    return tuple(dict.fromkeys(name.partition(",")[0].strip().lower() for name in names))


def filled(pattern: str, values: Values | None, *, wild: bool) -> Glob | None:
    """Return the pattern with its variables' values; None when one has none.

    `values` is None in a policy of a version without variables. `wild` tells whether `*` and `?`
    are wildcards; those of a value never are.
    """
    read = glob if wild else literal
    if values is None:
        return read(pattern)
    found: list[str] = []
    for i, piece in enumerate(_VARIABLE.split(pattern)):
        if i % 2 == 0:
            found += read(piece)
            continue
        name, _, default = piece.partition(",")
        value = piece if piece in _SPECIAL else values(name.strip().lower())
        if value is None and default:
            value = default.strip().strip("'")
        if value is None:
            return None
        found += literal(value)
    return tuple(found)


def arn_parts(pattern: str) -> list[str] | None:
    """Return the six parts of an ARN's pattern; None when it is not an ARN.

    A colon within a variable parts nothing. A pattern that ends early in a star covers what follows.
    """
    parts: list[str] = [""]
    for piece in re.split(r"(\$\{[^{}]*\})", pattern):
        if piece.startswith("${"):
            parts[-1] += piece
            continue
        first, *others = piece.split(":")
        parts[-1] += first
        parts += others
    if len(parts) < 6 and parts[-1].endswith("*"):  # noqa: PLR2004 - an ARN has six parts
        parts += ["*"] * (6 - len(parts))
    if len(parts) < 6 or parts[0] != "arn":  # noqa: PLR2004 - the same
        return None
    return [*parts[:5], ":".join(parts[5:])]


def arn_filled(pattern: str, values: Values | None) -> Glob | None:
    """Return the pattern of an ARN, part by part, with its variables' values."""
    parts = arn_parts(pattern)
    if parts is None:
        return (
            filled("*", None, wild=True) if pattern == "*" else filled(pattern, values, wild=False)
        )
    found = [filled(part, values, wild=True) for part in parts]
    known = [part for part in found if part is not None]
    return of_arn(known) if len(known) == len(found) else None


def choices(pattern: str, pool: Callable[[str], Iterable[str]]) -> Iterator[Values]:
    """Yield all values that the variables of a pattern can have together."""
    chosen: list[dict[str, str | None]] = [{}]
    for key in keys_in(pattern):
        chosen = [{**one, key: value} for one in chosen for value in (*pool(key), None)]
    yield from (one.get for one in chosen)
