"""Questions about all requests at once, answered with a witness or with a proof.

Each walks the representative requests of `whomay.engine.proof.classes` and decides them; a definite answer
wins over Unknown, and too many classes are Unknown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from whomay.engine.decisions.asked_about import AskedAbout
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.request import Request
from whomay.engine.decisions.resource_policies import ResourcePolicy
from whomay.engine.proof.classes import Pattern, representatives
from whomay.engine.proof.deciders import (
    ResourcePolicyView,
    SnapshotView,
    View,
    own_patterns,
)
from whomay.engine.proof.inclusion import beyond
from whomay.engine.proof.outsiders import outsiders
from whomay.engine.proof.unknown_alike import covered_alike
from whomay.iam.callers import Caller, CallerKind, Grant, caller
from whomay.iam.facts.becoming import ASSUMING
from whomay.iam.patterns.pattern_sets import TooManyClasses
from whomay.iam.patterns.truth import Truth


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether something holds for all requests of a question.

    `holds` is None when that is not known; `reason` then says why, if no single request does.
    `witness` is the request that shows it: the counterexample, the one allowed, or the one whose
    verdict is Unknown.
    """

    holds: Truth
    witness: Request | None = None
    reason: str = ""


_PERHAPS: Final = (Verdict.ALLOWED, Verdict.UNKNOWN)


def some_allowed(view: View, who: Sequence[Caller], pattern: Pattern) -> Proof:
    """Tell whether any request of the pattern is allowed to any of the callers."""
    unsure, asked = Proof(False), AskedAbout(pattern.actions, pattern.resources)
    try:
        for one in who:
            if view.grants_nothing(one, asked):
                continue
            for request in representatives(one, [view], pattern, allowable=True):
                verdict = view.verdict(request)
                if verdict is Verdict.ALLOWED and pattern.names(request.resource):
                    return Proof(True, request)
                if verdict in _PERHAPS and unsure.witness is None:
                    unsure = Proof(None, request)
    except TooManyClasses as limit:
        return Proof(None, reason=str(limit))
    return unsure


def all_allowed(view: View, who: Sequence[Caller], pattern: Pattern) -> Proof:
    """Tell whether every request of the pattern is allowed to all of the callers."""
    unsure = Proof(True)
    try:
        for one in who:
            for request in representatives(one, [view], pattern):
                verdict = view.verdict(request)
                if verdict is Verdict.ALLOWED:
                    continue
                if verdict is not Verdict.UNKNOWN and pattern.names(request.resource):
                    return Proof(False, request)
                unsure = unsure if unsure.witness else Proof(None, request)
    except TooManyClasses as limit:
        return Proof(None, reason=str(limit))
    return unsure


def covered(view: View, by: View, who: Sequence[Caller], pattern: Pattern | None = None) -> Proof:
    """Tell whether everything that one view allows the callers is allowed by another as well."""
    unsure = Proof(True)
    try:
        for one in who:
            asked = beyond(view, by, one, pattern or Pattern())
            if asked is None:
                continue
            for request in representatives(one, [view, by], asked, allowable=True):
                allowed = view.verdict(request)
                if allowed not in (Verdict.ALLOWED, Verdict.UNKNOWN):
                    continue
                bound = by.verdict(request)
                if bound is Verdict.ALLOWED:
                    continue
                if Verdict.UNKNOWN not in (allowed, bound):
                    return Proof(False, request)
                if allowed is bound and covered_alike(view, by, request):
                    continue
                unsure = unsure if unsure.witness else Proof(None, request)
    except TooManyClasses as limit:
        return Proof(None, reason=str(limit))
    return unsure


def callers(index: Index, principal_arn: str) -> list[Caller]:
    """Return the callers that a principal can be: a role also as each session that is named."""
    own = caller(principal_arn)
    if own.kind is not CallerKind.SESSION:
        return [own]
    return [own, *index.named_sessions(own)]


def assuming(index: Index, role_arn: str) -> Iterator[tuple[Request, Verdict]]:
    """Yield every kind of request that can make somebody the role, with Allowed or Unknown.

    Principals of the snapshot are decided by their own policies too; everybody else is taken to
    be allowed everything on its own side. Raises TooManyClasses.
    """
    resource_policy = index.neighbourhood.resource_policies.get(role_arn)
    if resource_policy is None:
        return
    pattern = Pattern(actions=ASSUMING, resources=(role_arn,))
    outside = ResourcePolicyView(resource_policy.layer, index, own_patterns(role_arn))
    inside = SnapshotView(index)
    for who in _may_assume(index, resource_policy):
        view = outside if index.principal(who) is None else inside
        for request in representatives(who, [view], pattern, allowable=True):
            verdict = view.verdict(request)
            if verdict in (Verdict.ALLOWED, Verdict.UNKNOWN):
                yield request, verdict


def _may_assume(index: Index, resource_policy: ResourcePolicy) -> list[Caller]:
    """Return the callers that a trust policy may name, one of each kind and each of the snapshot."""
    account = caller(resource_policy.arn).account or ""
    found = outsiders(resource_policy.layer.statements, account)
    allows = [s for s in resource_policy.layer.statements if not s.deny]
    strangers = [c for c in found if index.principal(c) is None]
    if any(s.grant(c, bounded=False)[1] is not Grant.NONE for s in allows for c in strangers):
        found += [caller(arn) for arn in index.principals]
    named = (
        c for c in found if any(s.grant(c, bounded=False)[1] is not Grant.NONE for s in allows)
    )
    everybody = found if resource_policy.layer.unknown else named
    return list({(c.name, c.role): c for c in everybody}.values())
