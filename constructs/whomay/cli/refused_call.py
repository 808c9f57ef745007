"""A refused call explained: what AWS said, what the policies say, and the least change that allows it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from whomay.cli.colour import show
from whomay.cli.failing import in_one_line
from whomay.cli.inputs import BROKEN, UNKNOWN, Source, bad_input_in_one_line
from whomay.cli.lock_input import known
from whomay.engine import Decision, Deployment, Request, Verdict, decide
from whomay.iam.patterns.symbols import printable
from whomay.live.errors import LiveError
from whomay.live.refusal import KINDS, Refusal, decoded, encoded, refusal

_DEFAULT: Final = Path("cdk.out")


def explain(message: str, assembly: Source, profile: str | None) -> None:
    """Print what is known of a refused call, and exit: 1 where a policy says so, 3 where none does."""
    with in_one_line(), bad_input_in_one_line():
        told = _decoded(message, profile) if encoded(message) else refusal(message)
        is_there = assembly != _DEFAULT or _DEFAULT.exists()
        decision = _decided(told, assembly) if is_there and told.resource else None
    show("\n".join(printable(line) for line in _lines(told, decision, assembly)))
    found = decision is not None and decision.verdict not in (Verdict.ALLOWED, Verdict.UNKNOWN)
    sys.exit(BROKEN if found or told.explicit is not None else UNKNOWN)


def _decoded(message: str, profile: str | None) -> Refusal:
    """Ask STS what an encoded message says."""
    from whomay.live.snapshot.account import RefusedError, account  # noqa: PLC0415 - boto3, on need

    asked = account(profile, ())
    try:
        told = asked.ask("sts", "decode_authorization_message", EncodedMessage=encoded(message))
    except RefusedError as error:
        raise LiveError(
            f"sts:DecodeAuthorizationMessage: {error.why}: {asked.caller} needs it for this message",
            exit_code=3,
        ) from error
    return decoded(told["DecodedMessage"])


def _decided(told: Refusal, assembly: Source) -> Decision:
    snapshot = known(assembly, Deployment(), None).snapshot
    return decide(Request(told.who, told.action, told.resource), snapshot)


def _lines(told: Refusal, decision: Decision | None, assembly: Source) -> Iterator[str]:
    yield f"refused: {told.who} {told.action} {told.resource}".rstrip()
    yield f"AWS says: {_said(told)}"
    if told.id:
        yield f"AWS has more for a day: authorization id {told.id}"
    if decision is None:
        what = "the message names no resource" if not told.resource else f"{assembly} is not there"
        yield f"not asked of the policies: {what}; name a snapshot, a lock or an assembly by -a"
        return
    yield f"{assembly} says: {decision.verdict}"
    yield f"  {decision.reason}"
    if decision.verdict is Verdict.ALLOWED:
        yield "the policies there allow it: it is not what is deployed, or it is above the account"
    elif decision.verdict is Verdict.IMPLICIT_DENY and not told.explicit:
        yield f"least change: Allow {told.action} on {told.resource} to {told.who}"
        yield "then ask `whomay check` whether the contract permits it"
    elif decision.statements:
        yield "least change: except this request from that Deny; no Allow outweighs it"


def _said(told: Refusal) -> str:
    if told.explicit is None:
        return "nothing of the policy"
    kind = KINDS.get(told.kind, f"a {told.kind} policy" if told.kind else "a policy")
    if not told.explicit:
        return f"no Allow in {kind}"
    return f"a Deny in {kind}" + (f": {told.policy}" if told.policy else "")
