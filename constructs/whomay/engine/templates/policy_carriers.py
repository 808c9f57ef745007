"""Resources of the templates that can carry a policy, with the one they carry.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from whomay.engine.snapshot import Resource
from whomay.engine.templates.lambda_permissions import permission_statement
from whomay.engine.templates.resources import Item, Items
from whomay.iam.arn import last_word_in
from whomay.iam.documents import read_policy
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.policy import Policy


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a type of resource says its ARN, its policy and its customer key."""

    arn: str = "Arn"
    policy: str = ""
    key: tuple[str, ...] = ()


KINDS: Final[Mapping[str, _Kind]] = {
    "AWS::S3::Bucket": _Kind(
        key=(
            "BucketEncryption",
            "ServerSideEncryptionConfiguration",
            "ServerSideEncryptionByDefault",
            "KMSMasterKeyID",
        )
    ),
    "AWS::S3::AccessPoint": _Kind(policy="Policy"),
    "AWS::KMS::Key": _Kind(policy="KeyPolicy"),
    "AWS::KMS::ReplicaKey": _Kind(policy="KeyPolicy"),
    "AWS::SecretsManager::Secret": _Kind(arn="Ref", key=("KmsKeyId",)),
    "AWS::SQS::Queue": _Kind(key=("KmsMasterKeyId",)),
    "AWS::SNS::Topic": _Kind(arn="Ref", key=("KmsMasterKeyId",)),
    "AWS::Lambda::Function": _Kind(key=("KmsKeyArn",)),
    "AWS::ECR::Repository": _Kind(
        policy="RepositoryPolicyText", key=("EncryptionConfiguration", "KmsKey")
    ),
    "AWS::EFS::FileSystem": _Kind(policy="FileSystemPolicy", key=("KmsKeyId",)),
    "AWS::Backup::BackupVault": _Kind(arn="BackupVaultArn", policy="AccessPolicy"),
}

ATTACHED: Final = {  # type -> the property that names whom, of which type, the property that holds it
    "AWS::S3::BucketPolicy": ("Bucket", "AWS::S3::Bucket", "PolicyDocument"),
    "AWS::SecretsManager::ResourcePolicy": (
        "SecretId",
        "AWS::SecretsManager::Secret",
        "ResourcePolicy",
    ),
    "AWS::SQS::QueuePolicy": ("Queues", "AWS::SQS::Queue", "PolicyDocument"),
    "AWS::SQS::QueueInlinePolicy": ("Queue", "AWS::SQS::Queue", "PolicyDocument"),
    "AWS::SNS::TopicPolicy": ("Topics", "AWS::SNS::Topic", "PolicyDocument"),
    "AWS::SNS::TopicInlinePolicy": ("TopicArn", "AWS::SNS::Topic", "PolicyDocument"),
}


@dataclass(slots=True)
class _Found:
    """Policies by ARN, with the type and the item that first named each ARN."""

    policies: defaultdict[str, list[Policy]] = field(default_factory=lambda: defaultdict(list))
    outside: dict[str, tuple[str, Item]] = field(default_factory=dict)


def resources(items: Items) -> tuple[Resource, ...]:
    """Return all resources that can carry a policy, then those outside that get one from here."""
    inside = {item.get(KINDS[item.kind].arn): item for item in items.of(*KINDS)}
    arns = {
        (item.kind, item.account, name): arn
        for arn, item in inside.items()
        for name in (arn, item.get("Ref"), last_word_in(arn))
    }
    keys = _key_arns(items)
    found = _Found()
    for arn, item in inside.items():
        if document := item.plain(KINDS[item.kind].policy):
            found.policies[arn].append(item.policy(document))
        elif item.kind == "AWS::KMS::Key":
            found.policies[arn].append(_default_key_policy(item))
    _attach_policies(items, arns, found)
    _attach_permissions(items, arns, found)
    known = {arn: (item.kind, item, _key_of(item, keys)) for arn, item in inside.items()}
    other = {arn: (kind, item, None) for arn, (kind, item) in found.outside.items()}
    return tuple(
        Resource(
            arn=arn,
            type=kind,
            account=item.account,
            region=item.region,
            path=item.path,
            policy=_merged(found.policies[arn]),
            key=key,
        )
        for arn, (kind, item, key) in (known | other).items()
    )


def _attach_policies(items: Items, arns: Mapping[tuple[str, str, str], str], found: _Found) -> None:
    for item in items.of(*ATTACHED):
        names, kind, document = ATTACHED[item.kind]
        for name in item.texts(names):
            arn = arns.get((kind, item.account, name))
            if arn is None:
                partition = item.resolver.place(item.template)["Partition"]
                bucket = f"arn:{partition}:s3:::{name}" if kind == "AWS::S3::Bucket" else name
                arn = name if name.startswith("arn:") else bucket
                found.outside.setdefault(arn, (kind, item))
            found.policies[arn].append(item.policy(item.plain(document)))


def _attach_permissions(
    items: Items, arns: Mapping[tuple[str, str, str], str], found: _Found
) -> None:
    """Read AWS::Lambda::Permission, whose properties are one statement of a function's policy."""
    kind = "AWS::Lambda::Function"
    for item in items.of("AWS::Lambda::Permission"):
        name = item.text("FunctionName")
        # A version or an alias is its function's ARN and one more segment.
        function = arns.get((kind, item.account, name)) or arns.get(
            (kind, item.account, name.rpartition(":")[0])
        )
        resource = name if name.startswith("arn:") or function is None else function
        if function is None:
            found.outside.setdefault(resource, (kind, item))
        document = {"Version": "2012-10-17", "Statement": permission_statement(item, resource)}
        found.policies[function or resource].append(item.policy(document))


def _key_arns(items: Items) -> dict[str, str]:
    """Map what may name a key, its id, its ARN or an alias, to its ARN."""
    arns = {
        name: item.get("Arn")
        for item in items.of("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
        for name in (item.get("Ref"), item.get("Arn"))
    }
    aliases = {
        item.text("AliasName"): arns.get(item.text("TargetKeyId"), "")
        for item in items.of("AWS::KMS::Alias")
    }
    return arns | {alias: arn for alias, arn in aliases.items() if arn}


def _key_of(item: Item, keys: Mapping[str, str]) -> str | None:
    head, *path = KINDS[item.kind].key or ("",)
    value: Any = item.plain(head)
    for step in path:
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(step) if isinstance(value, dict) else None
    if not isinstance(value, str):
        return None
    return keys.get(value) or (value if value.startswith("arn:") or is_symbolic(value) else None)


def _default_key_policy(item: Item) -> Policy:
    """Return the policy of a key that names none.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    place = item.resolver.place(item.template)
    root = f"arn:{place['Partition']}:iam::{place['Account']}:root"
    statement = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return read_policy(document, item.path, "default key policy")


def _merged(policies: list[Policy]) -> Policy | None:
    if len(policies) < 2:  # noqa: PLR2004 - fewer than two need no merging
        return policies[0] if policies else None
    return Policy(
        tuple(statement for policy in policies for statement in policy.statements),
        max(policy.version for policy in policies),
        next((policy.unknown for policy in policies if policy.unknown), None),
    )
