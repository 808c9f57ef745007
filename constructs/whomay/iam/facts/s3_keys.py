"""The key of KMS behind objects of S3, by whatever name a bucket or an upload calls it.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
"""

from functools import lru_cache
from typing import Final

from whomay.iam.arn import Arn, parse_arn
from whomay.iam.patterns.symbols import generated, unknown
from whomay.iam.policy import Condition, Policy, Source, Statement

AWS_KEY: Final = "alias/aws/s3"
_ID_OF_AWS_KEY: Final = generated("aws.s3")  # each account and Region has one
_ALIAS: Final = "alias/"


def asks_kms(encryption: str) -> bool:
    """Tell whether S3 asks KMS for a key under a kind of encryption, as requests and buckets name it.

    >>> asks_kms("aws:kms:dsse"), asks_kms("AES256")
    (True, False)
    """
    return encryption.startswith("aws:kms")


def key_named(name: str, bucket: str, region: str, account: str) -> str:
    """Return the ARN of a key that is named by its ARN, its id, or an alias of the bucket's account.

    >>> key_named("1234abcd", "arn:aws:s3:::reports", "eu-west-1", "111122223333")
    'arn:aws:kms:eu-west-1:111122223333:key/1234abcd'
    """
    arn = parse_arn(name)
    alias = arn.resource if arn else name
    if alias == AWS_KEY:
        name = _ID_OF_AWS_KEY
    elif alias.startswith(_ALIAS):
        name = unknown(f"which key {alias} is")
    elif arn:
        return name
    own = parse_arn(bucket)
    place = arn or Arn("arn", own.partition if own else "aws", "kms", region, account, "")
    return str(place._replace(resource=f"key/{name}"))


@lru_cache(maxsize=256)
def policy_of_aws_key(key: str) -> Policy | None:
    """Return the policy of AWS's own key for S3, that nobody can change; None of any other key.

    It lets S3 work for everybody of the key's account, and for nobody else:
    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
    """
    arn = parse_arn(key)
    if arn is None or not arn.resource.endswith(_ID_OF_AWS_KEY):
        return None
    of_s3 = (
        Condition("StringEquals", "kms:CallerAccount", (arn.account,)),
        Condition("StringEquals", "kms:ViaService", (f"s3.{arn.region}.amazonaws.com",)),
    )
    actions = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*")
    allow = Statement(
        effect="Allow",
        actions=(*actions, "kms:ReEncrypt*"),
        not_actions=None,
        resources=("*",),
        not_resources=None,
        principals=(("AWS", ("*",)),),
        conditions=of_s3,
        source=Source(key, "policy of AWS's own key for S3"),
    )
    return Policy((allow,))
