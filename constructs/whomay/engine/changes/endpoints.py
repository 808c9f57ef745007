"""Changes of what passes a VPC endpoint, for all who come through it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from whomay.engine.changes.cause import added
from whomay.engine.changes.change import Change, Difference, report
from whomay.engine.changes.compare import compare
from whomay.engine.changes.said import says_the_same
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.deciders import ResourcePolicyView
from whomay.engine.proof.outsiders import called, outsiders
from whomay.engine.snapshot import Endpoint, Snapshot
from whomay.iam.parse import read_policy


def endpoint_changes(old: Index, new: Index) -> Iterator[Difference]:
    """Yield what became of the policy of each endpoint; one without a policy holds nothing back.

    So a new endpoint with a policy is narrower, and one that is gone is wider: what it carried may
    take another way. One that comes or goes with all principals of its stack changes nothing: before
    or after, nobody is there whom it could hold back.
    """
    was, now = _by_path(old.snapshot), _by_path(new.snapshot)
    both = _stacks(old.snapshot) & _stacks(new.snapshot)
    for path in sorted(was.keys() | now.keys()):
        if (path not in was or path not in now) and _stack(path) not in both:
            continue
        before, after = _layer(was.get(path)), _layer(now.get(path))
        if not says_the_same(before.policies, after.policies):
            either = now.get(path) or was[path]
            yield from _changed(old, new, either, before, after)


def _changed(
    old: Index, new: Index, endpoint: Endpoint, before: Layer, after: Layer
) -> Iterator[Difference]:
    everybody = outsiders((*before.statements, *after.statements), endpoint.account)
    views = ResourcePolicyView(before, old, ()), ResourcePolicyView(after, new, ())
    found = compare(*views, everybody, Pattern((f"{endpoint.service}:*",)))
    for one in report(endpoint.path, found, old, new, (before.policies, after.policies)):
        more = one.change is not Change.NARROWER
        sides = ([before], [after]) if more else ([after], [before])
        found_in = added(*sides) or added(*reversed(sides))
        statement = None if found_in in _OF_NONE else found_in
        who = "" if one.witness is None else f"{called(one.witness.principal)}: "
        text = f"{who}the policy of the endpoint {'lets more' if more else 'lets less'} through"
        kinds = tuple(replace(each, statement=each.statement or statement) for each in one.kinds)
        yield replace(one, statement=statement, text=text, kinds=kinds)


def _stacks(snapshot: Snapshot) -> set[str]:
    return {_stack(principal.path) for principal in snapshot.principals}


def _stack(path: str) -> str:
    return path.partition("/")[0]


def _by_path(snapshot: Snapshot) -> Mapping[str, Endpoint]:
    return {each.path: each for each in snapshot.endpoints if each.service}


def _layer(endpoint: Endpoint | None) -> Layer:
    policy = None if endpoint is None else endpoint.policy
    return _NO_POLICY if policy is None else Layer((policy,))


_NO_POLICY: Final = Layer(
    (
        read_policy(
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
            },
            "no endpoint",
        ),
    )
)
_OF_NONE: Final = tuple(each.statement for each in _NO_POLICY.statements)
