"""Logic with a third value: True, False, or None where the answer is not known."""

from collections.abc import Iterable

# None: it depends on what only the deployment knows.
Truth = bool | None


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return True when one is True, else None when one is None, else False."""
    answer: Truth = False
    for truth in truths:
        if truth:
            return True
        if truth is None:
            answer = None
    return answer


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return False when one is False, else None when one is None, else True."""
    answer: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            answer = None
    return answer


def both(one: Truth, other: Truth) -> Truth:
    """Return `all_of` two."""
    if one and other:
        return True
    return False if one is False or other is False else None


def negate(truth: Truth) -> Truth:
    """Return the opposite; what is not known stays so."""
    return None if truth is None else not truth
