"""The key of KMS under which a resource of the templates keeps what lies in it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from whomay.engine.templates.resources import Item, Items
from whomay.iam.facts.s3_keys import AWS_KEY, asks_kms, key_named
from whomay.iam.patterns.symbols import is_symbolic

_BUCKET: Final = "AWS::S3::Bucket"
_DEFAULT_ENCRYPTION: Final = (
    "BucketEncryption",
    "ServerSideEncryptionConfiguration",
    "ServerSideEncryptionByDefault",
)
_KEY: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::Lambda::Function": ("KmsKeyArn",),
    "AWS::ECR::Repository": ("EncryptionConfiguration", "KmsKey"),
    "AWS::EFS::FileSystem": ("KmsKeyId",),
}


class EncryptionKeys:
    """The keys of the templates, by every name that may mean one."""

    def __init__(self, items: Items) -> None:
        """Note the id, the ARN and the aliases of each key."""
        self._arns = {
            name: item.get("Arn")
            for item in items.of("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
            for name in (item.get("Ref"), item.get("Arn"))
        }
        aliases = {
            item.text("AliasName"): self._arns.get(item.text("TargetKeyId"), "")
            for item in items.of("AWS::KMS::Alias")
        }
        self._arns |= {alias: arn for alias, arn in aliases.items() if arn}

    def of(self, item: Item) -> str | None:
        """Return the ARN of a resource's key; None where it has none, or AWS's own but for S3.

        A bucket's is the key of those objects whose upload names no encryption.
        """
        if item.kind == _BUCKET:
            return self._of_objects(item)
        value = _at(item, _KEY.get(item.kind, ()))
        if not isinstance(value, str):
            return None
        known = value.startswith("arn:") or is_symbolic(value)
        return self._arns.get(value) or (value if known else None)

    def _of_objects(self, item: Item) -> str | None:
        rule = _at(item, _DEFAULT_ENCRYPTION)
        if rule is None:
            return None
        known = isinstance(rule, dict)
        algorithm = str(rule.get("SSEAlgorithm", "") if known else rule)
        if not (asks_kms(algorithm) or is_symbolic(algorithm)):
            return None
        named = str(rule.get("KMSMasterKeyID") or AWS_KEY) if known else algorithm
        own = self._arns.get(named)
        return own or key_named(named, item.get("Arn"), item.region, item.account)


def _at(item: Item, path: Sequence[str]) -> Any:
    """Return what a property holds at a path, with the first of each list; None where nothing is.

    Where a part on the way is not known, it is that part.
    """
    if not path:
        return None
    value: Any = item.plain(path[0])
    for step in path[1:]:
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str):
            return value
        value = value.get(step) if isinstance(value, dict) else None
    return value
