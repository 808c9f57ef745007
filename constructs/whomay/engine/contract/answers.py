"""The statements of a contract, answered for all requests that they are about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from whomay.engine.contract.finding import KEPT, ContractFinding, Outcome, in_words, shown_keys
from whomay.engine.contract.statement import Stated
from whomay.engine.decisions.decide import Decision, Verdict, decide_in
from whomay.engine.decisions.explain import name
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.outside import POLICY_OUTSIDE, Outside
from whomay.engine.decisions.request import Request
from whomay.engine.decisions.through import through_endpoint
from whomay.engine.proof.classes import Pattern, representatives
from whomay.engine.proof.deciders import (
    LayerView,
    ResourcePolicyView,
    SnapshotView,
    View,
    own_patterns,
)
from whomay.engine.proof.outsiders import outsiders
from whomay.engine.proof.prove import Proof, all_allowed, callers, covered, some_allowed
from whomay.engine.proof.role_chains import Chain, Reach
from whomay.engine.snapshot import NOT_SEEN, Principal, Snapshot
from whomay.iam.callers import caller
from whomay.iam.facts.becoming import ASSUMING, Becomes
from whomay.iam.patterns.pattern_sets import TooManyClasses
from whomay.iam.patterns.symbols import display
from whomay.iam.policy import Policy, Statement
from whomay.metadata.records import StatementKind


class Questions:
    """Answers statements about the principals of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Index the snapshot twice: for what must be allowed, and for what must not."""
        self.certain = Index(snapshot)
        # A policy outside the assembly grants nothing by itself, but lets in whom the policies of
        # its account let out. Else a permission on a foreign role would not count.
        self.possible = Index(snapshot, Outside.DELEGATES)
        self.reach = Reach(self.possible)
        self._through: dict[str, Questions] = {}

    def answer(self, who: Principal, stated: Stated) -> ContractFinding:
        """Answer a statement about one principal."""
        questions, stated = self.on_the_way_of(stated)
        return _ASK[stated.kind](questions, who, stated)

    def on_the_way_of(self, stated: Stated) -> tuple["Questions", Stated]:
        """Return a statement with the questions about requests through the endpoint that it gives."""
        snapshot, given = through_endpoint(self.possible.snapshot, dict(stated.given))
        if snapshot.through is None:
            return self, stated
        path = snapshot.through.path
        if path not in self._through:
            self._through[path] = Questions(snapshot)
        return self._through[path], replace(stated, given=tuple(given.items()))

    def must_allow(self, who: Principal, stated: Stated) -> ContractFinding:
        """Every request of the pattern is allowed, whatever the free keys."""
        pattern = pattern_of(stated, ordinary=True)
        view = SnapshotView(self.certain)
        answer = all_allowed(view, callers(self.certain, who.arn), pattern)
        if answer.witness is None:
            return _without_witness(who, answer)
        decision = decide_in(answer.witness, self.certain)
        unknown, because = answer.holds is None, decision.reason
        if unknown and decision.verdict is not Verdict.UNKNOWN:
            because = f"only the deployment tells whether it is one of {display(', '.join(stated.resources))}"
        return ContractFinding(
            Outcome.UNKNOWN if unknown else Outcome.BROKEN,
            f"{who.path} must be allowed {in_words(answer.witness)}, and "
            + ("whether it is, is not known" if unknown else "is not"),
            because,
            _holds_given(view, answer.witness, pattern) or _allow_it(who, decision),
            answer.witness,
            tuple(statement.source for statement in decision.statements),
        )

    def must_not_allow(self, who: Principal, stated: Stated) -> ContractFinding:
        """No request of the pattern is allowed, whatever the free and the ordinary keys."""
        pattern = pattern_of(stated, ordinary=False)
        who_all = callers(self.possible, who.arn)
        answer = some_allowed(SnapshotView(self.possible), who_all, pattern)
        return self._too_much(who, answer, holds=False, other="deny it")

    def may_only(self, who: Principal, stated: Stated) -> ContractFinding:
        """Whatever is allowed is allowed by the stated policy alone."""
        listed = LayerView(Layer((policy_listed(stated),)), self.possible)
        who_all = callers(self.possible, who.arn)
        answer = covered(SnapshotView(self.possible), listed, who_all)
        by = self.possible.own_layers(who_all[0])
        if answer.holds and (by.boundary is not None or by.scps or self.possible.around):
            own = LayerView(by.identity, self.possible)
            return self._capped(who, covered(own, listed, who_all))
        other = f"add it to may_only at {stated.at} if it is meant"
        return self._too_much(who, answer, holds=True, other=other)

    def assumable_only_by(self, who: Principal, stated: Stated) -> ContractFinding:
        """Nobody but those listed passes the trust policy, whatever their own policies say."""
        trust, listed = self.certain.trust(who), Layer((policy_listed(stated),))
        own = own_patterns(who.arn)
        answer = covered(
            ResourcePolicyView(trust, self.certain, own),
            ResourcePolicyView(listed, self.certain, own),
            outsiders(
                (
                    each
                    for layer in (trust, listed, *self.certain.around.rcps(who.account))
                    for each in layer.statements
                ),
                who.account,
            ),
            Pattern(ASSUMING, (who.arn,)),
        )
        if answer.witness is None:
            return _without_witness(who, answer)
        trusting = _trusting(trust, answer.witness)
        verb = "may perhaps" if answer.holds is None else "can"
        who_else = display(answer.witness.principal)
        return ContractFinding(
            Outcome.UNKNOWN if answer.holds is None else Outcome.BROKEN,
            f"{who_else} {verb} become {who.path} by {in_words(answer.witness)}",
            _because(trust, trusting),
            f"narrow the trust policy, or list whom it trusts in assumable_only_by at {stated.at}",
            answer.witness,
            tuple(statement.source for statement in trusting),
        )

    def cannot_reach(self, who: Principal, stated: Stated) -> ContractFinding:
        """No request of the pattern is allowed, not as any role that can be assumed on the way."""
        answer, chain = self.reach.any_allowed(who.arn, pattern_of(stated, ordinary=False))
        if chain is None:
            return self._too_much(who, answer, holds=False, other="deny it")
        end = self.possible.principals.get(chain.end)
        if end is None:
            return _somebody_else(who, answer, chain)
        finding = self._too_much(end, answer, holds=False, other="close the way to it")
        return replace(finding, said=f"{finding.said}, which {who.path} becomes by {_hops(chain)}")

    def _too_much(
        self, who: Principal, answer: Proof, *, holds: bool, other: str
    ) -> ContractFinding:
        if answer.witness is None or answer.holds is holds:
            return _without_witness(who, answer, holds=holds)
        decision = decide_in(answer.witness, self.certain)
        if answer.holds is not None and decision.verdict is not Verdict.ALLOWED:
            decision = decide_in(answer.witness, self.possible)  # it takes a policy outside
        verb = "may perhaps" if answer.holds is None else "may"
        inside = [s for s in decision.statements if s.source.path != POLICY_OUTSIDE]
        named = ", ".join(name(statement) for statement in inside)
        return ContractFinding(
            Outcome.UNKNOWN if answer.holds is None else Outcome.BROKEN,
            f"{who.path} {verb} {in_words(answer.witness)}",
            decision.reason,
            f"narrow {named}, or {other}" if named else other,
            answer.witness,
            tuple(statement.source for statement in inside),
        )

    def _capped(self, who: Principal, own: Proof) -> ContractFinding:
        """Return a warning when the principal's own policies allow more than its boundary lets pass."""
        if own.holds is not False or own.witness is None:
            return KEPT
        decision = decide_in(own.witness, self.possible)
        return ContractFinding(
            Outcome.CAPPED,
            f"{who.path} would be allowed {in_words(own.witness)} by its own policies",
            decision.reason,
            "narrow its own policies to what the contract lists",
            own.witness,
        )


_ASK: Final[Mapping[StatementKind, Callable[[Questions, Principal, Stated], ContractFinding]]] = {
    StatementKind.MUST_ALLOW: Questions.must_allow,
    StatementKind.MUST_NOT_ALLOW: Questions.must_not_allow,
    StatementKind.MAY_ONLY: Questions.may_only,
    StatementKind.ASSUMABLE_ONLY_BY: Questions.assumable_only_by,
    StatementKind.CANNOT_REACH: Questions.cannot_reach,
}


def _hops(chain: Chain) -> str:
    return ", then ".join(in_words(hop.request) for hop in chain.hops)


def _somebody_else(who: Principal, answer: Proof, chain: Chain) -> ContractFinding:
    """Return what is told of an end that is not a principal of the assembly."""
    becomes = chain.hops[-1].becomes
    whom, fix = _ENDS[becomes]
    verb = "can" if answer.holds and chain.certain else "may"
    said = f"{who.path} {verb} become {whom} by {_hops(chain)}"
    if answer.witness is not None and answer.witness.principal == chain.end:
        said += f", and then {'may perhaps' if answer.holds is None else 'may'} "
        said += in_words(answer.witness)
    outcome = Outcome.BROKEN if answer.holds else Outcome.UNKNOWN
    return ContractFinding(outcome, said, answer.reason, fix, answer.witness)


_ENDS: Final = {
    Becomes.ROLE: (
        "a role that is not in the assembly",
        "put that role into the app, or name the roles that may be assumed",
    ),
    Becomes.FEDERATED_USER: (
        Becomes.FEDERATED_USER.value,
        "name the federated users that it may make, or deny them the request",
    ),
    Becomes.ROOT_USER: (Becomes.ROOT_USER.value, "allow sts:AssumeRoot to nobody who needs it not"),
    Becomes.DELEGATOR: (
        Becomes.DELEGATOR.value,
        "allow sts:GetDelegatedAccessToken to nobody who needs it not",
    ),
}


def policy_listed(stated: Stated) -> Policy:
    """Return what may_only or assumable_only_by lists."""
    if stated.policy is None:
        raise ValueError(f"{stated.kind} at {stated.at} lists no policy")
    return stated.policy


def pattern_of(stated: Stated, *, ordinary: bool) -> Pattern:
    """Return the requests that a statement is about; `ordinary` fixes what every AWS CLI sends."""
    given: dict[str, str | tuple[str, ...] | None] = {
        key: None if not values else values[0] if len(values) == 1 else values
        for key, values in stated.given
    }
    return Pattern(stated.actions, stated.resources, given, ordinary)


def _without_witness(who: Principal, answer: Proof, *, holds: bool = True) -> ContractFinding:
    if answer.holds is holds:
        return KEPT
    said = f"not all requests of {who.path} could be decided"
    fix = "use fewer overlapping patterns in its policies, or split the statement"
    return ContractFinding(Outcome.UNKNOWN, said, answer.reason, fix)


def _holds_given(view: View, denied: Request, pattern: Pattern) -> str | None:
    """Return the condition keys under which the same request is allowed, if any."""
    same = Pattern((denied.action,), (denied.resource,), pattern.given, pattern.ordinary)
    try:
        for other in representatives(caller(denied.principal), [view], same):
            keys = {k: v for k, v in shown_keys(other).items() if k not in pattern.given}
            if keys and view.verdict(other) is Verdict.ALLOWED:
                under = ", ".join(f"{key}={value}" for key, value in keys.items())
                return f"state that {under} is given, under which it holds, or drop the condition"
    except TooManyClasses:
        return None
    return None


def _allow_it(who: Principal, decision: Decision) -> str:
    named = ", ".join(name(statement) for statement in decision.statements)
    match decision.verdict:
        case Verdict.EXPLICIT_DENY:
            return f"make an exception in {named}"
        case Verdict.UNKNOWN:
            return "give what is named there a value that the templates show"
    return f"allow it in the {decision.layer} policy of {who.path}"


def _because(trust: Layer, trusting: Sequence[Statement]) -> str:
    seen = [name(each) for each in trusting if each.source.policy != NOT_SEEN]
    if seen:
        return f"allowed by {', '.join(seen)}"
    unseen = [f"{NOT_SEEN}: {each.source.path}: {each.source.sid}" for each in trusting]
    return "; ".join(unseen) or str(trust.unknown)


def _trusting(trust: Layer, request: Request) -> list[Statement]:
    """Return the statements of a trust policy that name the one who asks."""
    return [
        each.statement
        for each in trust.statements
        if not each.deny and each.grant(request.caller, bounded=False)[1]
    ]
