"""What the lab does not enforce or is not, said under every result.

A test shows each on a running lab, so that none stays here that holds no longer.
"""

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
    (
        "CloudFormation asks for the main actions of 26 types of resources; it makes all other "
        "types without asking, and a StackSet's stacks too."
    ),
    "Service control policies are not evaluated, and IAM Access Analyzer's analyzers find nothing.",
    (
        "Service Quotas raises a quota at once; those of IAM alone are enforced. "
        "Which zone offers which type of instance is a table of the lab's own."
    ),
    "Only EC2 and CloudFormation check iam:PassRole.",
    "The signature of a web identity token is not verified.",
    (
        "KMS permissions are checked, but objects in S3 are not encrypted, and a key's policy may "
        "lock everybody out."
    ),
    (
        "IAM checks a document's grammar, length and principals, but not whether services, condition keys "
        "and most actions exist. Only S3, KMS, SQS, SNS, Secrets Manager, ECR and "
        "Lambda check the policies of their resources."
    ),
    "Of refusals, those of IAM alone tell an authorization id.",
    (
        "IAM's simulator tells neither where in a policy a statement is nor what SCPs say, and takes "
        "no further policies."
    ),
    "Changes of IAM take effect at once; on AWS they take seconds.",
)
