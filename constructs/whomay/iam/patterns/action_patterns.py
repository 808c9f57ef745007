"""Many patterns of actions as one: an action is tried against those of its own service alone.

AWS's ReadOnlyAccess lists some thousand patterns, and a question looks at some thousand actions.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from whomay.iam.patterns.matching import Test, glob
from whomay.iam.patterns.overlap import overlap
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.patterns.truth import Truth, any_of


class ActionPatterns:
    """Patterns of actions, in lower case."""

    __slots__ = ("_anywhere", "_exact", "_has_open", "_of_service", "_tests")

    def __init__(self, patterns: Iterable[str]) -> None:
        """File each pattern under the service that it names."""
        self._exact: set[str] = set()
        self._of_service: defaultdict[str, list[str]] = defaultdict(list)
        self._anywhere: list[str] = []
        self._tests: dict[str, list[tuple[str, Test]]] = {}
        for pattern in patterns:
            service, colon, _ = pattern.partition(":")
            if not _is_open(pattern):
                self._exact.add(pattern)
            elif colon and not _is_open(service):
                self._of_service[service].append(pattern)
            else:
                self._anywhere.append(pattern)
        self._has_open = bool(self._of_service or self._anywhere)

    def match(self, action: str) -> Truth:
        """Tell whether any pattern matches an action, given in lower case."""
        if action in self._exact:
            return True
        if not self._has_open:
            return False
        return any_of(test(action) for _, test in self._near(action))

    def matching(self, action: str) -> Iterator[str]:
        """Yield the patterns that match an action, given in lower case, for sure."""
        if action in self._exact:
            yield action
        if not self._has_open:
            return
        yield from (pattern for pattern, test in self._near(action) if test(action))

    def meet(self, pattern: str) -> bool:
        """Tell whether one action can match a pattern, in lower case, and one of these."""
        if not _is_open(pattern):
            return self.match(pattern) is not False
        service, colon, _ = pattern.partition(":")
        if not colon or _is_open(service):
            each = (*self._exact, *(p for some in self._of_service.values() for p in some))
        else:
            exact = (p for p in self._exact if p.startswith(f"{service}:"))
            each = (*exact, *self._of_service.get(service, ()))
        return any(overlap(pattern, other) for other in (*each, *self._anywhere))

    def _near(self, action: str) -> Iterable[tuple[str, Test]]:
        service = action.partition(":")[0]
        found = self._tests.get(service)
        if found is None:
            listed = (*self._of_service.get(service, ()), *self._anywhere)
            found = self._tests[service] = [(each, glob(each)) for each in listed]
        return found


def _is_open(text: str) -> bool:
    return "*" in text or "?" in text or is_symbolic(text)
