"""Representative requests: a finite set, one of each class of requests of a question.

A decision depends on a request only through which patterns and conditions match. So one request of
each class is enough, decided by the same evaluator that decides every other. The classes are the
product of three sets. Actions are told apart by the patterns they match, over AWS's catalogue and
one action unknown to it. Resources are told apart by the patterns they match. A condition key that
a matching statement reads has its absence, and one value of each region between the conditions'
points.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from whomay.engine.decisions.asked_about import AskedAbout
from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.judge import NEEDS_NO_PERMISSION, ROOT_OF_BUCKET
from whomay.engine.decisions.object_keys import KMS_ACTION_OF
from whomay.engine.decisions.request import RESOURCE_ACCOUNT, Request, follows
from whomay.engine.decisions.session_keys import SessionKeys, is_of_session
from whomay.engine.proof.asked_resources import about, instances, of_service, resources_asked
from whomay.engine.proof.bounds import MOST_PATTERNS, MOST_REQUESTS, PASSES, Looks
from whomay.engine.proof.deciders import Part, View
from whomay.engine.proof.free_keys import FreeKeys, Side
from whomay.engine.proof.owners import Owners
from whomay.iam.arn import service_in
from whomay.iam.callers import Caller, CallerKind, stranger_account
from whomay.iam.facts.action_keys import has_key
from whomay.iam.facts.actions import UNKNOWN_SERVICE, ActionClass, partition
from whomay.iam.facts.becoming import TRUST_ACTIONS
from whomay.iam.facts.condition_keys import ORDINARY_KEYS
from whomay.iam.facts.resource_types import acting
from whomay.iam.patterns.action_patterns import ActionPatterns
from whomay.iam.patterns.pattern_sets import TooManyClasses
from whomay.iam.patterns.unknown_parts import covering, starred
from whomay.iam.policy_variables import Context, Value


@dataclass(frozen=True, slots=True)
class Pattern:
    """The requests that a question is about.

    `given` fixes condition keys; a value of None fixes a key as absent. With `ordinary` the keys
    that every AWS CLI sends are fixed too, as `ORDINARY_KEYS` has them.
    """

    actions: tuple[str, ...] = ("*",)
    resources: tuple[str, ...] = ("*",)
    given: Mapping[str, Value | None] = field(default_factory=dict)
    ordinary: bool = False

    def names(self, resource: str) -> bool:
        """Tell whether a resource is one of the pattern for sure, whatever AWS calls it."""
        return about(self.resources)(resource) is True

    def fixed(self) -> dict[str, Value | None]:
        """Return the keys that are fixed, in lower case."""
        given = {key.lower(): value for key, value in self.given.items()}
        return {**ORDINARY_KEYS, **given} if self.ordinary else given


def representatives(
    who: Caller, views: Sequence[View], pattern: Pattern, *, allowable: bool = False
) -> Iterator[Request]:
    """Yield one request of each class that the views can tell apart, as the first view knows it.

    The views know the same of callers and resources. See `for_each_view`.
    """
    return (requests[0] for requests in for_each_view(who, views, pattern, allowable=allowable))


def for_each_view(
    who: Caller,
    views: Sequence[View],
    pattern: Pattern,
    *,
    allowable: bool = False,
    looks: Looks | None = None,
) -> Iterator[tuple[Request, ...]]:
    """Yield one request of each class that the views can tell apart, as each view knows it.

    The requests of a class differ in nothing but the keys that nobody chooses, which each view
    derives from its own side. With `allowable`, classes that no view can allow are left out: no
    Allow speaks of them. `looks` are those left to a question about several callers.

    Raises:
        TooManyClasses: there are more than MOST_REQUESTS or MOST_LOOKS, or too many ways to overlap.

    """
    left, looks = MOST_REQUESTS, looks or Looks()
    abouts = _abouts(who, views)
    parts = _near(who, views, pattern, abouts)
    prune = allowable and not any(part.layer.unknown for part in parts)
    statements = [(s, part.own) for part in parts for s in part.layer.statements]
    apart = [
        part for part in parts if part.resource_policy is None or part.resource_policy.is_apart(who)
    ]
    named = {own for part in apart for own in part.own}
    special = _special(who, {own for part in parts for own in part.own})
    restricted = [a for view in views for a in view.index.around.restricted]
    owning = [p.resource_policy.account for p in parts if p.resource_policy is not None]
    other = stranger_account((*owning, *restricted, *_texts(who, pattern, statements)))
    accounts = (other, *restricted)
    known = frozenset(
        starred(action.lower())
        for texts in (pattern.actions, *(_actions(s) for s, _ in statements), special)
        for action in texts
    )
    if len(known) > MOST_PATTERNS:
        raise TooManyClasses(f"{len(known):,} patterns of actions are too many to tell apart")
    asked = ActionPatterns(action.lower() for action in pattern.actions)
    within = frozenset(starred(action.lower()) for action in pattern.actions)
    if "*" not in within:
        meeting = ActionPatterns(within)
        known = frozenset(each for each in known if meeting.meet(each))
    looks.spend(PASSES * sum(s.cost for s, _ in statements), len(statements))
    for actions in partition(known, within):
        looks.spend(len(statements), len(statements))
        key = actions.example.lower()
        if key in NEEDS_NO_PERMISSION or asked.match(key) is False:
            continue
        speaking = [(s, own) for s, own in statements if s.action(key) is not False]
        if prune and all(s.deny for s, _ in speaking):
            continue
        spent = sum(s.cost for s, _ in speaking)
        of_it = of_service(key.partition(":")[0], named) if actions.services else named
        owners = Owners(views[0].index, speaking, abouts, other)
        found = resources_asked(
            who, abouts, actions, speaking, named=of_it, asked=pattern.resources, accounts=accounts
        )
        for resource, able in _acted_on(actions, found):
            looks.spend(spent, len(speaking))
            for requests in (
                each
                for owner in owners.of(resource)
                for each in _contexts(who, views, pattern, able, resource, owner=owner, prune=prune)
            ):
                left -= 1
                if left < 0:
                    raise TooManyClasses(f"more than {MOST_REQUESTS} classes of requests")
                yield requests


def parts_of(who: Caller, views: Sequence[View], pattern: Pattern) -> list[Part]:
    """Return all layers that may take part in a caller's requests, policies of resources included."""
    return _near(who, views, pattern, _abouts(who, views))


def _near(
    who: Caller, views: Sequence[View], pattern: Pattern, abouts: Sequence[Context]
) -> list[Part]:
    """Return the layers of all views, and the policies of the resources that one of them nears."""
    parts = [part for view in views for part in view.parts(who)]
    raws = [s.statement for part in parts for s in part.layer.statements]
    listed = (p for raw in raws for p in (*(raw.resources or ()), *(raw.not_resources or ())))
    reached = (c for p in listed for i in instances(p, abouts, ()) for c in covering(i))
    patterns = {*pattern.resources, *reached}
    asked = AskedAbout(pattern.actions, pattern.resources)
    arns = dict.fromkeys(arn for view in views for arn in view.near(who, patterns, asked))
    own = (view.part(arn) for arn in arns for view in views)
    return parts + [part for part in own if part is not None]


def _texts(
    who: Caller, pattern: Pattern, statements: Iterable[tuple[CompiledStatement, tuple[str, ...]]]
) -> Iterator[str]:
    """Yield all in which a question may name an account."""
    yield from (who.account or "", *pattern.resources)
    for each, own in statements:
        raw = each.statement
        yield from (*own, *(raw.resources or ()), *(raw.not_resources or ()))
        yield from (value for condition in raw.conditions for value in condition.values)


def _actions(statement: CompiledStatement) -> tuple[str, ...]:
    return statement.statement.actions or statement.statement.not_actions or ()


def _abouts(who: Caller, views: Sequence[View]) -> list[Context]:
    """Return, for each view, the keys that follow from the principal, whatever it asks for."""
    any_request = Request(who.name, "*", "*")
    return [view.complete(any_request).context for view in views]


def _special(who: Caller, resources: Iterable[str]) -> Iterator[str]:
    """Yield the actions that are decided by rules of their own on the known resources."""
    services = set(map(service_in, resources))
    yield from (f"{service}:*" for service in services)
    if "iam" in services:
        yield from TRUST_ACTIONS
    if "s3" in services:  # an object's key may refuse what its bucket allows
        yield from KMS_ACTION_OF
    if who.kind is CallerKind.ROOT:
        yield from ROOT_OF_BUCKET


def _acted_on(actions: ActionClass, found: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each resource with the actions of the class that can be asked for on it.

    A class that spans all services is asked on every resource, last of all. Some action may act on
    it and carry any key, though the catalogue knows none.
    """
    other = []
    for resource in found:
        if able := acting(actions, resource):
            yield resource, able
        elif not actions.services:
            other.append(resource)
    for resource in other:
        yield resource, (actions.example, *actions.of(UNKNOWN_SERVICE))


def _contexts(
    who: Caller,
    views: Sequence[View],
    pattern: Pattern,
    able: tuple[str, ...],
    resource: str,
    *,
    owner: str | None,
    prune: bool,
) -> Iterator[tuple[Request, ...]]:
    """Yield the requests for like actions on one resource: one class of free keys at a time.

    `owner` is the account of the resource, where it is another than follows.
    """
    action = able[0]
    fixed = pattern.fixed()
    given = {key: value for key, value in fixed.items() if value is not None}
    if owner is not None:
        given[RESOURCE_ACCOUNT] = owner
    start = Request(who.name, action, resource, given)
    complete = [view.complete(start) for view in views]
    sessions = [v.index.session_keys(one.caller) for v, one in zip(views, complete, strict=True)]
    bare = [_without(fixed, one, keys) for one, keys in zip(complete, sessions, strict=True)]
    speaking = [list(view.statements(one)) for view, one in zip(views, bare, strict=True)]
    if prune and all(s.deny for statements in speaking for s in statements):
        return
    sides = [
        Side(statements, one.context, _fixed_for(one, view, fixed), keys)
        for view, one, statements, keys in zip(views, bare, speaking, sessions, strict=True)
    ]
    free = FreeKeys(sides, who)
    free.read_resources(resource)
    choices = free.choices()
    for view, one in zip(views, bare, strict=True):
        for key, further in view.circumstances(one, choices).items():
            if key not in fixed:
                choices[key] = list(dict.fromkeys((*choices.get(key, (None,)), *further)))
    for each, keys in _told_apart(able, tuple(choices)):
        asked = bare if each == action else [one.with_action(each) for one in bare]
        for values in product(*(choices[key] for key in keys)):
            chosen = {k: v for k, v in zip(keys, values, strict=True) if v is not None}
            yield tuple(
                one.with_context(side.context(chosen))
                for one, side in zip(asked, sides, strict=True)
            )


@lru_cache(maxsize=16384)
def _told_apart(
    actions: tuple[str, ...], keys: tuple[str, ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return an action for each set of the keys that a request for one of them can carry."""
    found: dict[tuple[str, ...], str] = {}
    for action in actions:
        found.setdefault(tuple(key for key in keys if has_key(action, key)), action)
    return tuple((action, carried) for carried, action in found.items())


def _without(
    fixed: Mapping[str, Value | None], request: Request, session: SessionKeys | None
) -> Request:
    """Return the request without the keys that are fixed as absent, or that its maker chooses."""
    absent = [
        key
        for key in request.context
        if fixed.get(key, "") is None
        or (session is not None and key not in fixed and session.leaves_open(key))
    ]
    if not absent:
        return request
    return request.with_context({k: v for k, v in request.context.items() if k not in absent})


def _fixed_for(
    request: Request, view: View, fixed: Mapping[str, Value | None]
) -> Callable[[str], bool]:
    """Return a test of the keys that nobody can choose, as the view knows who asks."""
    known = view.index.principal(request.caller) is not None
    fixed_keys = frozenset(request.context) | frozenset(fixed)
    session = view.index.session_keys(request.caller)

    def is_fixed(key: str) -> bool:
        if session is not None and is_of_session(key) and key not in fixed_keys:
            return not session.leaves_open(key)
        return key in fixed_keys or follows(key, request.caller, known=known)

    return is_fixed
