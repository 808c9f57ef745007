"""API calls that are no action of IAM, each with the actions that AWS asks for in its place.

People write a call's name for its action: s3:ListObjectsV2 is allowed by s3:ListBucket.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

from collections.abc import Mapping
from typing import Final

_ACTIONS: Final[Mapping[str, str]] = {
    "bedrock:Converse": "InvokeModel",
    "bedrock:ConverseStream": "InvokeModelWithResponseStream",
    "cloudfront:CreateDistributionWithTags": "CreateDistribution TagResource",
    "dynamodb:BatchExecuteStatement": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
    "dynamodb:ExecuteStatement": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
    "dynamodb:ExecuteTransaction": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
    "dynamodb:TransactGetItems": "GetItem",
    "dynamodb:TransactWriteItems": "PutItem UpdateItem DeleteItem ConditionCheckItem",
    "kms:ReEncrypt": "ReEncryptFrom ReEncryptTo",
    "lambda:GetLayerVersionByArn": "GetLayerVersion",
    "lambda:Invoke": "InvokeFunction",
    "lambda:InvokeWithResponseStream": "InvokeFunction",
    "s3:CompleteMultipartUpload": "PutObject",
    "s3:CopyObject": "GetObject PutObject",
    "s3:CreateMultipartUpload": "PutObject",
    "s3:CreateSession": "s3express:CreateSession",
    "s3:DeleteBucketCors": "PutBucketCORS",
    "s3:DeleteBucketEncryption": "PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "s3:DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "s3:DeleteBucketReplication": "PutReplicationConfiguration",
    "s3:DeleteBucketTagging": "PutBucketTagging",
    "s3:DeleteObjects": "DeleteObject",
    "s3:DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "s3:GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "s3:GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "s3:GetBucketEncryption": "GetEncryptionConfiguration",
    "s3:GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "s3:GetBucketLifecycle": "GetLifecycleConfiguration",
    "s3:GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "s3:GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "s3:GetBucketNotificationConfiguration": "GetBucketNotification",
    "s3:GetBucketReplication": "GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "s3:HeadBucket": "ListBucket",
    "s3:HeadObject": "GetObject",
    "s3:ListBuckets": "ListAllMyBuckets",
    "s3:ListDirectoryBuckets": "s3express:ListAllMyDirectoryBuckets",
    "s3:ListMultipartUploads": "ListBucketMultipartUploads",
    "s3:ListObjectVersions": "ListBucketVersions",
    "s3:ListObjects": "ListBucket",
    "s3:ListObjectsV2": "ListBucket",
    "s3:ListParts": "ListMultipartUploadParts",
    "s3:PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "s3:PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "s3:PutBucketEncryption": "PutEncryptionConfiguration",
    "s3:PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "s3:PutBucketLifecycle": "PutLifecycleConfiguration",
    "s3:PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "s3:PutBucketMetricsConfiguration": "PutMetricsConfiguration",
    "s3:PutBucketNotificationConfiguration": "PutBucketNotification",
    "s3:PutBucketReplication": "PutReplicationConfiguration",
    "s3:PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "s3:PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "s3:SelectObjectContent": "GetObject",
    "s3:UploadPart": "PutObject",
    "s3:UploadPartCopy": "GetObject PutObject",
    "s3:WriteGetObjectResponse": "s3-object-lambda:WriteGetObjectResponse",
    "sns:PublishBatch": "Publish",
    "sqs:ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "DeleteMessage",
    "sqs:SendMessageBatch": "SendMessage",
}
_BY_LOWER_NAME: Final = {call.lower(): call for call in _ACTIONS}


def calls() -> tuple[str, ...]:
    """Return the calls of the table, as `s3:ListObjectsV2`."""
    return tuple(_ACTIONS)


def actions_of_call(call: str) -> tuple[str, ...]:
    """Return the actions that an API call needs, in any spelling; none for one not in the table.

    >>> actions_of_call("s3:listobjectsv2")
    ('s3:ListBucket',)
    """
    known = _BY_LOWER_NAME.get(call.lower())
    if known is None:
        return ()
    service = known.partition(":")[0]
    needed = _ACTIONS[known].split()
    return tuple(each if ":" in each else f"{service}:{each}" for each in needed)
