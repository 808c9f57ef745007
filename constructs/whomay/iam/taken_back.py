"""What an Allow names in vain, since a Deny beside it takes the same back.

An explicit Deny always wins over an Allow:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Iterator

from whomay.iam.patterns.matching import arn, glob
from whomay.iam.patterns.overlap import arns_overlap, overlap
from whomay.iam.policy import Statement


def taken_back(allow: Statement, beside: Iterable[Statement]) -> Iterator[str]:
    """Yield the actions of an Allow that the Denies beside it take back on all its resources.

    A Deny counts that has no condition, or the Allow's own conditions.
    """
    denies = [
        each
        for each in beside
        if each.effect == "Deny" and each.conditions in ((), allow.conditions)
    ]
    for action in allow.actions or ():
        on = [each for each in denies if _names(each, action.lower())]
        resources = allow.resources or ()
        if resources and all(any(_is_on(each, one) for each in on) for one in resources):
            yield action


def _names(deny: Statement, action: str) -> bool:
    if deny.actions is None:
        return not any(overlap(action, each.lower()) for each in deny.not_actions or ())
    return any(
        _covers(each, action) and glob(each)(action) is True
        for each in map(str.lower, deny.actions)
    )


def _is_on(deny: Statement, resource: str) -> bool:
    if deny.resources is None:
        return not any(arns_overlap(resource, each) for each in deny.not_resources or ())
    return any(_covers(each, resource) and arn(each)(resource) is True for each in deny.resources)


def _covers(pattern: str, other: str) -> bool:
    """Tell whether a pattern that matches the letters of another one matches all that it does."""
    return pattern == other or "?" not in pattern or "*" not in other
