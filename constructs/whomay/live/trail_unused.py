"""What is granted, against what a trail saw: used, unused, held back, or not told.

Unused is said only where a call would be in the trail for sure. What a trail cannot show is named.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from whomay.engine import Snapshot
from whomay.engine.proof import Granted, granted
from whomay.engine.snapshot import Principal
from whomay.iam.arn import account_in, last_word_in
from whomay.iam.facts.trail_events import GLOBAL, Recorded, recorded
from whomay.iam.patterns.matching import glob
from whomay.iam.patterns.symbols import ACCOUNT, is_symbolic
from whomay.live.trail_selectors import Selected, records
from whomay.live.trail_used import Calls, Seen, Used

BOTH_KINDS: Final = {True, False}


class State(StrEnum):
    """What becomes of one granted action or pattern of actions."""

    USED = "used"
    UNUSED = "unused"
    HELD_BACK = "held back"
    NOT_TOLD = "not told"


@dataclass(frozen=True, slots=True)
class Use:
    """One pattern of actions that a statement allows, and what a trail saw of it.

    `used` has each action that was called, and when last. `unused` are those that the trail would
    show and does not. `held_back` are denied by something else: a Deny, a boundary, a policy of the
    organization. `hidden` has those that the trail does not tell of, each with why.
    """

    granted: Granted
    used: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """Unused where at least one of its actions is: then the pattern is wider than its use."""
        if self.unused:
            return State.UNUSED
        if self.hidden:
            return State.NOT_TOLD
        return State.USED if self.used else State.HELD_BACK


@dataclass(frozen=True, slots=True)
class Holding:
    """What one principal is granted. With `unknown`, why the trail tells nothing of it."""

    principal: Principal
    uses: tuple[Use, ...] = ()
    unknown: str = ""


def holdings(
    snapshot: Snapshot, used: Used, days: int, selections: Sequence[Selected]
) -> Iterator[Holding]:
    """Yield what each user and role is granted, by path, against the last `days` days of its account.

    Principals that are made elsewhere are among them, with what these templates attach to them.
    `selections` are the data events that the trail is known to record.
    """
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for arn in used.calls:
        by_name[last_word_in(arn)].append(arn)
    for principal, grants in granted(snapshot):
        found = _found(principal, by_name)
        account = account_in(found[0] if found else principal.arn) or ""
        first, missing = used.accounts.get(account, Seen()).window(days)
        why = _why_unknown(principal, found, used) or _too_few(account, days, missing, used)
        why = why or next((p.unknown for p in principal.identity if p.unknown is not None), "")
        if why:
            yield Holding(principal, unknown=why)
            continue
        calls = used.calls[found[0]] if found else Calls()
        own = [each for each in selections if each.account in ("", account)]
        join = _Join(used.accounts[account], _since(calls, first), own)
        yield Holding(principal, tuple(join.of(each) for each in grants))


def _found(principal: Principal, by_name: Mapping[str, list[str]]) -> list[str]:
    """Return the ARNs of the trail that are this principal's, by account where it is known."""
    arns = by_name.get(last_word_in(principal.arn), [])
    known = ACCOUNT not in principal.arn
    return sorted(
        each for each in arns if not known or account_in(each) == account_in(principal.arn)
    )


def _why_unknown(principal: Principal, found: list[str], used: Used) -> str:
    if is_symbolic(last_word_in(principal.arn)):
        return "AWS makes its name at deployment; a file of `whomay snapshot` has it: -a FILE"
    if len(found) > 1:
        return f"the trail has several of this name: {', '.join(found)}"
    if not found and ACCOUNT in principal.arn:
        return "no record is of this name, and its account is not known: --account ID"
    account = account_in(found[0] if found else principal.arn) or ""
    return "" if account in used.accounts else f"no record is of its account, {account}"


def _too_few(account: str, days: int, missing: list[str], used: Used) -> str:
    """Say why the records of the account are not enough to call anything unused."""
    there = sorted(used.accounts[account].days)
    if not missing:
        return ""
    if missing[0] < there[0]:
        spanned = days - sum(day < there[0] for day in missing)
        told = f"{spanned} {'day' if spanned == 1 else 'days'}, {there[0]} to {there[-1]}"
        return f"the records of account {account} span {told}, fewer than {days}"
    some = ", ".join(missing[:3]) + (" ..." if len(missing) > 3 else "")  # noqa: PLR2004 - as many as one reads
    return f"account {account} has no record of {len(missing)} of the {days} days: {some}"


def _since(calls: Calls, first: str) -> Calls:
    """Return the calls from a day on."""
    return Calls(
        {each: at for each, at in calls.used.items() if at >= first},
        {each: (at, call) for each, (at, call) in calls.beside.items() if at >= first},
        {each: at for each, at in calls.strange.items() if at >= first},
    )


class _Join:
    """Looks at one principal's grants."""

    def __init__(self, seen: Seen, calls: Calls, selections: Sequence[Selected]) -> None:
        self._seen = seen
        self._calls = calls
        self._selections = selections
        self._strange = {call.partition(":")[0]: call for call in sorted(calls.strange)}

    def of(self, grant: Granted) -> Use:
        called = {each: self._calls.used.get(each.lower(), "") for each in grant.actions}
        rest = [each for each, at in called.items() if not at]
        hidden = {each: self._why_hidden(each, grant) for each in rest}
        shown = [each for each, why in hidden.items() if not why]
        allowed = {each: grant.allowed(each) for each in shown}
        unsure = {each: _NOT_KNOWN for each in shown if allowed[each] is None}
        return Use(
            grant,
            {each: at for each, at in called.items() if at},
            tuple(each for each in shown if allowed[each]),
            tuple(each for each in shown if allowed[each] is False),
            {**{each: why for each, why in hidden.items() if why}, **unsure, **self._others(grant)},
        )

    def _others(self, grant: Granted) -> Mapping[str, str]:
        """Return the calls that a pattern may allow, and that are no action of the catalogue."""
        if not grant.actions:
            return {grant.pattern: "AWS lists no such action"}
        test = glob(grant.pattern.lower())
        return {call: _STRANGE for call in self._calls.strange if test(call) is True}

    def _why_hidden(self, action: str, grant: Granted) -> str:
        """Return why the trail would not show the action; empty where it would."""
        service = action.partition(":")[0].lower()
        _, beside = self._calls.beside.get(action.lower(), ("", ""))
        if beside:
            return f"AWS may have asked it beside {beside}"
        if service in self._strange:
            return f"{self._strange[service]} may have used it: AWS lists no action of that name"
        how = recorded(action)
        if how is Recorded.DATA:
            resources = grant.statement.resources or ("*",)
            known = all(records(self._selections, service, each) for each in resources)
            return "" if known else how.value
        return self._why_no_event(service) if how is Recorded.MANAGEMENT else how.value

    def _why_no_event(self, service: str) -> str:
        """Return why the trail may lack management events of a service."""
        if self._seen.reads != BOTH_KINDS:
            return "the trail has no management events that read, or none that write"
        if service in GLOBAL and not self._seen.services & GLOBAL:
            return "the trail has no events of global services"
        if service == "kms" and service not in self._seen.services:
            return "a trail may leave out the events of KMS, and this one has none"
        return ""


_NOT_KNOWN: Final = "not known whether it is allowed"
_STRANGE: Final = "a call that was made, and AWS lists no action of its name"
