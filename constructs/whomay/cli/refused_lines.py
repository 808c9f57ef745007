"""A refused call in words: what AWS said and evaluated, what the policies say, and what to change."""

from collections.abc import Iterator, Sequence
from typing import Any

from whomay.engine import Decision, Verdict
from whomay.engine.decisions import ChangeKind, LeastChange
from whomay.iam.patterns.symbols import display
from whomay.live.authorization import Authorization, Evaluation
from whomay.live.evaluated_case import VERDICTS, Difference, uris
from whomay.live.failed_half import HALVES, failed_half, half_by_aws, half_of
from whomay.live.refusal import HALF_OF_KIND, Refusal


def said_by_aws(told: Refusal) -> str:
    """Return what a message says of the policy that refused the call."""
    if told.explicit is None and not told.kind:
        return "nothing of the policy"
    half = half_of(HALF_OF_KIND.get(told.kind, ""), told.action, told.resource)
    kind = HALVES.get(half, f"{told.kind}" if told.kind else "a policy")
    if told.explicit is None:
        return f"it is {kind}"
    if not told.explicit:
        return f"no Allow in {kind}"
    statement = f", statement {', '.join(told.sids)}" if told.sids else ""
    return f"a Deny in {kind}{statement}" + (f": {told.policy}" if told.policy else "")


def evaluation_lines(told: Authorization, one: Evaluation, own: Decision) -> Iterator[str]:
    """Yield what AWS evaluated: verdict, half, statements, the context that it saw."""
    yield f"AWS evaluated {one.action} on {one.resource}: {VERDICTS[one.effect]}"
    named = half_by_aws(one)
    ours = failed_half(own) if own.verdict is VERDICTS[one.effect] else ""
    # MFA and the external id are conditions in a policy of the half that AWS names
    half = ours if ours in ("MFA", "external id") or not named else named
    if half:
        yield f"  failed: {HALVES[half]}"
    for statement in (each for each in one.matched if each.effect == "DENY"):
        yield f"  statement: {statement.sid} of {statement.uri} denies"
    if own.verdict is Verdict.IMPLICIT_DENY:
        holding = [uri for each in own.statements for uri in uris(told, each)]
        within = f" ({', '.join(dict.fromkeys(holding))})" if holding else ""
        yield f"  {own.reason}{within}"
    for key in sorted(one.context):
        yield f"  {key}: {_shown(one.context[key])}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def side_by_side(found: Sequence[Difference]) -> Iterator[str]:
    """Yield where AWS and the engine differ, or that they agree."""
    if not found:
        yield "whomay decides the same on this context and these policies"
    for one in found:
        yield f"differs: {one.what}"
        yield f"  AWS:    {one.aws}"
        yield f"  whomay: {one.ours}"


def snapshot_lines(decision: Decision, assembly: object) -> Iterator[str]:
    """Yield what a snapshot, a lock or an assembly says of the call."""
    yield f"{assembly} says: {decision.verdict}"
    if decision.verdict in (Verdict.EXPLICIT_DENY, Verdict.IMPLICIT_DENY):
        yield f"  failed: {HALVES[failed_half(decision)]}"
    yield f"  {decision.reason}"


def change_lines(decision: Decision, changes: Sequence[LeastChange]) -> Iterator[str]:
    """Yield the least change, one line for each place that it is made in."""
    for one in changes:
        yield f"least change: {display(_change(decision, one))}"
    if not changes:
        yield "least change: none is known that allows it by a policy"


def _change(decision: Decision, one: LeastChange) -> str:
    request = decision.request
    half = half_of(one.layer.value, request.action, request.resource)
    match one.kind:
        case ChangeKind.EXCEPT:
            source = one.statement.source
            name = source.sid or source.index
            place = " ".join(part for part in (source.path, source.policy) if part)
            return (
                f"except this request from statement {name} of {place}; no Allow outweighs a Deny"
            )
        case ChangeKind.MEET:
            met = ", ".join(f"{c.operator} {c.key} {' or '.join(c.values)}" for c in one.conditions)
            return f"call so that {met} holds, as {HALVES[half]} asks; no policy changes"
    allow = f"Allow {request.action} on {request.resource} to {request.principal}"
    return allow if half == "identity" else f"{allow} in {HALVES[half]}"
