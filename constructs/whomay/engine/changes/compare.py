"""Two views of access side by side: what one allows that the other does not."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from whomay.engine.changes.cause import Pair, clearest
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.request import Request
from whomay.engine.decisions.session_keys import USER_ID, is_of_session
from whomay.engine.proof.bounds import Looks
from whomay.engine.proof.classes import Pattern, for_each_view
from whomay.engine.proof.deciders import View
from whomay.engine.proof.unknown_alike import same_unknown
from whomay.iam.callers import Caller
from whomay.iam.patterns.pattern_sets import TooManyClasses
from whomay.iam.policy_variables import Value


@dataclass(slots=True)
class Comparison:
    """The classes of requests on which two views differ, each by one request as both know it.

    `gained` are allowed only by the new view, `lost` only by the old one, `unsure` are Unknown in
    one, or in both for another reason. `loosened` are denied by both, but less firmly by the new
    one: an explicit deny is gone.
    `unguarded` tells that something gained was denied explicitly before. `reason` says why the
    comparison is not complete; empty when it is.
    """

    gained: list[Pair] = field(default_factory=list)
    lost: list[Pair] = field(default_factory=list)
    unsure: list[Pair] = field(default_factory=list)
    loosened: list[Pair] = field(default_factory=list)
    unguarded: bool = False
    reason: str = ""

    @property
    def same(self) -> bool:
        """Whether no request is allowed by one view only, for sure."""
        return not (self.gained or self.lost or self.unsure or self.reason)


def compare(
    old: View,
    new: View,
    who: Iterable[Caller],
    pattern: Pattern | None = None,
    *,
    allowable: bool = True,
    came: Callable[[Request], bool] = lambda _: False,
) -> Comparison:
    """Decide every class of requests by both views, and sort what differs.

    With `allowable`, requests that neither view can allow are left out, so `loosened` is partial.
    `came` tells the requests that could not be sent before: nobody loses them.
    """
    found, looks = Comparison(), Looks()
    try:
        for one in who:
            for was, now in for_each_view(
                one, [old, new], pattern or Pattern(), allowable=allowable, looks=looks
            ):
                before, after = old.verdict(was), new.verdict(now)
                if _is_told_with_other_keys((old, was, before), (new, now, after)):
                    continue
                if before is Verdict.ALLOWED and after is not before and came(now):
                    continue
                _sort(found, Pair(was, now), before, after)
                same = before is not after or same_unknown(old, was, new, now)
                if before is Verdict.UNKNOWN and not same:
                    found.unsure.append(Pair(was, now))
    except TooManyClasses as limit:
        found.reason = str(limit)
    return found


def _is_told_with_other_keys(
    old: tuple[View, Request, Verdict], new: tuple[View, Request, Verdict]
) -> bool:
    """Tell whether the side that does not allow a request does so with the other side's keys."""
    (view, request, verdict), (_, other, its) = sorted((old, new), key=_is_allowed)
    return its is Verdict.ALLOWED and verdict is not its and _allows(view, request, other)


def _is_allowed(side: tuple[View, Request, Verdict]) -> bool:
    return side[2] is Verdict.ALLOWED


def _allows(view: View, request: Request, with_keys_of: Request) -> bool:
    """Tell whether a view allows a request to a session made with the keys of the other side.

    A session whose maker may not choose a key has the role's own. It is told with that one.
    """
    keys = view.index.session_keys(request.caller)
    if keys is None:
        return False
    mine, others = _of_session(request), _of_session(with_keys_of)
    names = {key for key in {*mine, *others} if mine.get(key) != others.get(key)}
    if not names or not all(keys.may_be(key, others.get(key)) for key in names):
        return False
    rest = {k: v for k, v in request.context.items() if k not in mine}
    return view.verdict(request.with_context({**rest, **others})) is Verdict.ALLOWED


def _of_session(request: Request) -> dict[str, Value]:
    return {k: v for k, v in request.context.items() if is_of_session(k) and k != USER_ID}


def _sort(found: Comparison, pair: Pair, before: Verdict, after: Verdict) -> None:
    if before is after:
        return
    if Verdict.UNKNOWN in (before, after):
        found.unsure.append(pair)
    elif after is Verdict.ALLOWED:
        found.gained.append(pair)
        found.unguarded |= before is Verdict.EXPLICIT_DENY
    elif before is Verdict.ALLOWED:
        found.lost.append(pair)
    elif before is Verdict.EXPLICIT_DENY:
        found.loosened.append(pair)


def grown(
    old: View,
    new: View,
    who: Sequence[Caller],
    pattern: Pattern | None = None,
    *,
    held_back_in: View | None = None,
) -> tuple[Request | None, str]:
    """Return a request on which a single layer allows more, or denies less, than before.

    With `held_back_in`, it is one that this view of all layers does not allow. The text says why
    there may be one although none was found; empty when that is certain.
    """
    found = compare(old, new, who, pattern, allowable=False)
    better = [*found.gained, *found.loosened]
    if held_back_in is not None:
        better = [one for one in better if held_back_in.verdict(one.after) is not Verdict.ALLOWED]
    return (clearest(better).after, "") if better else (None, found.reason)
