"""Project 1: an instance with a role, one bucket, and no key anywhere."""

from functools import partial
from typing import Final

from whomay.lab.deploy import EC2_ROLE
from whomay.lab.probe import IDENTITY, Probe, command, denied

probe = partial(Probe, EC2_ROLE)

CREDENTIALS: Final = "/latest/meta-data/iam/security-credentials/"
WHO: Final = "instance 1"
COPY_IN: Final = command(WHO, "aws s3 cp $report s3://$ec2_bucket/$run/report.csv")
COPY_BACK: Final = command(WHO, "aws s3 cp s3://$ec2_bucket/$run/report.csv -")
COPY_LARGE: Final = command(WHO, "aws s3 cp $large s3://$ec2_bucket/$run/large.bin")
ROLE_NAME: Final = command(WHO, f"IMDSv2 {CREDENTIALS}")

CANARY: Final = probe(
    "list the account's users",
    command(WHO, "aws iam list-users"),
    denied("ListUsers"),
    control=command("admin", "aws iam list-users"),
    reachable=False,
)

PROBES: Final = (
    probe(
        "ask who it is",
        command(WHO, f"aws {IDENTITY}"),
        shows=":assumed-role/$ec2_role_name/$ec2_instance",
    ),
    probe(
        "have no key but the role's",
        command(WHO, "aws configure list"),
        shows="iam-role",
    ),
    probe("copy a report into the bucket", COPY_IN),
    probe("copy it back", COPY_BACK, control=COPY_IN, shows="$run"),
    probe(
        "list the bucket",
        command(WHO, "aws s3 ls s3://$ec2_bucket/$run/"),
        control=COPY_IN,
        shows="report.csv",
    ),
    probe("copy 9 MB into the bucket", COPY_LARGE),
    probe(
        "find that it went in parts",
        command(
            WHO, "aws s3api head-object --bucket $ec2_bucket --key $run/large.bin --query ETag"
        ),
        control=COPY_LARGE,
        shows="-2",
    ),
    probe(
        "copy the 9 MB back",
        command(WHO, "aws s3api get-object --bucket $ec2_bucket --key $run/large.bin /dev/null"),
        control=COPY_LARGE,
        shows="9437184",
    ),
    probe(
        "copy into another bucket",
        command(WHO, "aws s3 cp $report s3://$user_bucket/$run/report.csv"),
        denied("PutObject"),
        control=COPY_IN,
    ),
    probe(
        "read from another bucket",
        command(WHO, "aws s3api get-object --bucket $user_bucket --key $run/seed.csv /dev/null"),
        denied("GetObject"),
        control=command(
            "admin", "aws s3api get-object --bucket $user_bucket --key $run/seed.csv /dev/null"
        ),
    ),
    probe(
        "list another bucket",
        command(WHO, "aws s3api list-objects-v2 --bucket $user_bucket"),
        denied("ListObjectsV2"),
        control=command("admin", "aws s3api list-objects-v2 --bucket $user_bucket"),
    ),
    probe(
        "delete its report",
        command(WHO, "aws s3api delete-object --bucket $ec2_bucket --key $run/report.csv"),
        denied("DeleteObject"),
        control=command(
            "admin", "aws s3api delete-object --bucket $ec2_bucket --key $run/spare.csv"
        ),
    ),
    probe(
        "lift the public access block",
        command(
            WHO,
            "aws s3api put-public-access-block --bucket $ec2_bucket"
            " --public-access-block-configuration BlockPublicPolicy=false",
        ),
        denied("PutPublicAccessBlock"),
        control=command(
            "admin",
            "aws s3api put-public-access-block --bucket $ec2_bucket"
            " --public-access-block-configuration BlockPublicPolicy=true,BlockPublicAcls=true,"
            "RestrictPublicBuckets=true,IgnorePublicAcls=true",
        ),
    ),
    CANARY,
    probe(
        "see the managed instances",
        command(WHO, "aws ssm describe-instance-information"),
        denied("DescribeInstanceInformation", "AccessDeniedException"),
        control=command("admin", "aws ssm describe-instance-information"),
    ),
    probe(
        "write without TLS",
        command(WHO, "aws --endpoint-url $plain s3 cp $report s3://$ec2_bucket/$run/plain.csv"),
        denied("PutObject"),
        control=COPY_IN,
        reachable=False,
    ),
    probe("ask its metadata for the role", ROLE_NAME, shows="$ec2_role_name"),
    probe(
        "ask without a token (IMDSv1)",
        command(WHO, f"IMDSv1 {CREDENTIALS}"),
        denied("GET", "401"),
        control=ROLE_NAME,
    ),
    probe(
        "get credentials of a role that does not trust EC2",
        command("instance 3", f"IMDSv2 {CREDENTIALS}$user_role_name"),
        denied("GET", "AssumeRoleUnauthorizedAccess"),
        control=command(WHO, f"IMDSv2 {CREDENTIALS}$ec2_role_name"),
    ),
    probe(
        "read the bucket without signing",
        command(
            "anonymous",
            "aws --no-sign-request s3api get-object --bucket $ec2_bucket --key $run/report.csv"
            " /dev/null",
        ),
        denied("GetObject"),
        control=COPY_BACK,
    ),
    probe(
        "read the bucket from another account",
        command(
            "dev-admin", "aws s3api get-object --bucket $ec2_bucket --key $run/report.csv /dev/null"
        ),
        denied("GetObject"),
        control=COPY_BACK,
    ),
)
