"""The content of a policy that is not read, in a text so short that a lock can hold it.

Some policies only hold back, such as that of a VPC endpoint. They are compared piece by piece. One
holds back more where it allows nothing new, and denies all that it denied before.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any, Final

from whomay.iam.content import content_of

_MOST: Final = 60  # pieces; a longer policy is one piece
_LISTS: Final = ("Action", "Resource")
_ALLOWS: Final = "+"
_DENIES: Final = "-"


def content_of_policy(value: Any) -> str:
    """Return a short text for a policy: a mark for each pair of an action and a resource."""
    pieces = sorted(set(_pieces(value)))
    return " ".join(pieces) if 0 < len(pieces) <= _MOST else content_of(value)


def holds_back_more(before: str, after: str) -> bool:
    """Tell whether the policy of the second text surely allows nothing that the first one did not."""
    was, now = set(before.split()), set(after.split())
    if not all(piece.startswith((_ALLOWS, _DENIES)) for piece in was | now):
        return False
    return all(piece in (was if piece.startswith(_ALLOWS) else was | now) for piece in now) and all(
        piece in now for piece in was if piece.startswith(_DENIES)
    )


def _pieces(value: Any) -> Iterator[str]:
    statements = value.get("Statement") if isinstance(value, dict) else None
    for statement in [statements] if isinstance(statements, dict) else statements or ():
        if not isinstance(statement, dict):
            continue
        mark = _ALLOWS if statement.get("Effect") == "Allow" else _DENIES
        rest = {key: each for key, each in statement.items() if key not in (*_LISTS, "Sid")}
        rest["Version"] = value.get("Version")
        lists = [_as_list(statement.get(key)) for key in _LISTS]
        for action, resource in product(*lists):
            yield mark + content_of([rest, action, resource])


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
