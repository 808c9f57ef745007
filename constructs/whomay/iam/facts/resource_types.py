"""Whether a statement speaks of anything: actions that exist, on resources of their kind.

A typo must never make "must not allow" true of nothing.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache

from whomay.iam.facts.actions import actions_of, matching, resource_formats, services
from whomay.iam.patterns.code_points import BUCKET_NAME
from whomay.iam.patterns.overlap import arns_overlap
from whomay.iam.patterns.symbols import display


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


@lru_cache(maxsize=65536)
def may_act_on(action: str, resource: str) -> bool:
    """Tell whether AWS ever asks the action on the resource, as far as the catalogue says.

    What lies in a resource counts as one of its kind, but for an object: it is no bucket. True for
    an action that the catalogue does not know, or lists without a resource.
    """
    tails = ("",) if action.startswith("s3:") else ("", "/*", ":*")
    known = [_glob(each) for full in _formats(action) for each in full.split(", ")]
    return (
        not known
        or resource.strip("*") == ""
        or any(arns_overlap(each + tail, resource) for each in known for tail in tails)
    )


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
    text = arn_format.replace("${BucketName}", BUCKET_NAME)
    return re.sub(r"\$\{\w+\}", "*", text)
