"""Which of many resources a pattern may match, or something that lies in one of them."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from whomay.iam.arn import parse_arn_pattern
from whomay.iam.patterns.matching import may_lie_in
from whomay.iam.patterns.symbol_matching import tokens
from whomay.iam.patterns.symbols import WRITTEN_OUT, is_symbolic, unknown_reasons

_Place = tuple[str, ...]  # the five segments before the name

_SEPARATORS: Final = ("/", ":")
_ANYWHERE: Final[_Place] = ()


class ReachedArns:
    """ARNs of one service, found by patterns without a look at each of them.

    Each is filed under its account and region, and under all beginnings of its sixth segment that
    end in a separator. A pattern looks under its own account and region where it names them. It
    looks under its own beginning, up to the last separator before its first wildcard.
    """

    def __init__(self, arns: Iterable[str]) -> None:
        """Take the ARNs; they are filed once somebody looks for some of them."""
        self._arns = dict.fromkeys(arns)

    @cached_property
    def _files(self) -> "_Files":
        return _Files(self._arns)

    def __contains__(self, arn: str) -> bool:
        """Tell whether an ARN is one of them."""
        return arn in self._arns

    def __iter__(self) -> Iterator[str]:
        """Yield all of them."""
        return iter(self._arns)

    def by(self, patterns: Iterable[str]) -> Iterator[str]:
        """Yield each ARN that some pattern may match, and each in which it may match something."""
        for pattern in patterns:
            for arn in (*self._near(pattern), *self._files.open):
                if may_lie_in(arn, pattern):
                    yield arn

    def _near(self, pattern: str) -> Iterator[str]:
        parts = None if unknown_reasons(pattern) else parse_arn_pattern(pattern)
        files = self._files
        if parts is None:
            yield from files.closed
            return
        place, tail = parts[:-1], parts.resource
        known = tail[: _first_open(tail)]
        beginnings = _beginnings(known)
        for each in [_ANYWHERE] if _is_open(place) else [place, *files.open_places]:
            for beginning in beginnings[1:]:  # the bucket of an object, the function of a version
                yield from files.exact.get((each, beginning[:-1]), ())
            if known == tail:
                yield from files.exact.get((each, tail), ())
            else:
                yield from files.under.get((each, beginnings[-1]), ())


class _Files:
    """Each ARN under its places and beginnings."""

    def __init__(self, arns: Iterable[str]) -> None:
        self.closed: dict[str, None] = {}
        self.exact: dict[tuple[_Place, str], list[str]] = {}
        self.under: dict[tuple[_Place, str], list[str]] = {}
        self.open: list[str] = []  # what their names turn out to be may begin otherwise
        self.open_places: dict[_Place, None] = {}  # what these turn out to be may be any other
        for arn in arns:
            parts = parse_arn_pattern(arn)
            if parts is None or _first_open(parts.resource) < len(parts.resource):
                self.open.append(arn)
            else:
                self._file(arn, parts[:-1], parts.resource)

    def _file(self, arn: str, place: _Place, tail: str) -> None:
        self.closed[arn] = None
        if _is_open(place):
            self.open_places[place] = None
        beginnings = _beginnings(tail)
        for each in (place, _ANYWHERE):
            self.exact.setdefault((each, tail), []).append(arn)
            for beginning in beginnings:
                self.under.setdefault((each, beginning), []).append(arn)


def _is_open(place: _Place) -> bool:
    """Tell whether an account or a region is a pattern, or one that only the deployment knows."""
    return any("*" in part or "?" in part or is_symbolic(part) for part in place)


def _first_open(tail: str) -> int:
    """Return where the first wildcard is, or the first part that is not known; else the length."""
    position = 0
    for letter in tokens(tail):
        if letter in ("*", "?") or letter in WRITTEN_OUT or unknown_reasons(letter):
            return position
        position += len(letter)
    return position


def _beginnings(tail: str) -> list[str]:
    """Return the empty text, and each beginning that ends in a separator."""
    return ["", *(tail[: i + 1] for i, letter in enumerate(tail) if letter in _SEPARATORS)]
