"""The AWS CLI's profiles on an instance, as the text of `~/.aws/config`."""

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager

from whomay.cdk.principals.programmatic_user import ProgrammaticUser


def default_profile() -> str:
    """Return the one profile of an instance that acts through its own role."""
    return _section("default", region=Aws.REGION)


def assume_role_profiles(
    user: ProgrammaticUser,
    secret: secretsmanager.Secret,
    role: iam.Role,
    *,
    external_id: str | None,
    mfa: bool,
) -> str:
    """Return three profiles: `instance`, `user`, and `role`, which the user assumes.

    `user` reads its key from Secrets Manager at every call, with the instance's own role, so no key
    lies on disk. The inner `--profile instance` keeps the process from asking itself, whatever
    AWS_PROFILE says (AWS CLI User Guide, "Source credentials with an external process").
    """
    read = (
        "aws --profile instance secretsmanager get-secret-value --query SecretString --output text "
        f"--secret-id {secret.secret_arn}"
    )
    device = f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:mfa/{user.user_name}"
    return "\n".join(
        [
            _section("profile instance", region=Aws.REGION),
            _section("profile user", region=Aws.REGION, credential_process=read),
            _section(
                "profile role",
                region=Aws.REGION,
                role_arn=role.role_arn,
                source_profile="user",
                role_session_name=user.user_name,
                external_id=external_id,
                mfa_serial=device if mfa else None,
            ),
        ]
    )


def _section(name: str, **settings: str | None) -> str:
    lines = [f"{key} = {value}\n" for key, value in settings.items() if value is not None]
    return f"[{name}]\n" + "".join(lines)
