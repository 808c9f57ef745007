"""How long `whomay profiles` takes for the roles of an organization.

    python benchmarks/profiles.py          # 100, 1,000 and 2,000 roles

Ten roles in each account, a stack an account, as a hub and its spokes have them. The time is that of
the whole command: start, reading the assembly, deciding for each role, writing the file.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HUB = "111111111111"
PERSON = f"arn:aws:iam::{HUB}:user/people/alice"
SIZES = (100, 1000, 2000)
ROLES = 10  # in each account


def role(number: int, bucket: str) -> dict[str, object]:
    """Return a role that people of the hub may assume with MFA, with access to a bucket."""
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{HUB}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HUB}:user/people/*"},
            "Bool": {"aws:MultiFactorAuthPresent": "true"},
            "StringEquals": {"aws:PrincipalOrgID": "o-example12345"},
        },
    }
    access = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    properties = {
        "RoleName": f"Role{number}",
        "Path": "/hub/",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [
            {
                "PolicyName": "access",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [access]},
            }
        ],
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def write(folder: Path, roles: int) -> None:
    """Write an assembly with that many roles."""
    artifacts = {}
    for spoke in range(roles // ROLES):
        name, account = f"Spoke-{spoke}", f"{200000000000 + spoke}"
        resources = {f"Role{number}": role(number, f"data-{account}") for number in range(ROLES)}
        (folder / f"{name}.template.json").write_text(json.dumps({"Resources": resources}))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://{account}/eu-west-1",
            "properties": {"templateFile": f"{name}.template.json"},
        }
    manifest = {"version": "55.0.0", "artifacts": artifacts}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def main() -> None:
    """Write assemblies, measure, print."""
    whomay = Path(sys.executable).with_name("whomay")
    for roles in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), roles)
            config = Path(folder) / "config"
            command = [whomay, "profiles", "-a", folder, "--config", config, "--user", PERSON]
            started = time.perf_counter()
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            _, status, used = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - started
            child.returncode = os.waitstatus_to_exitcode(status)
            written = config.read_text().count("[profile ")
            print(
                f"{roles:5} roles {written:5} profiles {seconds:6.2f} s, of a core "
                f"{used.ru_utime + used.ru_stime:.2f} s "
                f"{used.ru_maxrss / 1024:4.0f} MiB peak  exit {child.returncode}"
            )


if __name__ == "__main__":
    main()
