"""The facts that the probes name with a dollar: `$ec2_bucket`, `$external_id`, `$code` and so on."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from whomay.lab.codes import Codes
from whomay.lab.deploy import EC2_ROLE, USER_ASSUME_ROLE, USER_ASSUME_ROLE_MFA, Outputs
from whomay.lab.instances import profile
from whomay.lab.state import Lab

LARGE: Final = 9 * 1024 * 1024  # bytes; the aws CLI sends in parts from 8 MB


class Facts(dict[str, str]):
    """Facts by name; those about codes are made when they are asked for."""

    codes: Codes

    def __missing__(self, name: str) -> str:
        """Make a code for `code`, `used_code` and `wrong_code`."""
        makers = {
            "code": self.codes.fresh,
            "used_code": self.codes.used,
            "wrong_code": self.codes.wrong,
        }
        return makers[name]()


def deployed(lab: Lab, outputs: Outputs, homes: Mapping[str, str]) -> Facts:
    """Name what the stacks have made; `homes` holds each instance's ~/.aws/config by stack.

    Raises:
        CommandFailedError: an instance's file lacks a profile.

    """
    ec2, user, mfa = (
        outputs[stack] for stack in (EC2_ROLE, USER_ASSUME_ROLE, USER_ASSUME_ROLE_MFA)
    )
    key = shlex.split(profile(homes[USER_ASSUME_ROLE], "user")["credential_process"])
    role = profile(homes[USER_ASSUME_ROLE], "role")
    mfa_role = profile(homes[USER_ASSUME_ROLE_MFA], "role")
    return Facts(
        plain=lab.plain,
        ec2_bucket=ec2["BucketName"],
        ec2_instance=ec2["InstanceId"],
        ec2_role=ec2["RoleArn"],
        ec2_role_name=_name(ec2["RoleArn"]),
        user_bucket=user["BucketName"],
        user_instance=user["InstanceId"],
        user_role=user["RoleArn"],
        user_role_name=_name(user["RoleArn"]),
        user_name=user["UserName"],
        secret=key[key.index("--secret-id") + 1],
        external_id=role["external_id"],
        session_name=role["role_session_name"],
        mfa_bucket=mfa["BucketName"],
        mfa_instance=mfa["InstanceId"],
        mfa_role=mfa["RoleArn"],
        mfa_role_name=_name(mfa["RoleArn"]),
        mfa_user_name=mfa["UserName"],
        mfa_external_id=mfa_role["external_id"],
        mfa_session_name=mfa_role["role_session_name"],
        mfa_serial=mfa_role["mfa_serial"],
    )


def files(folder: Path, run: str) -> dict[str, str]:
    """Write the files that the probes copy: one line, and 9 MB."""
    report, large = folder / "report.csv", folder / "large.bin"
    report.write_text(f"{run}\n")
    with large.open("wb") as out:
        out.truncate(LARGE)
    return {"run": run, "report": str(report), "large": str(large)}


def _name(arn: str) -> str:
    """Return the name at the end of a role's ARN."""
    return arn.rpartition("/")[2]
