"""A refused call explained: what AWS said, what the policies say, and the least change that allows it."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from whomay.cli.colour import show
from whomay.cli.contract_says import contract_says, principal_of
from whomay.cli.failing import in_one_line
from whomay.cli.inputs import BROKEN, UNKNOWN, BadInputError, Source, bad_input_in_one_line
from whomay.cli.refused_lines import (
    change_lines,
    evaluation_lines,
    said_by_aws,
    side_by_side,
    snapshot_lines,
)
from whomay.cli.reviewed_app import ReviewedApp, as_deployed, reviewed_app
from whomay.engine import Decision, Request, Snapshot, Verdict, decide
from whomay.engine.decisions import least_changes
from whomay.files import FileError, read_text
from whomay.iam.callers import CallerKind
from whomay.iam.facts.action_keys import problem_with_key
from whomay.iam.patterns.symbols import printable
from whomay.live.authorization import Authorization
from whomay.live.evaluated_case import decision_of, differences, texts
from whomay.live.failed_half import HALVES, half_of
from whomay.live.refusal import HALF_OF_KIND, Refusal
from whomay.live.told_refusal import ToldRefusal, told_refusal

_DENIED: Final = (Verdict.EXPLICIT_DENY, Verdict.IMPLICIT_DENY)


def explain(given: str, assembly: Source, profile: str | None, region: str | None) -> None:
    """Print what is known of a refused call, and exit: 1 where a policy says so, 3 where none does."""
    with in_one_line(), bad_input_in_one_line():
        known = told_refusal(_text(given), profile, region)
        app = reviewed_app(assembly)
        found = [*_explained(known, app, assembly)]
    show("\n".join(printable(line) for line, _ in found))
    sys.exit(BROKEN if any(certain for _, certain in found) else UNKNOWN)


def _text(given: str) -> str:
    """Return the message: the argument, what a file of that name holds, or what comes in by `-`."""
    if given == "-":
        return sys.stdin.read()
    try:
        is_file = Path(given).is_file()
    except (OSError, ValueError):  # a message may be longer than a name can be
        is_file = False
    try:
        return read_text(Path(given)) if is_file else given
    except FileError as error:
        raise BadInputError(str(error)) from None


def _explained(
    known: ToldRefusal, app: ReviewedApp | None, assembly: Source
) -> Iterator[tuple[str, bool]]:
    """Yield the lines, each with whether it makes it certain that a policy refuses the call."""
    told = known.told
    if told.who or told.action:
        yield " ".join(f"refused: {told.who} {told.action} {told.resource}".split()), False
        yield f"AWS says: {said_by_aws(told)}", told.explicit is not None
    if told.id and known.evaluated is None:
        yield f"AWS has more for a day: authorization id {told.id}", False
    if known.why_not:
        yield f"AWS was not asked: {known.why_not}", False
    if known.evaluated is not None:
        yield from _by_aws(known, known.evaluated, app)
    elif app is None:
        where = "name a snapshot, a lock or an assembly by -a"
        yield f"not asked of the policies: {assembly} is not there; {where}", False
    elif not told.who:
        yield "not asked of the policies: the message names no caller", False
    else:
        request = _request(told.who, told.action, told.resource or "*", told.context)
        yield from _by_policies(told, request, _with_names(app, request, known))


def _by_aws(
    known: ToldRefusal, evaluated: Authorization, app: ReviewedApp | None
) -> Iterator[tuple[str, bool]]:
    """Yield what AWS evaluated, for each action and resource that it denied."""
    for one in evaluated.denied:
        own = decision_of(evaluated, one)
        who = own.request.principal
        if not known.told.who:
            yield f"refused: {who} {one.action} {one.resource}", False
        for line in evaluation_lines(evaluated, one, own):
            yield line, True
        request = _request(who, one.action, one.resource, one.context)
        there = None if app is None else _with_names(app, request, known)
        ours = None if there is None else _of_snapshot(request, there.snapshot)
        for line in side_by_side(differences(evaluated, one, ours)):
            yield line, True
        for line in _changes(own, there if ours is not None else None):
            yield line, True
        if there is not None and ours is None:
            yield f"not asked of the policies: {there.name} does not have {who}", False
    if not evaluated.denied:
        yield f"AWS tells no denied evaluation of {evaluated.id}", False


def _by_policies(told: Refusal, request: Request, there: ReviewedApp) -> Iterator[tuple[str, bool]]:
    decision = _of_snapshot(request, there.snapshot)
    if decision is None:
        yield f"{there.name} says: {Verdict.UNKNOWN}", False
        yield (
            f"  it does not have {request.principal}; -a takes a file of `whomay snapshot` too",
            False,
        )
        return
    for line in snapshot_lines(decision, there.name):
        yield line, decision.verdict in _DENIED
    if decision.verdict is Verdict.ALLOWED:
        where = "it is not what is deployed, or it is above the account"
        yield f"the policies there allow it: {where}", False
    if decision.verdict in _DENIED and (half := _not_shown(told, decision)):
        not_there = f"AWS names {half}, and {there.name} does not show that"
        yield f"{not_there}: the changes below may not be enough", False
    for line in _changes(decision, there):
        yield line, False


def _not_shown(told: Refusal, decision: Decision) -> str:
    """Return what AWS says of the half that failed where the policies do not refuse by it."""
    if told.explicit is None:
        return ""
    request = decision.request
    half = half_of(HALF_OF_KIND.get(told.kind, ""), request.action, request.resource)
    changes = () if decision.open else least_changes(request, decision.layers)
    layers = {decision.layer.value, *(one.layer.value for one in changes)}
    halves = {half_of(layer, request.action, request.resource) for layer in layers}
    shown = half in halves or half not in HALVES
    if shown and (decision.verdict is Verdict.EXPLICIT_DENY or not told.explicit):
        return ""
    return said_by_aws(told)


def _with_names(app: ReviewedApp, request: Request, known: ToldRefusal) -> ReviewedApp:
    """Return the app with the names of the account, where that is asked and the app does not have them."""
    if known.account is None or not _lacks(app.snapshot, request):
        return app
    return as_deployed(app, known.account)


def _lacks(snapshot: Snapshot, request: Request) -> bool:
    named = request.caller.kind in (CallerKind.USER, CallerKind.SESSION)
    return named and principal_of(snapshot, request) is None


def _of_snapshot(request: Request, snapshot: Snapshot) -> Decision | None:
    """Return the decision of a snapshot; None where it does not have the caller."""
    return None if _lacks(snapshot, request) else decide(request, snapshot)


def _request(who: str, action: str, resource: str, told: Mapping[str, Any]) -> Request:
    """Return the request, with those keys that a request for the action may have."""
    context = {
        key: texts(value) if isinstance(value, list) else texts(value)[0]
        for key, value in told.items()
    }
    known_keys = {k: v for k, v in context.items() if problem_with_key((action,), k) is None}
    return Request(who, action, resource, known_keys)


def _changes(decision: Decision, there: ReviewedApp | None) -> Iterator[str]:
    """Yield the least changes that allow the call together, and what the contract says to them."""
    if decision.verdict not in _DENIED:
        return
    changes = () if decision.open else least_changes(decision.request, decision.layers)
    yield from change_lines(decision, changes)
    if not changes or there is None:
        return
    if there.contract is None:
        yield f"contract: {there.name} holds none: name the app by -a cdk.out"
        return
    yield from contract_says(there.contract, there.snapshot, decision.request, changes)
