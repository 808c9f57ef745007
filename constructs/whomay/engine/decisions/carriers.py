"""Which resource policies a principal can meet: so that a question costs what it touches."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from whomay.engine.decisions.layer import CompiledStatement, Layer
from whomay.iam.callers import Caller
from whomay.iam.patterns.code_points import UNKNOWN
from whomay.iam.patterns.matching import ARN_SEGMENTS, arn_segments, glob
from whomay.iam.patterns.pattern_sets import Automaton
from whomay.iam.policy import Source, Statement

_SERVICE_OF_TRUST: Final = "sts"


@dataclass(frozen=True, slots=True)
class Guard:
    """A resource's own policy: a bucket's, a key's, or a role's trust policy.

    `layer` is empty for a resource that only needs to be told apart from others. `key` is the ARN
    of the customer key behind a bucket.
    """

    arn: str
    layer: Layer
    account: str
    trust: bool = False
    key: str | None = None

    def matters_to(self, who: Caller) -> bool:
        """Tell whether it can decide otherwise than no policy at all would."""
        return bool(self.layer.statements or self.layer.unknown or self.is_apart(who))

    def is_apart(self, who: Caller) -> bool:
        """Tell whether it decides otherwise than one outside, even where no statement speaks.

        It allows another account nothing, it may have a customer key, and a role or a key lets in
        nobody whom it does not name, where one outside is not known to.
        """
        if self.account != who.account or self.key is not None:
            return True
        return self.trust or self.service == "kms"

    @property
    def service(self) -> str:
        """The service whose actions the policy is about."""
        parts = self.arn.split(":", 3)
        return _SERVICE_OF_TRUST if self.trust else parts[min(2, len(parts) - 1)]

    @property
    def shape(self) -> tuple[str | None, ...]:
        """What two resources have in common that differ in nothing but their ARN."""
        policies = (_written(s.statement) for s in self.layer.statements)
        own = repr(self.arn)[1:-1]
        return (self.account, self.key, self.service, *(p.replace(own, "") for p in policies))


def _written(statement: Statement) -> str:
    return repr(replace(statement, source=_NOWHERE))


_NOWHERE: Final = Source("")


class _Telling:
    """Tells resources apart as some patterns do, now and for all that may lie in them."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = patterns
        self._known: dict[tuple[int, str, bool], int] = {}

    def one_of_each(self, guards: list[Guard]) -> list[Guard]:
        """Return the first of all those that no pattern tells apart."""
        if len({guard.arn for guard in guards}) == 1:
            return guards[:1]
        first: dict[tuple[int, ...], Guard] = {}
        for guard in guards:
            first.setdefault(self._by(guard.arn), guard)
        return list(first.values())

    @cached_property
    def _automata(self) -> list[Automaton]:
        segments = [arn_segments(p) for p in sorted(set(self._patterns)) if p.strip("*")]
        arns = [parts for parts in segments if parts is not None]
        return [Automaton([parts[i] for parts in arns]) for i in range(ARN_SEGMENTS)]

    def _by(self, arn: str) -> tuple[int, ...]:
        """Return what the patterns have seen of an ARN so far: the same for those that go alike."""
        parts = arn.split(":", 5)
        last = len(parts) - 1
        return tuple(self._seen(i, part, whole=i < last) for i, part in enumerate(parts))

    def _seen(self, segment: int, part: str, *, whole: bool) -> int:
        key = segment, part, whole
        if key not in self._known:  # most segments are the same in all ARNs
            automaton = self._automata[segment]
            states = automaton.run(part)
            self._known[key] = automaton.signature(states) if whole else states
        return self._known[key]


class Neighbourhood:
    """Guards, found by the principals they name and by the resources they stand on."""

    def __init__(self, guards: Iterable[Guard]) -> None:
        """Index once; asking then costs only what a principal can meet."""
        self.guards = {guard.arn: guard for guard in guards}
        self._naming: defaultdict[str, list[Guard]] = defaultdict(list)
        self._by_service: defaultdict[str, list[Guard]] = defaultdict(list)
        self._open: list[Guard] = []
        self._shapes: dict[str, tuple[str | None, ...]] = {}
        for guard in self.guards.values():
            self._by_service[guard.service].append(guard)
            for statement in guard.layer.statements:
                if not statement.deny:
                    self._file(guard, statement)

    def _file(self, guard: Guard, statement: CompiledStatement) -> None:
        raw = statement.statement
        if raw.not_principals is not None:
            self._open.append(guard)
        for _, values in raw.principals or ():
            for value in values:
                if value == "*" or UNKNOWN in value:
                    self._open.append(guard)
                else:
                    self._naming[value].append(guard)

    @property
    def named(self) -> Iterable[str]:
        """The principals and accounts that some policy names."""
        return self._naming

    def near(
        self, who: Caller, identity: Layer, patterns: Iterable[str] | None = None
    ) -> list[Guard]:
        """Return the guards that name the caller itself, and those its policies reach.

        `patterns` are all resource patterns that a question looks at: of resources that differ in
        nothing but their ARN, and that no pattern tells apart, one then stands for all.
        """
        named = [*self._naming.get(who.name, ()), *self._naming.get(who.role or "", ())]
        found = {guard.arn: guard for guard in (*named, *self._open)}
        reached = (guard for guard in self._reached(identity) if guard.matters_to(who))
        if patterns is None:
            return list({**found, **{guard.arn: guard for guard in reached}}.values())
        alike: defaultdict[tuple[str | None, ...], list[Guard]] = defaultdict(list)
        for guard in reached:
            alike[self._shape(guard)].append(guard)
        told_apart = _Telling(patterns)
        for guards in alike.values():
            found.update((guard.arn, guard) for guard in told_apart.one_of_each(guards))
        return list(found.values())

    def touched(self, who: Caller, identity: Layer, arns: Collection[str]) -> bool:
        """Tell whether any of some guards names the caller, or is reached by its policies."""
        if not arns:
            return False
        only = Neighbourhood(self.guards[arn] for arn in arns if arn in self.guards)
        return bool(only.near(who, identity))

    def _shape(self, guard: Guard) -> tuple[str | None, ...]:
        found = self._shapes.get(guard.arn)
        if found is None:
            found = self._shapes[guard.arn] = guard.shape
        return found

    def _reached(self, identity: Layer) -> Iterator[Guard]:
        if identity.unknown:
            yield from self.guards.values()
        for statement in identity.statements:
            if not statement.deny:
                for service in self._services(statement):
                    yield from self._in_service(statement, service)

    def _services(self, statement: CompiledStatement) -> list[str]:
        actions = statement.statement.actions
        if actions is None:
            return list(self._by_service)
        asked = {action.lower().partition(":")[0] for action in actions}
        return [
            s for s in self._by_service if any(glob(service)(s) is not False for service in asked)
        ]

    def _in_service(self, statement: CompiledStatement, service: str) -> Iterator[Guard]:
        patterns = statement.statement.resources
        if patterns is not None and all(map(_is_exact, patterns)):
            for pattern in patterns:
                guard = self.guards.get(_carrier(pattern))
                if guard is not None:
                    yield guard
            return
        for guard in self._by_service[service]:
            if any(statement.may_speak_of(guard.arn + tail) for tail in ("", "/x", ":x")):
                yield guard


def _is_exact(pattern: str) -> bool:
    """Tell whether a pattern names one resource, or all that lies in one."""
    body = _carrier(pattern)
    return not any(c in body for c in f"*?${UNKNOWN}") and body.count(":") >= 5  # noqa: PLR2004 - an ARN


def _carrier(pattern: str) -> str:
    """Return the ARN of the resource that carries the policy: the bucket of an object pattern."""
    if pattern.startswith("arn:") and ":s3:" in pattern:
        return pattern.split("/", 1)[0]
    return pattern.removesuffix(":*").removesuffix("/*")
