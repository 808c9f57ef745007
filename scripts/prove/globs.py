"""Patterns of a text, and one text for each set of patterns that one text can match.

A pattern is a tuple of letters and of the wildcards below. AWS has two of them, `*` and `?`:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
The others are those that a bucket's name needs, which holds no slash, and a part of an ARN, which
holds no colon.
"""

import re
from collections import deque
from collections.abc import Callable, Sequence
from functools import cache

ANY, ONE = "any letters", "one letter"
PLAIN, SOME_PLAIN = "one letter but no slash", "letters but no slash"
PART_ONE, PART_ANY = "one letter but no colon", "letters but no colon"
Glob = tuple[str, ...]

_EXPRESSION = {
    ANY: ".*",
    ONE: ".",
    PLAIN: "[^/]",
    SOME_PLAIN: "[^/]*",
    PART_ONE: "[^:]",
    PART_ANY: "[^:]*",
}
_REPEATED = (ANY, SOME_PLAIN, PART_ANY)
_REFUSED = {PLAIN: "/", SOME_PLAIN: "/", PART_ONE: ":", PART_ANY: ":"}
_UNUSED = "qzjxkvw~^"  # letters in place of all that no pattern names


@cache
def glob(text: str) -> Glob:
    """Return the pattern that a policy writes; `*` and `?` are wildcards."""
    return tuple({"*": ANY, "?": ONE}.get(letter, letter) for letter in text)


def of_arn(parts: Sequence[Glob]) -> Glob:
    """Return the pattern of a whole ARN; wildcards of all parts but the last hold no colon.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    *head, tail = parts
    narrow = {ANY: PART_ANY, ONE: PART_ONE}
    return (*(p for part in head for p in (*(narrow.get(p, p) for p in part), ":")), *tail)


def literal(text: str) -> Glob:
    """Return the pattern of this text alone."""
    return tuple(text)


@cache
def _compiled(pattern: Glob) -> re.Pattern[str]:
    return re.compile("".join(_EXPRESSION.get(p) or re.escape(p) for p in pattern), re.DOTALL)


def fits(pattern: Glob, text: str) -> bool:
    """Tell whether the whole text matches the pattern."""
    return _compiled(pattern).fullmatch(text) is not None


@cache
def examples(patterns: frozenset[Glob]) -> tuple[str, ...]:
    """Return a shortest text for each set of the patterns that one text can match.

    All patterns are read side by side, letter after letter, each until it cannot match any more.
    Each state that the readers reach together is visited once, so no set is missed.
    """
    readers = [_Reader(pattern) for pattern in sorted(patterns)]
    letters = {p for pattern in patterns for p in pattern if p not in _EXPRESSION}
    letters |= {r for p, r in _REFUSED.items() if any(p in pattern for pattern in patterns)}
    # One that no pattern names comes first: so a text has a named one only where it must.
    other = next(letter for letter in _UNUSED if letter not in letters)
    in_order = (other, *sorted(letters))
    steps = [(letter, [reader.step(letter) for reader in readers]) for letter in in_order]
    start = tuple((i, reader.start) for i, reader in enumerate(readers))
    seen = {start: ""}
    found: dict[tuple[int, ...], str] = {}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        text = seen[state]
        found.setdefault(tuple(i for i, places in state if readers[i].ends(places)), text)
        for letter, moves in steps:
            after = tuple((i, to) for i, places in state if (to := moves[i](places)))
            if after not in seen:
                seen[after] = text + letter
                queue.append(after)
    return tuple(found.values())


class _Reader:
    """One pattern as a machine: a bit for each place in it that the text so far may have led to."""

    def __init__(self, pattern: Glob) -> None:
        self.pattern = pattern
        self.repeats = sum(1 << i for i, p in enumerate(pattern) if p in _REPEATED)
        self.last = 1 << len(pattern)
        self.start = self._skip(1)

    def _skip(self, places: int) -> int:
        """Add the places after a wildcard that may be empty."""
        while (more := places | ((places & self.repeats) << 1)) != places:
            places = more
        return places

    def ends(self, places: int) -> bool:
        return bool(places & self.last)

    def step(self, letter: str) -> Callable[[int], int]:
        """Return what a letter does to the places."""
        takes = sum(1 << i for i, p in enumerate(self.pattern) if _takes(p, letter))
        known: dict[int, int] = {}

        def move(places: int) -> int:
            if places not in known:
                taken = places & takes
                kept = taken & self.repeats
                known[places] = self._skip(kept | ((taken & ~self.repeats) << 1))
            return known[places]

        return move


def _takes(piece: str, letter: str) -> bool:
    if piece in _EXPRESSION:
        return _REFUSED.get(piece) != letter
    return piece == letter
