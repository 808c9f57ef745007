"""Which resource policies a principal can meet: so that a question costs what it touches."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from whomay.engine.layers import CompiledStatement, Layer
from whomay.engine.match import glob
from whomay.engine.principals import Caller

_SERVICE_OF_TRUST: Final = "sts"


@dataclass(frozen=True, slots=True)
class Guard:
    """A resource's own policy: a bucket's, a key's, or a role's trust policy.

    `layer` is empty for a resource that only needs to be told apart from others.
    """

    arn: str
    layer: Layer
    trust: bool = False

    @property
    def service(self) -> str:
        """The service whose actions the policy is about."""
        parts = self.arn.split(":", 3)
        return _SERVICE_OF_TRUST if self.trust else parts[min(2, len(parts) - 1)]


class Neighbourhood:
    """Guards, found by the principals they name and by the resources they stand on."""

    def __init__(self, guards: Iterable[Guard]) -> None:
        """Index once; asking then costs only what a principal can meet."""
        self.guards = {guard.arn: guard for guard in guards}
        self._naming: defaultdict[str, list[Guard]] = defaultdict(list)
        self._by_service: defaultdict[str, list[Guard]] = defaultdict(list)
        self._open: list[Guard] = []
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
                if value == "*" or "\ue001" in value:
                    self._open.append(guard)
                else:
                    self._naming[value].append(guard)

    @property
    def named(self) -> Iterable[str]:
        """The principals and accounts that some policy names."""
        return self._naming

    def near(self, who: Caller, identity: Layer) -> list[Guard]:
        """Return the guards that name the caller itself, and those its policies reach."""
        found: dict[str, Guard] = {}
        named = [*self._naming.get(who.name, ()), *self._naming.get(who.role or "", ())]
        for guard in (*named, *self._open, *self._reached(identity)):
            found[guard.arn] = guard
        return list(found.values())

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
    return not any(c in body for c in "*?$\ue001") and body.count(":") >= 5  # noqa: PLR2004 - an ARN


def _carrier(pattern: str) -> str:
    """Return the ARN of the resource that carries the policy: the bucket of an object pattern."""
    if pattern.startswith("arn:") and ":s3:" in pattern:
        return pattern.split("/", 1)[0]
    return pattern.removesuffix(":*").removesuffix("/*")
