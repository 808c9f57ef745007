"""What differing statements speak of: only such requests can be decided otherwise than before."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from whomay.engine.changes.said import said
from whomay.engine.decisions.resource_policies import ResourcePolicy
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.deciders import own_patterns
from whomay.engine.proof.inclusion import opened
from whomay.engine.proof.unknown_alike import words
from whomay.engine.snapshot import Principal
from whomay.iam.facts.actions import prefixes_acting_on
from whomay.iam.patterns.matching import literal
from whomay.iam.patterns.overlap import overlap
from whomay.iam.patterns.unknown_parts import starred
from whomay.iam.policy import Policy, Statement

EVERYTHING: Final = Pattern()


def differing(
    before: Principal, after: Principal, touched: Iterable[ResourcePolicy] = ()
) -> Pattern:
    """Return the requests that one principal's policies, or those of resources, may decide otherwise.

    `touched` are the resources whose policies differ. Everything where more of the principal than
    its identity policies differs, or what is not known of them.
    """
    if not same_access(before, after) and _but_identity(before) != _but_identity(after):
        return EVERYTHING
    was, now = dict(_one_action_each(before.identity)), dict(_one_action_each(after.identity))
    some = [each for key, each in (*was.items(), *now.items()) if (key in was) is not (key in now)]
    some += [_all_on(each) for each in touched]
    actions = {action for listed, _ in some for action in listed}
    if any(overlap(action.lower(), "kms:*") for action in actions):
        return EVERYTHING  # S3 asks a key for its objects
    resources = {resource for _, some_resources in some for resource in some_resources}
    return Pattern(tuple(sorted(actions)), tuple(sorted(resources)))


def _all_on(resource: ResourcePolicy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the actions on a resource, and the resource with what lies in it."""
    own = (literal(resource.arn),) if resource.trust else own_patterns(resource.arn)
    prefixes = ("sts",) if resource.trust else prefixes_acting_on(resource.service)
    return tuple(f"{prefix}:*" for prefix in prefixes), tuple(map(opened, own))


def same_access(before: Principal, after: Principal) -> bool:
    """Tell whether all that decides what a principal itself may do is what it was."""
    return _as_written(before) == _as_written(after) or _own_access(before) == _own_access(after)


def _as_written(one: Principal) -> tuple[object, ...]:
    return one.arn, one.kind, one.account, one.identity, one.boundary, one.tags, one.trust


def _own_access(one: Principal) -> tuple[object, ...]:
    boundary = None if one.boundary is None else said((one.boundary,))
    own = said(one.identity), boundary, frozenset(one.tags), _session_part(one.trust)
    return one.arn, one.kind, one.account, *own


def _session_part(trust: Policy | None) -> object:
    """Return what a trust policy says where it lets somebody choose keys of the role's sessions."""
    actions = [a for s in (trust.statements if trust else ()) for a in (s.actions or ("*",))]
    opens = any(overlap(a.lower(), key) for a in actions for key in _SESSION_KEYS)
    return said((trust,)) if trust is not None and (opens or trust.unknown) else None


_SESSION_KEYS: Final = ("sts:tagsession", "sts:setsourceidentity")


def _but_identity(one: Principal) -> tuple[object, ...]:
    both = [None if policy is None else said((policy,)) for policy in (one.boundary, one.trust)]
    unknown = frozenset((p.unknown, p.content) for p in one.identity if p.unknown)
    return one.arn, one.account, *both, frozenset(one.tags), unknown


def _one_action_each(
    policies: Iterable[Policy],
) -> Iterator[tuple[object, tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Yield each statement once for each of its actions, with what it speaks of then."""
    for policy in policies:
        for statement in policy.statements:
            resources = tuple(map(opened, statement.resources or ("*",)))
            for action in statement.actions or ("*",):
                one = _with_action(statement, action)
                yield (policy.version, words(one)), ((starred(action),), resources)


def _with_action(statement: Statement, action: str) -> Statement:
    return statement if statement.actions is None else replace(statement, actions=(action,))
