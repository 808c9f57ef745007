"""The profiles as `whomay profiles` writes them, used by the real aws and cdk on the lab's AWS."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.assemblies import write_assembly
from support.aws import policy, root, statement
from support.aws import stack as deployed

from whomay.cli import main
from whomay.lab.server.mfa import STEP_SECONDS, code_at
from whomay.lab.state import Lab

PERSON = "arn:aws:iam::111111111111:user/people/ann"
BIN = Path(sys.executable).parent


def role(name: str, principal: Any, *allowed: dict[str, Any], **condition: Any) -> dict[str, Any]:
    """A role of the second account, as a template has it."""
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
        **({"Condition": condition} if condition else {}),
    }
    document = {"Version": "2012-10-17", "Statement": list(allowed)}
    own = [{"PolicyName": "own", "PolicyDocument": document}] if allowed else []
    properties = {
        "RoleName": name,
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": own,
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties}


HUB = "arn:aws:iam::111111111111:root"
PEOPLE = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/people/*"}}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
SPOKE = "arn:aws:iam::222222222222:role/"
ROLES = {
    "WithMfa": role("WithMfa", HUB, **PEOPLE, **MFA),
    "WithId": role("WithId", HUB, **PEOPLE, StringEquals={"sts:ExternalId": "course-2026"}),
    "Deployer": role("Deployer", HUB, statement("*", "*"), **PEOPLE),
    "Behind": role("Behind", {"Fn::GetAtt": ["Deployer", "Arn"]}),
}


class Person:
    """Ann at her workstation: her key, her device, and the profiles that whomay wrote for her."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.folder = folder
        iam = root(lab).client("iam")
        iam.create_user(UserName="ann", Path="/people/")
        allowed = policy(statement("sts:AssumeRole", f"{SPOKE}*"))
        iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=allowed)
        key = iam.create_access_key(UserName="ann")["AccessKey"]
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ann")["VirtualMFADevice"]
        self.seed = device["Base32StringSeed"].decode()
        iam.enable_mfa_device(
            UserName="ann",
            SerialNumber=device["SerialNumber"],
            AuthenticationCode1=self.code(-2),
            AuthenticationCode2=self.code(-1),
        )
        credentials = f"aws_access_key_id = {key['AccessKeyId']}\n"
        credentials += f"aws_secret_access_key = {key['SecretAccessKey']}\n"
        (folder / "credentials").write_text(f"[ann]\n{credentials}")
        assembly = write_assembly(
            folder / "cdk.out", {"S": {"Resources": ROLES}}, "aws://222222222222/us-east-1"
        )
        arguments = ["-a", str(assembly), "--config", str(folder / "config"), "--user", PERSON]
        written = CliRunner().invoke(main, ["profiles", *arguments, "--source-profile", "ann"])
        assert written.exit_code == 0, written.output
        self.environment = {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(folder),
            "AWS_CONFIG_FILE": str(folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
            "AWS_ENDPOINT_URL": lab.endpoint,
            "AWS_CA_BUNDLE": str(lab.ca),
            "AWS_EC2_METADATA_DISABLED": "true",
            "NODE_EXTRA_CA_CERTS": str(lab.ca),
            "CDK_HOME": str(folder / "cdk"),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "1",
        }

    def code(self, steps: int) -> str:
        """The device's code so many steps of 30 seconds from now."""
        return code_at(self.seed, int(time.time()) // STEP_SECONDS + steps)

    def run(self, *command: str, types: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command without a terminal, so that what is typed comes from its input."""
        return subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=self.folder,
            env=self.environment,
            input=types,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            timeout=120,
        )

    def identity(self, profile: str, *, types: str = "") -> str:
        """Who AWS takes her for with a profile."""
        answer = self.run("aws", "sts", "get-caller-identity", "--profile", profile, types=types)
        assert answer.returncode == 0, answer.stderr
        arn: str = json.loads(answer.stdout)["Arn"]
        return arn


@pytest.fixture(scope="module")
def ann(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    with deployed(root(lab, 1), "Roles") as real:
        real.deploy(**ROLES)
        yield Person(lab, tmp_path_factory.mktemp("ann"))


def test_a_role_that_asks_for_an_external_id_is_assumed_under_the_persons_name(ann: Person) -> None:
    assert ann.identity("S-WithId") == "arn:aws:sts::222222222222:assumed-role/WithId/ann"


def test_a_role_that_asks_for_mfa_is_assumed_with_a_code_and_with_no_wrong_one(ann: Person) -> None:
    wrong = ann.run("aws", "sts", "get-caller-identity", "--profile", "S-WithMfa", types="000000\n")
    assert "AccessDenied" in wrong.stderr
    session = ann.identity("S-WithMfa", types=ann.code(0) + "\n")
    assert session == "arn:aws:sts::222222222222:assumed-role/WithMfa/ann"


def test_a_role_behind_a_role_is_assumed_through_it(ann: Person) -> None:
    assert ann.identity("S-Behind") == "arn:aws:sts::222222222222:assumed-role/Behind/ann"


def test_the_cdk_cli_deploys_with_a_profile(ann: Person, lab: Lab) -> None:
    target = "aws://222222222222/us-east-1"
    done = ann.run("cdk", "bootstrap", target, "--profile", "S-Deployer", "--no-notices")
    assert done.returncode == 0, done.stderr
    made = root(lab, 1).client("cloudformation").describe_stacks(StackName="CDKToolkit")["Stacks"]
    assert [stack["StackStatus"] for stack in made] == ["CREATE_COMPLETE"]
