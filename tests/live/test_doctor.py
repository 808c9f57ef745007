"""What a deployment would end with, found before it: each broken once, and named with its command."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner
from support.assemblies import write_assembly
from support.aws import Caller, make_user, root, statement
from support.lab_user import on_lab

from whomay.cli import main
from whomay.engine import read
from whomay.lab.state import Lab
from whomay.live.deploying.checks import DeployFinding, examine
from whomay.live.deploying.planned import Plan
from whomay.live.snapshot.account import Account

ACCOUNT = "111111111111"
PARAMETER = "/cdk-bootstrap/doctor/version"


def assembly(folder: Path, resources: Mapping[str, Any], *, region: str = "us-east-1") -> Path:
    """Write an app of one stack S that needs version 8 of a bootstrap."""
    out = write_assembly(
        folder / "cdk.out", {"S": {"Resources": resources}}, f"aws://{ACCOUNT}/{region}"
    )
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["artifacts"]["S"]["properties"] |= {
        "requiresBootstrapStackVersion": 8,
        "bootstrapStackVersionSsmParameter": PARAMETER,
    }
    (out / "manifest.json").write_text(json.dumps(manifest))
    return out


def made(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


@pytest.fixture
def admin(lab: Lab) -> Caller:
    return make_user(lab, f"doctor-{uuid.uuid4().hex[:6]}", statement("*", "*"))


def test_what_the_lab_can_break_is_named_and_its_commands_settle_it(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    iam, ssm = (root(lab).client(service) for service in ("iam", "ssm"))
    name = f"ann-{uuid.uuid4().hex[:6]}"
    url = f"https://{name}.example.com"
    iam.create_user(UserName=name)
    iam.create_open_id_connect_provider(Url=url, ClientIDList=["a"], ThumbprintList=["a" * 40])
    assembly(
        tmp_path,
        {
            "User": made("IAM::User", UserName=name),
            "Provider": made("IAM::OIDCProvider", Url=url, ClientIdList=["a"]),
        },
    )
    found = on_lab(admin, "doctor", "--deploy", cwd=tmp_path)
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.splitlines()[1:] == [
        f"in the way: aws://{ACCOUNT}/us-east-1 is not bootstrapped",
        f"  cdk bootstrap aws://{ACCOUNT}/us-east-1",
        f"in the way: the user {name} exists already, and S/User would be made with its name",
        "  cdk import S   # or name it otherwise in the app",
        f"in the way: the identity provider of {name}.example.com exists already: an account has one",
        "  use the one that exists",
    ]

    ssm.put_parameter(Name=PARAMETER, Value="6", Type="String")
    old = on_lab(admin, "doctor", "--deploy", cwd=tmp_path).stdout
    assert f"the bootstrap of aws://{ACCOUNT}/us-east-1 is version 6, and 8 is needed" in old

    ssm.put_parameter(Name=PARAMETER, Value="30", Type="String", Overwrite=True)
    iam.delete_user(UserName=name)
    arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{name}.example.com"
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    settled = on_lab(admin, "doctor", "--deploy", cwd=tmp_path)
    assert (settled.returncode, settled.stderr) == (0, "")
    assert settled.stdout.splitlines()[1:] == ["nothing is in the way of a deployment"]


def test_each_missing_permission_is_named_and_the_rest_is_asked(lab: Lab, tmp_path: Path) -> None:
    blind = make_user(lab, f"blind-{uuid.uuid4().hex[:6]}")
    url = "https://blind.example.com"
    assembly(
        tmp_path,
        {
            "User": made("IAM::User", UserName="ann"),
            "Provider": made("IAM::OIDCProvider", Url=url, ClientIdList=["a"]),
        },
    )
    found = on_lab(blind, "doctor", "--deploy", cwd=tmp_path)
    assert found.returncode == 3
    assert found.stdout.splitlines()[2::2] == [
        "  allow ssm:GetParameter",
        "  allow iam:GetUser",
        "  allow iam:ListOpenIDConnectProviders",
    ]


def test_without_credentials_it_says_what_it_would_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    out = assembly(tmp_path, {"User": made("IAM::User")})
    arguments = ["doctor", "--deploy", "--region", "us-east-1", "-a", str(out)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "no credentials" in result.stderr
    assert (
        "would ask for the bootstrap of each environment: ssm:GetParameter"
        in result.stdout.splitlines()
    )


# What the lab's AWS does not have is answered in the shapes that botocore's models hold.
Answers = tuple[tuple[str, str, dict[str, Any]], ...]


def findings(folder: Path, resource: Mapping[str, Any], answers: Answers) -> list[DeployFinding]:
    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-east-1")
    account = Account(session, ("us-east-1",), ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/a")
    with ExitStack() as stack:
        stubs: dict[str, Stubber] = {}
        answered = (("ssm", "get_parameter", {"Parameter": {"Value": "30"}}), *answers)
        for service, operation, answer in answered:
            if service not in stubs:
                stubs[service] = Stubber(account.client(service, "us-east-1"))
                stack.enter_context(stubs[service])
            if "code" in answer:
                stubs[service].add_client_error(operation, answer["code"])
            else:
                stubs[service].add_response(operation, answer)
        out = assembly(folder, {"One": resource})
        return list(examine(account, Plan(read(out), ACCOUNT, "us-east-1")))


INSTANCE = made("EC2::Instance", InstanceType="t3.micro")
OFFERED = (
    "ec2",
    "describe_instance_type_offerings",
    {"InstanceTypeOfferings": [{"Location": "us-east-1b"}]},
)


def zones(*names: str) -> tuple[str, str, dict[str, Any]]:
    listed = [{"ZoneName": name} for name in names]
    return "ec2", "describe_availability_zones", {"AvailabilityZones": listed}


NOT_OF_A_STACK = ("cloudformation", "describe_stack_resources", {"code": "ValidationError"})
SERVICE_MANAGED = {"PermissionModel": "SERVICE_MANAGED", "StackSetName": "s"}
DELEGATED = made("CloudFormation::StackSet", CallAs="DELEGATED_ADMIN", **SERVICE_MANAGED)


def broken() -> Iterator[tuple[Mapping[str, Any], Answers, str, str]]:
    yield (
        INSTANCE,
        (zones("us-east-1a", "us-east-1b"), OFFERED),
        "t3.micro is not offered in us-east-1a, the first zone of us-east-1",
        'availability_zone="us-east-1b"   # of the project, in the stack',
    )
    analyzer = {"arn": "arn:aws:access-analyzer:us-east-1:111111111111:analyzer/old", "name": "old"}
    other = {"type": "ACCOUNT", "createdAt": 0, "status": "ACTIVE"}
    yield (
        made("AccessAnalyzer::Analyzer", Type="ACCOUNT"),
        (
            ("accessanalyzer", "list_analyzers", {"analyzers": [{**analyzer, **other}]}),
            NOT_OF_A_STACK,
        ),
        "the analyzer old exists in us-east-1: an account has one of ACCOUNT",
        '"access_analyzer": false   # in the section audit of cdk.json',
    )
    yield (
        made("CloudFormation::StackSet", **SERVICE_MANAGED),
        (("cloudformation", "describe_organizations_access", {"Status": "DISABLED"}),),
        "StackSets have no access to the organization",
        "aws cloudformation activate-organizations-access",
    )
    yield (
        DELEGATED,
        (
            ("cloudformation", "describe_organizations_access", {"Status": "ENABLED"}),
            ("organizations", "list_delegated_administrators", {"DelegatedAdministrators": []}),
        ),
        f"account {ACCOUNT} does not administer StackSets for the organization",
        (
            f"aws organizations register-delegated-administrator --account-id {ACCOUNT} "
            "--service-principal member.org.stacksets.cloudformation.amazonaws.com"
        ),
    )
    yield (
        made("EC2::VPC", CidrBlock="10.0.0.0/24"),
        (
            ("service-quotas", "get_service_quota", {"Quota": {"Value": 5.0}}),
            ("ec2", "describe_vpcs", {"Vpcs": [{"VpcId": f"vpc-{n}"} for n in range(5)]}),
        ),
        "us-east-1 has 5 VPCs, 1 more are planned, and 5 are allowed",
        (
            "aws service-quotas request-service-quota-increase --service-code vpc "
            "--quota-code L-F678F1CE --desired-value 6 --region us-east-1"
        ),
    )


@pytest.mark.parametrize(("resource", "answers", "what", "command"), [*broken()])
def test_what_a_real_account_refuses_is_named_with_its_command(
    tmp_path: Path, resource: Mapping[str, Any], answers: Answers, what: str, command: str
) -> None:
    assert findings(tmp_path, resource, answers) == [DeployFinding(what, command)]


def test_what_is_offered_and_has_room_is_not_in_the_way(tmp_path: Path) -> None:
    assert findings(tmp_path, INSTANCE, (zones("us-east-1b"), OFFERED)) == []


def test_a_throttled_question_is_not_known_and_the_others_are_asked(tmp_path: Path) -> None:
    throttled = ("ec2", "describe_availability_zones", {"code": "RequestLimitExceeded"})
    [found] = findings(tmp_path, INSTANCE, (throttled,))
    assert found.unknown
    assert "instance types in their zone: not known, ec2 describe_availability_zones" in found.what


def test_other_accounts_and_partitions_are_told(tmp_path: Path) -> None:
    account = Account(boto3.Session(), ("us-east-1",), "222222222222", "", "aws")
    out = assembly(tmp_path, {"User": made("IAM::User")}, region="cn-north-1")
    assert list(examine(account, Plan(read(out), "222222222222", "us-east-1"))) == [
        DeployFinding(
            f"account {ACCOUNT} was not asked: these credentials are of 222222222222",
            "AWS_PROFILE=… whomay doctor --deploy",
            unknown=True,
        ),
        DeployFinding(
            "cn-north-1 is of aws-cn, these credentials of aws",
            "AWS_PROFILE=… whomay doctor --deploy",
        ),
    ]
