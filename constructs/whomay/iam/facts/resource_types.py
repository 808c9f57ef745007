"""Whether a statement speaks of anything: actions that exist, on resources of their kind.

A typo must never make "must not allow" true of nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Final

from whomay.iam.arn import service_in, split_arn
from whomay.iam.facts.action_keys import has_key
from whomay.iam.facts.actions import (
    ActionClass,
    actions_of,
    is_unlisted,
    matching,
    resource_formats,
    services,
)
from whomay.iam.facts.api_calls import actions_of_call
from whomay.iam.patterns.code_points import ANY_LETTER, BUCKET_NAME
from whomay.iam.patterns.matching import literal, unliteral
from whomay.iam.patterns.overlap import arns_overlap
from whomay.iam.patterns.symbols import alike, display
from whomay.iam.patterns.unknown_parts import starred


def acting(actions: ActionClass, resource: str) -> tuple[str, ...]:
    """Return the actions of a class that can be asked for on a resource, the best known first.

    Where the class spans all services, those of the resource's service are looked at. Empty when
    there is no such request.
    """
    service = service_in(resource)
    asked = actions.services or frozenset((service, *_ACTING_ON.get(service, ())))
    found = (each for name in sorted(asked) for each in actions.of(name))
    return tuple(each for each in found if acts_on(each, resource))


# Services whose actions act on what another service has.
_ACTING_ON: Final = {"iam": ("sts",), "": ("s3", "ec2", "iam")}


def acts_on(action: str, resource: str) -> bool:
    """Tell whether a request for the action can name the resource.

    >>> acts_on("s3:GetObject", "arn:aws:s3:::books/a.csv"), acts_on("s3:GetObject", "*")
    (True, False)
    """
    formats = resource_formats(action)
    if resource == "*":
        return not formats or is_unlisted(action)
    return any(_is_of(resource, each) for each in formats)


@lru_cache(maxsize=65536)
def may_act_on(action: str, resource: str) -> bool:
    """Tell the same of an action in any case; True for one that the catalogue does not know."""
    known = matching(action)
    return not known or any(acts_on(each, resource) for each in known)


@cache
def kinds_by_keys(actions: ActionClass, keys: frozenset[str]) -> tuple[frozenset[str], ...]:
    """Return the ARN formats of what a class of actions acts on, for each set of keys they carry.

    `keys` are condition keys in lower case. A request on one kind of resource may carry a key that
    none carries on another. One empty set where the actions name no resource.
    """
    found: defaultdict[frozenset[str], set[str]] = defaultdict(set)
    for service in sorted(actions.services):
        for action in actions.of(service):
            found[frozenset(k for k in keys if has_key(action, k))].update(resource_formats(action))
    return tuple(dict.fromkeys(frozenset(each) for each in found.values() if each)) or (
        frozenset(),
    )


def example_of(arn_format: str) -> str:
    """Return what a resource of a format may be called within its service: `function:example`."""
    return re.sub(r"\$\{\w+\}", "example", split_arn(arn_format)[-1])


@lru_cache(maxsize=16384)
def _is_of(resource: str, arn_format: str) -> bool:
    return arns_overlap(glob_of(arn_format), alike(starred(literal(resource))))


@lru_cache(maxsize=16384)
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
    if needed := actions_of_call(pattern):
        return f"{pattern} is an API call and no action; it needs {' and '.join(needed)}"
    names = [action.partition(":")[2] for action in actions_of(service.lower())]
    near = get_close_matches(name, names, n=3)
    return f"AWS has no action {display(pattern)!r}{_nearest([f'{service}:{n}' for n in near])}"


def problem_with_resource(actions: Sequence[str], resource: str) -> str | None:
    """Say that none of the actions can be asked for on the resource; None when one can."""
    if resource == "*" or any(_acts_on(pattern, resource) for pattern in actions):
        return None
    formats = sorted({unliteral(f) for pattern in actions for f in _formats(pattern)})
    allowed = " or ".join(formats[:4]) if formats else "* (the action names no resource)"
    return f"{', '.join(actions)} does not act on {display(resource)}; allowed is {allowed}"


def as_asked(actions: Sequence[str], resource: str) -> str:
    """Return the resource as requests for the actions name it: a log group with a tail behind it.

    Only what is about its tags names a log group alone. `actions` may be patterns.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html

    >>> as_asked(["logs:FilterLogEvents"], "arn:aws:logs:eu-west-1:111122223333:log-group:app")
    'arn:aws:logs:eu-west-1:111122223333:log-group:app:*'
    """
    if not _LOG_GROUP.fullmatch(resource):
        return resource
    asked = (each for pattern in actions for each in matching(pattern))
    formats = {f for each in asked if each not in _OF_TAGS for f in resource_formats(each)}
    return f"{resource}:*" if any(map(_LOG_GROUP.fullmatch, formats)) else resource


_LOG_GROUP: Final = re.compile(r"arn:[^:]*:logs:[^:]*:[^:]*:log-group:[^:*?]+")
_OF_TAGS: Final = ("logs:ListTagsForResource", "logs:TagResource", "logs:UntagResource")


def _nearest(near: Sequence[str]) -> str:
    return f"; nearest: {', '.join(near)}" if near else ""


def _acts_on(pattern: str, resource: str) -> bool:
    return _is_acted_on(pattern, alike(resource))


@cache
def _is_acted_on(pattern: str, resource: str) -> bool:
    return any(arns_overlap(glob_of(each), resource) for each in _formats(pattern))


def _formats(pattern: str) -> Iterator[str]:
    seen = set()
    for action in matching(pattern):
        for each in resource_formats(action):
            if each not in seen:
                seen.add(each)
                yield each


@cache
def glob_of(arn_format: str) -> str:
    """Return an ARN format as a pattern in which no part is empty."""
    text = arn_format.replace("${BucketName}", BUCKET_NAME)
    return re.sub(r"\$\{\w+\}", f"{ANY_LETTER}*", text)
