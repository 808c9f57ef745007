"""Which calls try a statement: every probe of the table that it is about, on the app's own resources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from whomay.engine import Decision, Request, Verdict
from whomay.engine.contract import Questions, StatementKind, Walk, walks
from whomay.engine.decisions import decide_in
from whomay.iam.arn_forms import EVERYTHING, OBJECT, filled, parts_of
from whomay.iam.facts.condition_keys import ORDINARY_KEYS
from whomay.iam.patterns.matching import any_arn, glob
from whomay.live.verify.probe_table import PROBES, Probe
from whomay.live.verify.promises import Promise

MOST: Final = 20  # calls of one statement


@dataclass(frozen=True, slots=True)
class Planned:
    """A call that tries a request of a statement. `expected` tells whether the contract allows it."""

    promise: Promise
    probe: Probe
    request: Request
    parameters: dict[str, Any]
    expected: bool
    decision: Decision

    @property
    def ours(self) -> Verdict:
        """Our engine's verdict."""
        return self.decision.verdict

    @property
    def place(self) -> tuple[str, str]:
        """Bucket and key that the call is about; empty where it is about no object."""
        return str(self.parameters.get("Bucket", "")), str(self.parameters.get("Key", ""))


class Plan:
    """Plans the calls for the statements of one account."""

    def __init__(self, questions: Questions, resources: Sequence[str], token: str) -> None:
        """Take the resources of the app, and the text that begins the names of the run's objects."""
        self._questions = questions
        self._resources = resources
        self._token = token
        self._number = 0

    def of(self, promise: Promise) -> tuple[list[Planned], str]:
        """Return the calls that try a statement, and why there are no more."""
        stated = promise.stated
        if stated.kind is StatementKind.ASSUMABLE_ONLY_BY:
            return [], "who else could become a role cannot be tried with these credentials"
        given = dict(stated.given)
        found: list[Planned] = []
        for walk in walks(self._questions, [stated]):
            for planned in self._calls(promise, walk):
                if len(found) == MOST:
                    return found, f"only the first {MOST} calls of a statement are made"
                if unsent := _unsent(planned, given):
                    return found, f"no call here sends {unsent} as the statement gives it"
                found.append(planned)
        return found, "" if found else "no call of the table tries it without a change"

    def _calls(self, promise: Promise, walk: Walk) -> Iterator[Planned]:
        within = any_arn(walk.pattern.resources)
        asked = [glob(each.lower()) for each in walk.pattern.actions]
        given = {key: value for key, value in walk.pattern.given.items() if value is not None}
        for probe in PROBES:
            if not any(test(probe.action.lower()) is True for test in asked):
                continue
            for resource in self._places(probe, walk.pattern.resources):
                parts = parts_of(probe.kind, resource)
                if parts is None or within(resource) is not True:
                    continue
                request = Request(
                    walk.who[0].name, probe.action, resource, {**ORDINARY_KEYS, **given}
                )
                complete = walk.deciders[0].complete(request)
                expected = _expected(walk, complete)
                if expected is None:
                    continue
                index = self._questions.certain if expected else self._questions.possible
                sent = {probe.keys[k]: v for k, v in given.items() if k in probe.keys}
                parameters = {**filled(probe.parameters, parts), **sent}
                ours = decide_in(complete, index)
                yield Planned(promise, probe, complete, parameters, expected, ours)

    def _places(self, probe: Probe, patterns: Sequence[str]) -> Iterator[str]:
        """Yield the resources to try a probe on: of the app, and objects of the run's own names."""
        if probe.kind == EVERYTHING:
            yield "*"
        elif probe.kind != OBJECT:
            yield from self._resources
        else:
            for bucket in self._resources:
                self._number += 1
                name = f"{self._token}/{self._number}"
                inside = [p[:-1] for p in patterns if p.startswith(f"{bucket}/") and p[-1] == "*"]
                yield from (f"{each}{name}" for each in inside or [f"{bucket}/"] if "*" not in each)


def _expected(walk: Walk, request: Request) -> bool | None:
    match walk.stated.kind:
        case StatementKind.MUST_ALLOW:
            return True
        case StatementKind.MAY_ONLY:
            return None if walk.views[1].verdict(request) is Verdict.ALLOWED else False
    return False


def _unsent(planned: Planned, given: dict[str, tuple[str, ...]]) -> str:
    """Return a key that the statement gives and the call does not send so; empty for none."""
    for key, values in given.items():
        as_ordinary = (ORDINARY_KEYS.get(key),) == values
        by_call = key in planned.probe.keys and len(values) == 1
        if values and not (as_ordinary or by_call):
            return key
    return ""
