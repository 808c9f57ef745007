"""Whether a statement speaks of anything: actions that exist, on resources of their kind.

A typo must never make "must not allow" true of nothing.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Final

from whomay.engine.catalogue import actions_of, matching, resource_formats, services
from whomay.engine.match import arn_segments
from whomay.engine.symbolic import tokens
from whomay.engine.symbols import display

# A name of a bucket holds no slash: that is what tells a bucket from an object.
_BUCKET_NAME: Final = "\ue020"


def problem_with_action(pattern: str) -> str | None:
    """Say what is wrong with a pattern of actions that no action of AWS matches, else None."""
    if matching(pattern):
        return None
    service, separator, name = pattern.partition(":")
    if not separator:
        return f"action {display(pattern)!r} has no service, as in s3:GetObject"
    if not actions_of(service.lower()):
        near = get_close_matches(service.lower(), services(), n=3, cutoff=0.5)
        return f"AWS has no service {display(service)!r}{_nearest(near)}"
    names = [action.partition(":")[2] for action in actions_of(service.lower())]
    near = get_close_matches(name, names, n=3)
    return f"AWS has no action {display(pattern)!r}{_nearest([f'{service}:{n}' for n in near])}"


def problem_with_resource(actions: Sequence[str], resource: str) -> str | None:
    """Say that none of the actions can be asked for on the resource; None when one can."""
    if resource == "*" or any(_acts_on(pattern, resource) for pattern in actions):
        return None
    formats = sorted({f for pattern in actions for f in _formats(pattern)})
    allowed = " or ".join(formats[:4]) if formats else "* (the action names no resource)"
    return f"{', '.join(actions)} does not act on {display(resource)}; allowed is {allowed}"


def _nearest(near: Sequence[str]) -> str:
    return f"; nearest: {', '.join(near)}" if near else ""


@cache
def _acts_on(pattern: str, resource: str) -> bool:
    return any(arns_overlap(_glob(each), resource) for each in _formats(pattern))


def _formats(pattern: str) -> Iterator[str]:
    seen = set()
    for action in matching(pattern):
        for each in resource_formats(action):
            if each not in seen:
                seen.add(each)
                yield each


def _glob(arn_format: str) -> str:
    text = arn_format.replace("${BucketName}", _BUCKET_NAME)
    return re.sub(r"\$\{\w+\}", "*", text)


@cache
def arns_overlap(left: str, right: str) -> bool:
    """Tell whether one resource can match both patterns, segment by segment as IAM reads ARNs."""
    first, second = arn_segments(left), arn_segments(right)
    if first is None or second is None:
        return overlap(left, right)
    return all(overlap(a, b) for a, b in zip(first, second, strict=True))


@cache
def overlap(left: str, right: str) -> bool:
    """Tell whether one text can match both patterns; a symbol is a letter of its own."""
    a, b = tokens(left), tokens(right)
    seen = {(0, 0)}
    queue = [(0, 0)]
    for i, j in queue:
        for step in _steps(a, b, i, j):
            if step not in seen:
                seen.add(step)
                queue.append(step)
    return (len(a), len(b)) in seen


def _steps(a: Sequence[str], b: Sequence[str], i: int, j: int) -> Iterator[tuple[int, int]]:
    left, right = a[i] if i < len(a) else "", b[j] if j < len(b) else ""
    if _is_star(left):
        yield i + 1, j
        if right and not (left == _BUCKET_NAME and right == "/"):
            yield i, j + 1
    if _is_star(right):
        yield i, j + 1
        if left and not (right == _BUCKET_NAME and left == "/"):
            yield i + 1, j
    if left and right and (left == right or "?" in (left, right)):
        yield i + 1, j + 1


def _is_star(token: str) -> bool:
    return token in ("*", _BUCKET_NAME)
