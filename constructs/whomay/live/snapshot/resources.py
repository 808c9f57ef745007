"""The resources of an account that carry a policy, with it: one list, and one call or a few for each.

A list that is refused is noted, for its service and Region. A policy that is refused is noted with
its resource. The table has the nine services whose policies let others in most.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from whomay.iam.arn import split_arn
from whomay.live.snapshot.account import WORKERS, Account, RefusedError
from whomay.live.snapshot.buckets import buckets, complete_bucket
from whomay.live.snapshot.resource import POLICY, Found

_REGISTRY: Final = "AWS::ECR::RegistryPolicy"
_AT_ONCE: Final = 200  # resources in hand, so that memory stays flat


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of resources: what its list is called in policies, how it is read, and its policy."""

    list_action: str
    listed: Callable[[Account, str], Iterator[Found]]
    complete: Callable[[Found], None]
    regional: bool = True


def resources(account: Account, seen: Callable[[], None]) -> Iterator[dict[str, Any]]:
    """Yield all resources of the Regions as the file has them; call `seen` after each.

    Raises LiveError for a call that was not answered.
    """
    pool = ThreadPoolExecutor(WORKERS)
    try:
        for kind in KINDS:
            for region in account.regions if kind.regional else account.regions[:1]:
                found = _noting(account, kind, region)
                while some := [*islice(found, _AT_ONCE)]:
                    for _ in pool.map(kind.complete, some):
                        seen()
                    yield from (each.record() for each in some if _is_there(each))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _is_there(found: Found) -> bool:
    """Tell whether it is a resource: the policy of a registry is one where somebody wrote it."""
    return found.type != _REGISTRY or bool(found.policy or found.refused)


def _noting(account: Account, kind: Kind, region: str) -> Iterator[Found]:
    try:
        yield from kind.listed(account, region)
    except RefusedError as error:
        account.note(kind.list_action, error.why, region if kind.regional else "")


def _each(
    account: Account,
    service: str,
    operation: str,
    region: str,
    key: str,
    *,
    size: int | None = None,
) -> Iterator[Any]:
    for page in account.pages(service, operation, region, PaginationConfig={"PageSize": size}):
        yield from page.get(key) or ()


def _keys(account: Account, region: str) -> Iterator[Found]:
    for key in _each(account, "kms", "list_keys", region, "Keys"):
        yield Found(account, "AWS::KMS::Key", key["KeyId"], key["KeyArn"], region)


def _complete_key(key: Found) -> None:
    told = key.ask(POLICY, "get_key_policy", KeyId=key.name, PolicyName="default")
    key.read_policy(told.get("Policy"))
    for page in key.pages("grants", "list_grants", KeyId=key.name):
        key.grants += [_grant(each) for each in page["Grants"]]


def _grant(told: dict[str, Any]) -> dict[str, Any]:
    whom = ("GranteePrincipal", "GranteeServicePrincipal", "RetiringPrincipal")
    names = ("GrantId", *whom, "Operations", "Constraints")
    return {name: told[name] for name in names if told.get(name)}


def _secrets(account: Account, region: str) -> Iterator[Found]:
    for secret in _each(account, "secretsmanager", "list_secrets", region, "SecretList"):
        kind = "AWS::SecretsManager::Secret"
        key = {"KmsKeyId": secret["KmsKeyId"]} if secret.get("KmsKeyId") else {}
        yield Found(account, kind, secret["Name"], secret["ARN"], region, key)


def _complete_secret(secret: Found) -> None:
    told = secret.ask(POLICY, "get_resource_policy", SecretId=secret.arn)
    secret.read_policy(told.get("ResourcePolicy"))


def _queues(account: Account, region: str) -> Iterator[Found]:
    # asked without a size of pages, SQS tells no token after the first thousand
    for url in _each(account, "sqs", "list_queues", region, "QueueUrls", size=1000):
        name = url.rpartition("/")[2]
        arn = f"arn:{account.partition}:sqs:{region}:{account.id}:{name}"
        yield Found(account, "AWS::SQS::Queue", name, arn, region, {"QueueUrl": url})


def _complete_queue(queue: Found) -> None:
    asked = {"QueueUrl": queue.properties.pop("QueueUrl"), "AttributeNames": ["All"]}
    told = queue.ask(POLICY, "get_queue_attributes", **asked).get("Attributes", {})
    _take(queue, told)


def _topics(account: Account, region: str) -> Iterator[Found]:
    for topic in _each(account, "sns", "list_topics", region, "Topics"):
        arn = topic["TopicArn"]
        yield Found(account, "AWS::SNS::Topic", split_arn(arn)[-1], arn, region)


def _complete_topic(topic: Found) -> None:
    told = topic.ask(POLICY, "get_topic_attributes", TopicArn=topic.arn).get("Attributes", {})
    _take(topic, told)


def _take(found: Found, attributes: dict[str, str]) -> None:
    """Take policy and key of the attributes of a queue or a topic."""
    found.read_policy(attributes.get("Policy"))
    if key := attributes.get("KmsMasterKeyId"):
        found.properties["KmsMasterKeyId"] = key


def _functions(account: Account, region: str) -> Iterator[Found]:
    for each in _each(account, "lambda", "list_functions", region, "Functions"):
        key = {"KmsKeyArn": each["KMSKeyArn"]} if each.get("KMSKeyArn") else {}
        name, arn = each["FunctionName"], each["FunctionArn"]
        yield Found(account, "AWS::Lambda::Function", name, arn, region, key)


def _complete_function(function: Found) -> None:
    """Read the policies of a function, and those of its versions and aliases, which are their own.

    https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    """
    absent, name = "ResourceNotFoundException", function.name
    told = [function.ask(POLICY, "get_policy", absent=absent, FunctionName=name)]
    for operation, key, named in (
        ("list_versions_by_function", "Versions", "Version"),
        ("list_aliases", "Aliases", "Name"),
    ):
        pages = function.pages(POLICY, operation, FunctionName=name)
        for each in [one[named] for page in pages for one in page.get(key) or ()]:
            if each != "$LATEST":
                asked = {"FunctionName": name, "Qualifier": each}
                told.append(function.ask(POLICY, "get_policy", absent=absent, **asked))
    read = [each["Policy"] for each in told if each.get("Policy")]
    function.read_policy(_merged(read))


def _merged(documents: Iterable[str]) -> dict[str, Any] | None:
    """Return several documents as one; a statement names the version or alias that it is about."""
    parsed = [json.loads(each) for each in documents]
    statements = [each for one in parsed for each in _listed(one.get("Statement"))]
    return {"Version": "2012-10-17", "Statement": statements} if statements else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _repositories(account: Account, region: str) -> Iterator[Found]:
    for each in _each(account, "ecr", "describe_repositories", region, "repositories"):
        name, arn = each["repositoryName"], each["repositoryArn"]
        yield Found(account, "AWS::ECR::Repository", name, arn, region, _encryption(each))
    arn = f"arn:{account.partition}:ecr:{region}:{account.id}:repository"
    yield Found(account, _REGISTRY, account.id, arn, region)


def _encryption(told: dict[str, Any]) -> dict[str, Any]:
    key = told.get("encryptionConfiguration", {}).get("kmsKey")
    return {"EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": key}} if key else {}


def _complete_repository(repository: Found) -> None:
    if repository.type == _REGISTRY:
        absent = "RegistryPolicyNotFoundException"
        told = repository.ask(POLICY, "get_registry_policy", absent=absent)
    else:
        absent, name = "RepositoryPolicyNotFoundException", repository.name
        told = repository.ask(POLICY, "get_repository_policy", absent=absent, repositoryName=name)
    repository.read_policy(told.get("policyText"))


def _tables(account: Account, region: str) -> Iterator[Found]:
    for name in _each(account, "dynamodb", "list_tables", region, "TableNames"):
        arn = f"arn:{account.partition}:dynamodb:{region}:{account.id}:table/{name}"
        yield Found(account, "AWS::DynamoDB::Table", name, arn, region)


def _complete_table(table: Found) -> None:
    absent = "PolicyNotFoundException"
    told = table.ask(POLICY, "get_resource_policy", absent=absent, ResourceArn=table.arn)
    table.read_policy(told.get("Policy"))


def _buses(account: Account, region: str) -> Iterator[Found]:
    token: dict[str, str] = {}
    while True:
        told = account.ask("events", "list_event_buses", region, **token)
        for each in told["EventBuses"]:
            bus = Found(account, "AWS::Events::EventBus", each["Name"], each["Arn"], region)
            bus.read_policy(each.get("Policy"))
            yield bus
        if not told.get("NextToken"):
            return
        token = {"NextToken": told["NextToken"]}


def _complete_bus(_: Found) -> None:
    """Do nothing: the list has the policies."""


KINDS: Final = (
    Kind("s3:ListAllMyBuckets", buckets, complete_bucket, regional=False),
    Kind("kms:ListKeys", _keys, _complete_key),
    Kind("secretsmanager:ListSecrets", _secrets, _complete_secret),
    Kind("sqs:ListQueues", _queues, _complete_queue),
    Kind("sns:ListTopics", _topics, _complete_topic),
    Kind("lambda:ListFunctions", _functions, _complete_function),
    Kind("ecr:DescribeRepositories", _repositories, _complete_repository),
    Kind("dynamodb:ListTables", _tables, _complete_table),
    Kind("events:ListEventBuses", _buses, _complete_bus),
)
