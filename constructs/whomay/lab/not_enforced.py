"""What the lab does not enforce or is not, said under every result."""

from typing import Final

NOT_ENFORCED: Final = (
    (
        "The network is a record: endpoints, their policies, security groups and routes do nothing, "
        "and aws:SourceVpce is never present. Calls marked * could not leave an isolated subnet."
    ),
    (
        "An instance is a record: its commands run on this machine, with its metadata service, its "
        "role's credentials and the ~/.aws/config of its user data. The aws CLI is version 1."
    ),
    "CloudFormation acts with full power: the role of the CDK bootstrap is not asked.",
    "Service control policies are not evaluated, and there is no IAM Access Analyzer.",
    "iam:PassRole is asked by EC2 alone.",
    "The signature of a web identity token is not verified.",
    "KMS is asked for permission, but encrypts nothing of S3.",
    "Changes of IAM hold at once: on AWS they take seconds.",
)
