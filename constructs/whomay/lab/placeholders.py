"""The values of the placeholders in probes: `$ec2_bucket`, `$external_id`, `$alice_code` and so on."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from whomay.iam.arn import name_in
from whomay.lab.codes import Codes
from whomay.lab.context import ALICE, BOB, DEV, HUB, PROD
from whomay.lab.deploy import (
    AUDIT,
    DELIVERY,
    EC2_ROLE,
    SPOKE_DEV,
    SPOKE_PROD,
    USER_ASSUME_ROLE,
    USER_ASSUME_ROLE_MFA,
    Outputs,
)
from whomay.lab.instances import profile
from whomay.lab.people import serial
from whomay.lab.state import REGION, Lab

PROFILES: Final = {
    f"{place}_{role.lower()}_profile": f"{stack}-{role}"
    for place, stack in (("dev", SPOKE_DEV), ("prod", SPOKE_PROD))
    for role in ("Reader", "Writer")
}
LARGE: Final = 9 * 1024 * 1024  # bytes; the aws CLI sends in parts from 8 MB


class Placeholders(dict[str, str]):
    """The values by name; a code of a device is made when somebody asks for it."""

    codes: dict[str, Codes]  # by the first word of their names

    def __init__(self, **known: str) -> None:
        super().__init__(**known)
        self.codes = {}

    def __missing__(self, name: str) -> str:
        """Make a code: `alice_code`, `alice_used_code` and `alice_wrong_code` are of alice's device."""
        owner, _, kind = name.partition("_")
        codes = self.codes[owner]
        makers = {"code": codes.fresh, "used_code": codes.used, "wrong_code": codes.wrong}
        return makers[kind]()


def deployed(lab: Lab, outputs: Outputs, homes: Mapping[str, str]) -> Placeholders:
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
    return Placeholders(
        plain=lab.plain,
        ec2_bucket=ec2["BucketName"],
        ec2_instance=ec2["InstanceId"],
        ec2_role=ec2["RoleArn"],
        ec2_role_name=name_in(ec2["RoleArn"]),
        user_bucket=user["BucketName"],
        user_instance=user["InstanceId"],
        user_role=user["RoleArn"],
        user_role_name=name_in(user["RoleArn"]),
        user_name=user["UserName"],
        secret=key[key.index("--secret-id") + 1],
        external_id=role["external_id"],
        session_name=role["role_session_name"],
        mfa_bucket=mfa["BucketName"],
        mfa_instance=mfa["InstanceId"],
        mfa_role=mfa["RoleArn"],
        mfa_role_name=name_in(mfa["RoleArn"]),
        mfa_user_name=mfa["UserName"],
        mfa_external_id=mfa_role["external_id"],
        mfa_session_name=mfa_role["role_session_name"],
        mfa_serial=mfa_role["mfa_serial"],
        **spokes(outputs[SPOKE_DEV], outputs[SPOKE_PROD], PROFILES),
        **_delivery(outputs[DELIVERY]["DeployRoleArn"]),
        hub_lookup_role=bootstrap_role("lookup", HUB),
        trail_bucket=outputs[AUDIT]["TrailBucketName"],
    )


def bootstrap_role(kind: str, account: str) -> str:
    """Return the ARN of one of the roles that `cdk bootstrap` makes."""
    return f"arn:aws:iam::{account}:role/cdk-hnb659fds-{kind}-role-{account}-{REGION}"


def spokes(
    dev: Mapping[str, str], prod: Mapping[str, str], profiles: Mapping[str, str]
) -> dict[str, str]:
    """Name what is in two spokes, by their outputs; `profiles` are added as they are."""
    return {
        "alice_serial": serial(ALICE),
        "bob_serial": serial(BOB),
        "dev_account": DEV,
        "dev_bucket": dev["BucketName"],
        "dev_writer": dev["WriterRoleArn"],
        "prod_account": PROD,
        "prod_bucket": prod["BucketName"],
        "prod_reader": prod["ReaderRoleArn"],
        **profiles,
    }


def _delivery(deploy_role: str) -> dict[str, str]:
    return {
        "deploy_role": deploy_role,
        "deploy_role_name": name_in(deploy_role),
        "dev_deploy_role": bootstrap_role("deploy", DEV),
        "dev_exec_role": bootstrap_role("cfn-exec", DEV),
    }


def files(folder: Path, run: str) -> dict[str, str]:
    """Write the files that the probes copy: one line, and 9 MB."""
    report, large = folder / "report.csv", folder / "large.bin"
    report.write_text(f"{run}\n")
    with large.open("wb") as out:
        out.truncate(LARGE)
    return {"run": run, "report": str(report), "large": str(large)}
