"""What a deployment would end with, found before it: each broken once, and named with its command."""

import json
from pathlib import Path

import pytest
from aws_cdk import Annotations, App, Environment, LegacyStackSynthesizer, Stack
from aws_cdk import aws_sns as sns
from click.testing import CliRunner
from support.aws import (
    Caller,
    make_user,
    root,
)
from support.deploying import (
    HERE,
    NETWORK,
    app,
    findings,
    long_trust,
    made,
    needing_bootstrap,
    unique,
)
from support.faulty_proxy import Answer, always, error, json_error, proxy
from support.lab_user import on_lab

from whomay.cli import main
from whomay.lab.state import Lab
from whomay.live.deploying.asking import DeployFinding


def test_all_is_told_by_the_command_and_its_exit_code(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    iam, ssm = (root(lab).client(service) for service in ("iam", "ssm"))
    name, parameter = unique("ann"), f"/cdk-bootstrap/{unique('doctor')}/version"
    iam.create_user(UserName=name)
    app(
        tmp_path,
        HERE,
        {"User": made("IAM::User", UserName=name)},
        **needing_bootstrap(parameter),
    )
    found = on_lab(admin, "doctor", "--deploy", cwd=tmp_path)
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.splitlines()[1:] == [
        f"in the way: aws://{HERE} is not bootstrapped",
        f"  cdk bootstrap aws://{HERE}",
        f"in the way: the user {name} exists already, and S/User would be made with its name",
        "  cdk import S   # or name it otherwise in the app",
    ]
    ssm.put_parameter(Name=parameter, Value="30", Type="String")
    iam.delete_user(UserName=name)
    settled = on_lab(admin, "doctor", "--deploy", cwd=tmp_path)
    assert (settled.returncode, settled.stderr) == (0, "")
    assert settled.stdout.splitlines()[1:] == ["nothing is in the way of a deployment"]


def test_an_error_of_the_app_itself_is_in_the_way(admin: Caller, tmp_path: Path) -> None:
    account, region = HERE.split("/")
    written = App(outdir=str(tmp_path / "cdk.out"))
    where = Environment(account=account, region=region)
    stack = Stack(written, "S", env=where, synthesizer=LegacyStackSynthesizer())
    topic = sns.CfnTopic(stack, "Topic")
    Annotations.of(topic).add_error("nobody answers for it")
    written.synth()
    [found] = [one for one in findings(admin, tmp_path / "cdk.out") if "has an error" in one.what]
    assert found.what == "the app has an error at S/Topic: nobody answers for it"


def test_a_bootstrap_is_missing_in_one_of_several_regions_or_too_old(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    parameter = f"/cdk-bootstrap/{unique('doctor')}/version"
    ssm = root(lab).client("ssm")
    out = app(tmp_path, HERE, {}, **needing_bootstrap(parameter))
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["artifacts"]["Far"] = {
        **manifest["artifacts"]["S"],
        "environment": "aws://111111111111/eu-west-1",
    }
    (out / "manifest.json").write_text(json.dumps(manifest))
    far = "aws://111111111111/eu-west-1"
    missing = DeployFinding(f"{far} is not bootstrapped", f"cdk bootstrap {far}")
    ssm.put_parameter(Name=parameter, Value="30", Type="String")
    assert findings(admin, out) == [missing]
    ssm.put_parameter(Name=parameter, Value="6", Type="String", Overwrite=True)
    old = f"the bootstrap of aws://{HERE} is version 6, and 8 is needed"
    assert findings(admin, out) == [DeployFinding(old, f"cdk bootstrap aws://{HERE}"), missing]
    ssm.put_parameter(Name=parameter, Value="new", Type="String", Overwrite=True)
    assert findings(admin, out)[0].what == old.replace("6", "new", 1)


def test_each_missing_permission_is_named_and_the_rest_is_asked(lab: Lab, tmp_path: Path) -> None:
    blind = make_user(lab, unique("blind"))
    where = "us-east-1"
    resources = {
        "User": made("IAM::User", UserName="ann"),
        "Group": made("IAM::Group", GroupName="all"),
        "Role": made("IAM::Role", RoleName="one", AssumeRolePolicyDocument=long_trust(3000)),
        "Provider": made("IAM::OIDCProvider", Url="https://a.example.com", ClientIdList=["a"]),
        "Analyzer": made("AccessAnalyzer::Analyzer", Type="ACCOUNT"),
        "Set": made("CloudFormation::StackSet", PermissionModel="SERVICE_MANAGED"),
        "Instance": made("EC2::Instance", InstanceType="t3.micro"),
        "Vpc": made("EC2::VPC", CidrBlock="10.0.0.0/24"),
        "Gateway": made("EC2::VPCEndpoint", VpcId={"Ref": "Vpc"}, ServiceName=f"{where}.s3"),
        "Interface": made("EC2::VPCEndpoint", VpcId={"Ref": "Vpc"}, VpcEndpointType="Interface"),
    }
    app(tmp_path, HERE, resources, **needing_bootstrap("/cdk-bootstrap/blind/version"))
    found = on_lab(blind, "doctor", "--deploy", cwd=tmp_path)
    assert found.returncode == 3
    assert found.stdout.splitlines()[2::2] == [
        "  allow ssm:GetParameter",
        "  allow iam:SimulatePrincipalPolicy",
        "  allow iam:GetUser",
        "  allow iam:GetGroup",
        "  allow iam:GetRole",
        "  allow iam:ListOpenIDConnectProviders",
        "  allow access-analyzer:ListAnalyzers",
        "  allow cloudformation:DescribeOrganizationsAccess",
        "  allow ec2:DescribeAvailabilityZones, ec2:DescribeInstanceTypeOfferings",
        "  allow ec2:DescribeVpcEndpointServices",
        "  allow servicequotas:GetServiceQuota, ec2:DescribeVpcs",
        "  allow servicequotas:GetServiceQuota, ec2:DescribeVpcEndpoints",
        "  allow servicequotas:GetServiceQuota, ec2:DescribeVpcEndpoints",
        "  allow servicequotas:GetServiceQuota",
    ]


@pytest.mark.parametrize(
    ("operation", "answer", "said"),
    [
        (
            "GetServiceQuota",
            json_error(429, "TooManyRequestsException"),
            "the quota of VPCs: not known, service-quotas get_service_quota: TooManyRequests",
        ),
        (
            "GetUser",
            error(400, "Throttling", "Rate exceeded"),
            "users with the app's names: not known, iam get_user: Throttling: Rate exceeded",
        ),
        (
            "GetUser",
            error(403, "ExpiredToken", "The token has expired"),
            "users with the app's names: not known, iam get_user: ExpiredToken: The token",
        ),
        (
            "SimulatePrincipalPolicy",
            error(503, "ServiceUnavailable"),
            "what the caller may do: not known, iam simulate_principal_policy: ServiceUnav",
        ),
    ],
)
def test_what_is_not_answered_is_not_known_and_the_others_are_asked(
    admin: Caller, tmp_path: Path, operation: str, answer: Answer, said: str
) -> None:
    with proxy(admin.lab.plain, {operation: always(answer)}) as before:
        [found] = findings(admin, app(tmp_path, HERE, NETWORK), address=before.address)
    assert found.unknown
    assert found.what.startswith(said)
    assert {"GetUser", "GetServiceQuota", "SimulatePrincipalPolicy"} <= {*before.asked}


def test_expired_credentials_end_the_command_with_code_3(
    lab: Lab, admin: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = app(tmp_path, HERE, NETWORK)
    expired = always(error(403, "ExpiredToken", "The token has expired"))
    with proxy(lab.plain, {"GetCallerIdentity": expired}) as before:
        monkeypatch.setenv("AWS_ENDPOINT_URL", before.address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", admin.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", admin.secret)
        arguments = ["doctor", "--deploy", "--region", "us-east-1", "-a", str(out)]
        result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 3
    assert "Error: sts get_caller_identity: ExpiredToken: The token has expired" in result.stderr


def test_without_credentials_it_says_what_it_would_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    out = app(tmp_path, HERE, {"User": made("IAM::User")})
    arguments = ["doctor", "--deploy", "--region", "us-east-1", "-a", str(out)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "no credentials" in result.stderr
    asked = result.stdout.splitlines()
    assert "would ask for the bootstrap of each environment: ssm:GetParameter" in asked
    assert "would ask for what the caller may do: iam:SimulatePrincipalPolicy, iam:GetRole" in asked


def test_other_accounts_and_partitions_are_told(lab: Lab, other: Caller, tmp_path: Path) -> None:
    del lab
    out = app(tmp_path, "111111111111/cn-north-1", {"User": made("IAM::User")})
    assert findings(other, out) == [
        DeployFinding(
            "account 111111111111 was not asked: these credentials are of 333333333333",
            "AWS_PROFILE=… whomay doctor --deploy",
            unknown=True,
        ),
        DeployFinding(
            "cn-north-1 is of aws-cn, these credentials of aws",
            "AWS_PROFILE=… whomay doctor --deploy",
        ),
    ]
