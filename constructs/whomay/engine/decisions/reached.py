"""Which of many resources a pattern may match, or something that lies in one of them."""

from collections.abc import Iterable, Iterator
from typing import Final

from whomay.iam.arn import parse_arn_pattern
from whomay.iam.patterns.matching import may_lie_in
from whomay.iam.patterns.symbol_matching import tokens
from whomay.iam.patterns.symbols import PLACES, unknown_reasons

_SEPARATORS: Final = ("/", ":")


class ReachedArns:
    """ARNs of one service, found by patterns without a look at each of them.

    Each is filed under all beginnings of its sixth segment that end in a separator. A pattern looks
    under its own beginning, up to the last separator before its first wildcard.
    """

    def __init__(self, arns: Iterable[str]) -> None:
        """File each ARN once."""
        self._closed: list[str] = []
        self._exact: dict[str, list[str]] = {}
        self._under: dict[str, list[str]] = {}
        self._open: list[str] = []  # what their names turn out to be may begin otherwise
        for arn in arns:
            tail = _tail(arn)
            if tail is None or _first_open(tail) < len(tail):
                self._open.append(arn)
                continue
            self._closed.append(arn)
            self._exact.setdefault(tail, []).append(arn)
            for beginning in _beginnings(tail):
                self._under.setdefault(beginning, []).append(arn)

    def by(self, patterns: Iterable[str]) -> Iterator[str]:
        """Yield each ARN that some pattern may match, and each in which it may match something."""
        for pattern in patterns:
            for arn in (*self._near(pattern), *self._open):
                if may_lie_in(arn, pattern):
                    yield arn

    def _near(self, pattern: str) -> Iterator[str]:
        tail = None if unknown_reasons(pattern) else _tail(pattern)
        if tail is None:
            yield from self._closed
            return
        known = tail[: _first_open(tail)]
        beginnings = _beginnings(known)
        for beginning in beginnings[1:]:  # the bucket of an object, the function of a version
            yield from self._exact.get(beginning[:-1], ())
        if known == tail:
            yield from self._exact.get(tail, ())
        else:
            yield from self._under.get(beginnings[-1], ())


def _tail(pattern: str) -> str | None:
    """Return the sixth segment, in which the names are; None when the text is no ARN."""
    parts = parse_arn_pattern(pattern)
    return None if parts is None else parts.resource


def _first_open(tail: str) -> int:
    """Return where the first wildcard stands, or the first part that is not known; else the length."""
    position = 0
    for letter in tokens(tail):
        if letter in ("*", "?") or letter in PLACES or unknown_reasons(letter):
            return position
        position += len(letter)
    return position


def _beginnings(tail: str) -> list[str]:
    """Return the empty text, and each beginning that ends in a separator."""
    return ["", *(tail[: i + 1] for i, letter in enumerate(tail) if letter in _SEPARATORS)]
