"""A refused call explained: what AWS said, what the policies say, and the least change that allows it."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from whomay.cli.colour import show
from whomay.cli.contract_says import contract_says, principal_of
from whomay.cli.failing import in_one_line
from whomay.cli.inputs import (
    BROKEN,
    UNKNOWN,
    BadInputError,
    Source,
    bad_input_in_one_line,
    contract_of,
)
from whomay.cli.lock_input import Known, known
from whomay.cli.refused_lines import (
    change_lines,
    evaluation_lines,
    said_by_aws,
    side_by_side,
    snapshot_lines,
)
from whomay.engine import Decision, Deployment, Request, Verdict, decide
from whomay.engine.decisions import least_changes
from whomay.files import FileError, read_text
from whomay.iam.callers import CallerKind
from whomay.iam.facts.action_keys import problem_with_key
from whomay.iam.patterns.symbols import printable
from whomay.live.authorization import Authorization, authorization
from whomay.live.errors import LiveError
from whomay.live.evaluated_case import decision_of, differences, texts
from whomay.live.refusal import Refusal, decoded, encoded, refusal
from whomay.live.refused_event import is_event, refused_event

_DEFAULT: Final = Path("cdk.out")
_DENIED: Final = (Verdict.EXPLICIT_DENY, Verdict.IMPLICIT_DENY)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How AWS is asked, and what came of it: its evaluation, or why there is none."""

    told: Refusal
    evaluated: Authorization | None = None
    why_not: str = ""


def explain(given: str, assembly: Source, profile: str | None, region: str | None) -> None:
    """Print what is known of a refused call, and exit: 1 where a policy says so, 3 where none does."""
    with in_one_line(), bad_input_in_one_line():
        asked = _asked(_text(given), profile, region)
        is_there = assembly != _DEFAULT or _DEFAULT.exists()
        there = known(assembly, Deployment(), None) if is_there else None
        found = [*_explained(asked, there, assembly)]
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


def _asked(text: str, profile: str | None, region: str | None) -> _Asked:
    """Read the message, and ask AWS for what it has about it."""
    told, message = refused_event(text) if is_event(text) else (Refusal(), text)
    token = encoded(message)
    if token:
        told = _joined(_decoded(token, profile), told)
    elif not told.who:
        told = refusal(message)
    if not told.id:
        return _Asked(told)
    try:
        return _Asked(told, _evaluated(told, profile, region))
    except LiveError as error:
        if not told.who:  # there is nothing but the id
            raise
        return _Asked(told, why_not=str(error))


def _joined(decoded_one: Refusal, event: Refusal) -> Refusal:
    """Return what STS decoded, with the condition keys that the event tells besides."""
    return replace(decoded_one, context={**event.context, **decoded_one.context})


def _decoded(token: str, profile: str | None) -> Refusal:
    """Ask STS what an encoded message says."""
    from whomay.live.snapshot.account import RefusedError, account  # noqa: PLC0415 - boto3, on need

    asked = account(profile, ())
    try:
        told = asked.ask("sts", "decode_authorization_message", EncodedMessage=token)
    except RefusedError as error:
        raise LiveError(
            f"sts:DecodeAuthorizationMessage: {error.why}: {asked.caller} needs it for this message",
            exit_code=3,
        ) from error
    return decoded(told["DecodedMessage"])


def _evaluated(told: Refusal, profile: str | None, region: str | None) -> Authorization:
    """Ask IAM Toolbox how AWS evaluated the call."""
    from whomay.live.snapshot.account import account  # noqa: PLC0415 - boto3, on need

    where = region or told.region
    return authorization(account(profile, (where,) if where else ()), told.id)


def _explained(asked: _Asked, there: Known | None, assembly: Source) -> Iterator[tuple[str, bool]]:
    """Yield the lines, each with whether it makes it certain that a policy refuses the call."""
    told = asked.told
    if told.who or told.action:
        yield (
            f"refused: {told.who} {told.action} {told.resource}".replace("  ", " ").rstrip(),
            False,
        )
        yield f"AWS says: {said_by_aws(told)}", told.explicit is not None
    if told.id and asked.evaluated is None:
        yield f"AWS has more for a day: authorization id {told.id}", False
        yield f"AWS was not asked: {asked.why_not}", False
    if asked.evaluated is not None:
        yield from _by_aws(asked.evaluated, there, assembly)
    elif there is None:
        yield (
            f"not asked of the policies: {assembly} is not there; name a snapshot, a lock or an assembly by -a",
            False,
        )
    elif not told.who:
        yield "not asked of the policies: the message names no caller", False
    else:
        request = _request(told.who, told.action, told.resource or "*", told.context)
        yield from _by_policies(request, there, assembly)


def _by_aws(
    evaluated: Authorization, there: Known | None, assembly: Source
) -> Iterator[tuple[str, bool]]:
    """Yield what AWS evaluated, for each action and resource that it denied."""
    for one in evaluated.denied:
        own = decision_of(evaluated, one)
        for line in evaluation_lines(evaluated, one, own):
            yield line, True
        who = own.request.principal
        request = _request(who, one.action, one.resource, one.context)
        ours = _of_snapshot(request, there) if there is not None else None
        for line in side_by_side(differences(evaluated, one, ours)):
            yield line, True
        for line in _changes(own, there):
            yield line, True
        if there is not None and ours is None:
            yield (
                f"not asked of the policies: {assembly} does not have {own.request.principal}",
                False,
            )
    if not evaluated.denied:
        yield f"AWS tells no denied evaluation of {evaluated.id}", False


def _by_policies(request: Request, there: Known, assembly: Source) -> Iterator[tuple[str, bool]]:
    decision = _of_snapshot(request, there)
    if decision is None:
        yield f"{assembly} says: {Verdict.UNKNOWN}", False
        yield f"  it does not have {request.principal}", False
        return
    for line in snapshot_lines(decision, assembly):
        yield line, decision.verdict in _DENIED
    if decision.verdict is Verdict.ALLOWED:
        yield (
            "the policies there allow it: it is not what is deployed, or it is above the account",
            False,
        )
    for line in _changes(decision, there):
        yield line, False


def _of_snapshot(request: Request, there: Known) -> Decision | None:
    """Return the decision of a snapshot; None where it does not have the caller."""
    named = request.caller.kind in (CallerKind.USER, CallerKind.SESSION)
    if named and principal_of(there.snapshot, request) is None:
        return None
    return decide(request, there.snapshot)


def _request(who: str, action: str, resource: str, told: Mapping[str, Any]) -> Request:
    """Return the request, with those keys that a request for the action may have."""
    context = {
        key: texts(value) if isinstance(value, list) else texts(value)[0]
        for key, value in told.items()
    }
    known_keys = {k: v for k, v in context.items() if problem_with_key((action,), k) is None}
    return Request(who, action, resource, known_keys)


def _changes(decision: Decision, there: Known | None) -> Iterator[str]:
    """Yield the least changes that allow the call together, and what the contract says to them."""
    if decision.verdict not in _DENIED:
        return
    changes = () if decision.open else least_changes(decision.request, decision.layers)
    yield from change_lines(decision, changes)
    if not changes or there is None:
        return
    if there.assembly is None:
        yield f"contract: {there.lock} holds none: name the app by -a cdk.out"
        return
    contract = contract_of(there.assembly, None)
    yield from contract_says(contract, there.snapshot, decision.request, changes)
