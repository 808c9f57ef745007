"""Which requests decide a statement: a second opinion on them is one on the whole proof."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from whomay.engine.contract.answers import Questions, pattern_of, policy_listed
from whomay.engine.contract.mistakes import subjects
from whomay.engine.contract.statement import Stated
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.engine.names import PrincipalNames
from whomay.engine.proof.classes import Pattern, representatives
from whomay.engine.proof.deciders import (
    LayerView,
    ResourcePolicyView,
    SnapshotView,
    View,
    own_patterns,
)
from whomay.engine.proof.outsiders import outsiders
from whomay.engine.proof.prove import callers
from whomay.engine.snapshot import Principal
from whomay.iam.callers import Caller, caller
from whomay.iam.facts.becoming import ASSUMING
from whomay.iam.policy import Policy
from whomay.metadata.records import StatementKind


@dataclass(frozen=True, slots=True)
class Walk:
    """What the proof of one statement about one principal walks.

    `who` asks, for requests of `pattern`, which the `views` tell apart. With `allowable` the proof
    leaves out what no statement can allow. `deciders` holds for each of `who` the view that decides
    its requests. It has all layers of the snapshot, or for somebody outside it the trust policy
    alone.
    """

    stated: Stated
    who: Sequence[Caller]
    deciders: Sequence[View]
    views: Sequence[View]
    pattern: Pattern
    allowable: bool = True

    def requests(self, who: Caller, pattern: Pattern | None = None) -> Iterator[Request]:
        """Yield one request of each class; of another pattern also those that none can allow.

        Raises:
            TooManyClasses: there are more classes than are decided.

        """
        if pattern is not None:
            return representatives(who, self.views, pattern)
        return representatives(who, self.views, self.pattern, allowable=self.allowable)


def walks(questions: Questions, statements: Sequence[Stated]) -> Iterator[Walk]:
    """Yield the walk of each statement for each principal that it is about."""
    names = PrincipalNames(questions.possible.snapshot)
    for stated in statements:
        for principal in subjects(names, stated)[0]:
            own, asked = questions.on_the_way_of(stated)
            yield _walk(own, principal, asked)


def _walk(questions: Questions, principal: Principal, stated: Stated) -> Walk:
    possible = SnapshotView(questions.possible)
    who = callers(questions.possible, principal.arn)
    views: list[View] = [possible]
    pattern = pattern_of(stated, ordinary=stated.kind is StatementKind.MUST_ALLOW)
    match stated.kind:
        case StatementKind.MAY_ONLY:
            views.append(LayerView(Layer((policy_listed(stated),)), questions.possible))
            pattern = Pattern()
        case StatementKind.ASSUMABLE_ONLY_BY:
            layers = [Layer((principal.trust or Policy(()),)), Layer((policy_listed(stated),))]
            own = own_patterns(principal.arn)
            views = [ResourcePolicyView(layer, questions.certain, own) for layer in layers]
            layers += questions.certain.around.rcps(principal.account)
            who = outsiders([s for layer in layers for s in layer.statements], principal.account)
            pattern = Pattern(ASSUMING, (principal.arn,))
        case StatementKind.CANNOT_REACH:
            roles = [way.end for way in questions.reach.chains(principal.arn)]
            who += [caller(role) for role in roles if role in questions.possible.principals]
    known = [questions.possible.principal(each) is not None for each in who]
    deciders = [possible if inside else views[0] for inside in known]
    allowable = stated.kind is not StatementKind.MUST_ALLOW
    return Walk(stated, who, deciders, views, pattern, allowable)
