"""What the lab does not enforce or is not, said under every result."""

from typing import Final

NOT_ENFORCED: Final = (
    (
        "There is no network: endpoints, their policies, security groups and routes have no effect, "
        "and aws:SourceVpce is never present. An isolated subnet could not send calls marked *."
    ),
    (
        "There is no machine behind an instance: its commands run on this one, with the instance's "
        "metadata service, its role's credentials and the ~/.aws/config of its user data. The aws "
        "CLI is version 1."
    ),
    "CloudFormation may do everything: the policies of the CDK's execution role are not evaluated.",
    "Service control policies are not evaluated, and there is no IAM Access Analyzer.",
    "Only EC2 checks iam:PassRole.",
    "The signature of a web identity token is not verified.",
    "KMS permissions are checked, but objects in S3 are not encrypted.",
    "Changes of IAM take effect at once; on AWS they take seconds.",
)
