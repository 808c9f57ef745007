"""What policies say, whatever the order in which they say it: a lock sorts what a template lists."""

from collections.abc import Iterable, Sequence

from whomay.engine.decisions.layer import Layer
from whomay.engine.proof.unknown_alike import words
from whomay.engine.snapshot import Snapshot
from whomay.iam.policy import Policy


def said(policies: Iterable[Policy]) -> frozenset[object]:
    """Return something that is equal for policies that decide every request alike, by their text."""
    return frozenset(
        each
        for policy in policies
        for each in (
            ("unknown", policy.unknown, policy.content),
            *((policy.version, words(statement)) for statement in policy.statements),
        )
    )


def says_the_same(some: tuple[Policy, ...], others: tuple[Policy, ...]) -> bool:
    """Tell whether `said` is equal of both. Mostly they are the same to the letter: that is seen first."""
    return some == others or said(some) == said(others)


def layers_say_the_same(some: Sequence[Layer], others: Sequence[Layer]) -> bool:
    """Tell the same of layers, each with the one in its place."""
    if len(some) != len(others):
        return False
    both = zip(some, others, strict=True)
    return all(says_the_same(one.policies, other.policies) for one, other in both)


def said_of_levels(snapshot: Snapshot) -> object:
    """Return the same of what an organization attaches above each account."""
    return {
        each.account: (tuple(map(said, each.scps)), said(each.rcps), each.path)
        for each in snapshot.levels
    }
