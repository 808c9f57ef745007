"""Resources that some patterns do not tell apart, so that one of each kind is enough."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from whomay.iam.arn import SEGMENTS, parse_arn_pattern, split_arn
from whomay.iam.patterns.pattern_sets import Automaton

T = TypeVar("T")


class Telling:
    """Tells resources apart as some patterns do, now and for all that may lie in them."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Take the patterns; what they are made into is made when it is needed."""
        self._patterns = patterns
        self._known: dict[tuple[int, str, bool], int] = {}

    def one_of_each(self, by_arn: Mapping[str, T]) -> list[T]:
        """Return the first of all those, by their ARNs, that no pattern tells apart."""
        if len(by_arn.keys() - self._named) < 2:  # noqa: PLR2004 - nothing is left to tell apart
            return list(by_arn.values())
        first: dict[str | tuple[int, ...], T] = {}
        for arn, each in by_arn.items():
            first.setdefault(arn if arn in self._named else self._by(arn), each)
        return list(first.values())

    @cached_property
    def _named(self) -> set[str]:
        """The texts that a pattern holds whole, before `/`, `:` or its end: it tells them apart."""
        return {
            pattern[: match.start()]
            for pattern in self._patterns
            for match in re.finditer(r"[/:]|$", pattern)
        }

    @cached_property
    def _automata(self) -> list[Automaton]:
        segments = [parse_arn_pattern(p) for p in sorted(set(self._patterns)) if p.strip("*")]
        arns = [parts for parts in segments if parts is not None]
        return [Automaton([(parts[i],) for parts in arns]) for i in range(SEGMENTS)]

    def _by(self, arn: str) -> tuple[int, ...]:
        """Return what the patterns have seen of an ARN so far: the same for those that go alike."""
        parts = split_arn(arn)
        last = len(parts) - 1
        return tuple(self._seen(i, part, whole=i < last) for i, part in enumerate(parts))

    def _seen(self, segment: int, part: str, *, whole: bool) -> int:
        key = segment, part, whole
        if key not in self._known:  # most segments are the same in all ARNs
            automaton = self._automata[segment]
            states = automaton.run(part)
            self._known[key] = automaton.signature(states) if whole else states
        return self._known[key]
