"""An organization in the lab, as `whomay snapshot --role` takes it, and the command as its auditor runs it."""

import os
import resource
import subprocess
from collections.abc import Mapping
from pathlib import Path

from support.aws import Caller, policy, root, statement, trust
from support.commands import WHOMAY
from support.faulty_proxy import Fault, Proxy, proxy
from whomay.lab.state import ORGANIZATION, Lab

AUDITOR = "Auditor"
HUB, DEV, PROD = "111111111111", "222222222222", "333333333333"
WRITER = f"arn:aws:iam::{PROD}:role/Writer"
DEPLOYER = f"arn:aws:iam::{DEV}:role/Deployer"
DENY = {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}
ALL = [
    *(f"accounts/{account}.json" for account in (HUB, DEV, PROD)),
    "organization.json",
]


def organization(lab: Lab) -> Caller:
    """Make a role for the audit in each member, and a policy above production; return the auditor."""
    everything = statement("*", "*")
    for number, account in enumerate((DEV, PROD), 1):
        iam = root(lab, number).client("iam")
        iam.create_role(RoleName=AUDITOR, AssumeRolePolicyDocument=trust({"AWS": HUB}))
        iam.put_role_policy(RoleName=AUDITOR, PolicyName="own", PolicyDocument=policy(everything))
        assert account == lab.accounts[number]
    dev, prod = (root(lab, number).client("iam") for number in (1, 2))
    dev.create_role(RoleName="Deployer", AssumeRolePolicyDocument=trust({"AWS": DEV}))
    may = policy(statement("sts:AssumeRole", WRITER))
    dev.put_role_policy(RoleName="Deployer", PolicyName="own", PolicyDocument=may)
    prod.create_role(RoleName="Writer", AssumeRolePolicyDocument=trust({"AWS": DEPLOYER}))
    prod.put_role_policy(RoleName="Writer", PolicyName="own", PolicyDocument=policy(everything))
    organizations = root(lab).client("organizations")
    assert organizations.describe_organization()["Organization"]["Id"] == ORGANIZATION
    top = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=top, Name="Production")
    unit_id = unit["OrganizationalUnit"]["Id"]
    organizations.move_account(AccountId=PROD, SourceParentId=top, DestinationParentId=unit_id)
    made = organizations.create_policy(
        Name="Keep", Description="", Type="SERVICE_CONTROL_POLICY", Content=policy(DENY)
    )
    full = "p-FullAWSAccess"
    organizations.attach_policy(PolicyId=full, TargetId=unit_id)
    organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=unit_id)
    hub = root(lab).client("iam")
    hub.create_user(UserName="auditor")
    hub.put_user_policy(UserName="auditor", PolicyName="own", PolicyDocument=policy(everything))
    key = hub.create_access_key(UserName="auditor")["AccessKey"]
    return Caller(lab, key["AccessKeyId"], key["SecretAccessKey"])


def environment(caller: Caller, address: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": caller.access_key,
        "AWS_SECRET_ACCESS_KEY": caller.secret,
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "127.0.0.1",
    }


def command(folder: Path, *more: str) -> list[str]:
    return [WHOMAY, "snapshot", "-o", str(folder), "--region", "us-east-1", *more]


def taken(
    caller: Caller,
    folder: Path,
    *more: str,
    faults: Mapping[str, Fault] | None = None,
    most_bytes: int = 0,
) -> tuple[subprocess.CompletedProcess[str], Proxy]:
    """Run the command to its end through a proxy; no file of it gets more than `most_bytes`."""

    def limited() -> None:
        if most_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    with proxy(caller.lab.plain, faults or {}) as before:
        done = subprocess.run(
            command(folder, *(more or ("--role", AUDITOR))),
            env=environment(caller, before.address),
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
            preexec_fn=limited,
        )
    return done, before


def files(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())
