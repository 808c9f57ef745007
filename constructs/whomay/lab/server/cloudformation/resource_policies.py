"""The types that write a policy of a resource: MiniStack takes any document.

A bucket's is that of the bucket that its policy names.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html
"""

from collections.abc import Callable
from typing import Final

from whomay.lab.server import resource_policies
from whomay.lab.server.cloudformation.registry import Properties, extend

# type -> service, the property that holds the document, the property that names a bucket
_TYPES: Final = {
    "AWS::S3::BucketPolicy": ("s3", "PolicyDocument", "Bucket"),
    "AWS::KMS::Key": ("kms", "KeyPolicy", ""),
    "AWS::SQS::QueuePolicy": ("sqs", "PolicyDocument", ""),
    "AWS::SNS::TopicPolicy": ("sns", "PolicyDocument", ""),
    "AWS::ECR::Repository": ("ecr", "RepositoryPolicyText", ""),
}


def _checking(service: str, document: str, bucket: str) -> Callable[[Properties, Properties], None]:
    def check(_: Properties, new: Properties) -> None:
        if document in new:
            resource_policies.check(service, new[document], new.get(bucket, ""))

    return check


def register() -> None:
    """Ask before each is made or changed."""
    for kind, named in _TYPES.items():
        extend(kind, check=_checking(*named))
