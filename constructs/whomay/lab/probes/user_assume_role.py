"""Project 2: a user who may do nothing but assume the role that may upload."""

from functools import partial
from typing import Final

from whomay.lab.deploy import USER_ASSUME_ROLE
from whomay.lab.probe import IDENTITY, Probe, command, denied

probe = partial(Probe, USER_ASSUME_ROLE)

ASSUME: Final = "sts assume-role --role-arn $user_role --role-session-name probe"
ASSUMED: Final = command(
    "user",
    f"aws --profile user {ASSUME} --external-id $external_id --duration-seconds 3600",
)
UPLOAD: Final = command(
    "role", "aws --profile role s3 cp $report s3://$user_bucket/incoming/$run/report.csv"
)
READ: Final = "secretsmanager get-secret-value --secret-id $secret --query ARN"
KEY_READ: Final = command("instance 2", f"aws --profile instance {READ}")
SECOND_KEY: Final = command("second key", f"aws {IDENTITY}")
INACTIVATE: Final = (
    "iam update-access-key --user-name $user_name --access-key-id $second_key --status Inactive"
)

PROBES: Final = (
    probe(
        "read the user's key from the secret",
        KEY_READ,
        shows="$secret",
    ),
    probe(
        "ask who it is",
        command("user", f"aws --profile user {IDENTITY}"),
        shows="/$user_name",
    ),
    probe(
        "have no key on the disk",
        command("user", "aws --profile user configure list"),
        shows="custom-process",
    ),
    probe(
        "ask who it is",
        command("role", f"aws --profile role {IDENTITY}"),
        shows=":assumed-role/$user_role_name/$session_name",
    ),
    probe("upload under the prefix", UPLOAD),
    probe(
        "upload without assuming the role",
        command(
            "user", "aws --profile user s3 cp $report s3://$user_bucket/incoming/$run/user.csv"
        ),
        denied("PutObject"),
        control=UPLOAD,
    ),
    probe(
        "upload without the user's key",
        command(
            "instance 2",
            "aws --profile instance s3 cp $report s3://$user_bucket/incoming/$run/instance.csv",
        ),
        denied("PutObject"),
        control=UPLOAD,
    ),
    probe(
        "upload outside the prefix",
        command("role", "aws --profile role s3 cp $report s3://$user_bucket/$run/report.csv"),
        denied("PutObject"),
        control=UPLOAD,
    ),
    probe(
        "upload where the prefix only begins alike",
        command("role", "aws --profile role s3 cp $report s3://$user_bucket/incoming-$run.csv"),
        denied("PutObject"),
        control=UPLOAD,
    ),
    probe(
        "upload with tags",
        command(
            "role",
            "aws --profile role s3api put-object --bucket $user_bucket"
            " --key incoming/$run/tagged.csv --body $report --tagging owner=role",
        ),
        denied("PutObject"),
        control=UPLOAD,
    ),
    probe(
        "upload without TLS",
        command(
            "role",
            "aws --profile role --endpoint-url $plain s3 cp $report"
            " s3://$user_bucket/incoming/$run/plain.csv",
        ),
        denied("PutObject"),
        control=UPLOAD,
        reachable=False,
    ),
    probe(
        "copy the upload back",
        command("role", "aws --profile role s3 cp s3://$user_bucket/incoming/$run/report.csv -"),
        denied("HeadObject", "403"),
        control=UPLOAD,
    ),
    probe(
        "list the bucket",
        command(
            "role",
            "aws --profile role s3api list-objects-v2 --bucket $user_bucket --prefix incoming/",
        ),
        denied("ListObjectsV2"),
        control=command("admin", "aws s3api list-objects-v2 --bucket $user_bucket"),
    ),
    probe(
        "list all buckets",
        command("role", "aws --profile role s3 ls"),
        denied("ListBuckets"),
        control=command("admin", "aws s3 ls"),
    ),
    probe(
        "delete the upload",
        command(
            "role",
            "aws --profile role s3api delete-object --bucket $user_bucket"
            " --key incoming/$run/report.csv",
        ),
        denied("DeleteObject"),
        control=command(
            "admin",
            "aws s3api delete-object --bucket $user_bucket --key incoming/$run/spare.csv",
        ),
    ),
    probe(
        "assume the role for an hour",
        ASSUMED,
        shows=":assumed-role/$user_role_name/probe",
    ),
    probe(
        "assume it for two hours",
        command(
            "user",
            f"aws --profile user {ASSUME} --external-id $external_id --duration-seconds 7200",
        ),
        denied("AssumeRole", "ValidationError"),
        control=ASSUMED,
    ),
    probe(
        "assume it without the external id",
        command("user", f"aws --profile user {ASSUME}"),
        denied("AssumeRole"),
        control=ASSUMED,
    ),
    probe(
        "assume it with another external id",
        command("user", f"aws --profile user {ASSUME} --external-id not-$external_id"),
        denied("AssumeRole"),
        control=ASSUMED,
    ),
    probe(
        "assume another role",
        command(
            "user",
            "aws --profile user sts assume-role --role-arn $ec2_role --role-session-name probe",
        ),
        denied("AssumeRole"),
        control=ASSUMED,
    ),
    probe(
        "assume itself again (chaining)",
        command("role", f"aws --profile role {ASSUME} --external-id $external_id"),
        denied("AssumeRole"),
        control=ASSUMED,
    ),
    probe(
        "assume project 2's role",
        command("instance 1", f"aws {ASSUME} --external-id $external_id"),
        denied("AssumeRole"),
        control=ASSUMED,
    ),
    probe(
        "assume the role, though not trusted",
        command("admin", f"aws {ASSUME} --external-id $external_id"),
        denied("AssumeRole"),
        control=ASSUMED,
    ),
    probe(
        "assume the role from another account",
        command("dev-admin", f"aws {ASSUME} --external-id $external_id"),
        denied("AssumeRole"),
        control=ASSUMED,
    ),
    probe(
        "read its own secret",
        command("user", f"aws --profile user {READ}"),
        denied("GetSecretValue", "AccessDeniedException"),
        control=KEY_READ,
    ),
    probe(
        "read the secret with project 1's role",
        command("instance 1", f"aws {READ}"),
        denied("GetSecretValue", "AccessDeniedException"),
        control=KEY_READ,
        reachable=False,
    ),
    probe(
        "read the secret from another account",
        command("dev-admin", f"aws {READ}"),
        denied("GetSecretValue", "AccessDeniedException"),
        control=KEY_READ,
    ),
    probe(
        "upload without signing",
        command(
            "anonymous",
            "aws --no-sign-request s3 cp $report s3://$user_bucket/incoming/$run/anonymous.csv",
        ),
        denied("PutObject"),
        control=UPLOAD,
    ),
    probe(
        "use a key with a wrong secret",
        command("wrong secret", f"aws {IDENTITY}"),
        denied("GetCallerIdentity", "SignatureDoesNotMatch"),
        control=SECOND_KEY,
    ),
    probe(
        "use a key that was made inactive",
        SECOND_KEY,
        denied("GetCallerIdentity", "InvalidClientTokenId"),
        control=SECOND_KEY,
        before=command("admin", f"aws {INACTIVATE}"),
    ),
)
