"""What a deployment would end with, found before it: each broken once, and named with its command."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.aws import (
    Caller,
    document,
    make_role,
    make_user,
    policy,
    root,
    stack,
    statement,
    trust,
)
from support.deploying import app, findings, made, needing_bootstrap, typed
from support.faulty_proxy import Answer, Fault, error, json_error, proxy
from support.lab_user import on_lab

from whomay.cli import main
from whomay.lab.state import Lab
from whomay.live.deploying.asking import DeployFinding

HERE = "111111111111/us-east-1"
OTHER = "333333333333/us-east-1"  # nothing else makes networks or asks for quotas here


def unique(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:6]}"


@pytest.fixture
def admin(lab: Lab) -> Caller:
    return make_user(lab, unique("doctor"), statement("*", "*"))


@pytest.fixture
def other(lab: Lab) -> Caller:
    """The administrator of an account of its own."""
    return make_user(lab, unique("doctor"), statement("*", "*"), account=2)


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


TRUSTED = json.loads(trust({"Service": "lambda.amazonaws.com"}))


@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_a_name_that_is_taken_is_told_and_the_stack_s_own_is_not(
    lab: Lab, admin: Caller, tmp_path: Path, kind: str
) -> None:
    iam = root(lab).client("iam")
    name, member = unique("taken"), f"{kind.title()}Name"
    more: dict[str, Any] = {"AssumeRolePolicyDocument": TRUSTED} if kind == "role" else {}
    resources = {"One": made(f"IAM::{kind.title()}", **{member: name}, **more)}
    its_stack = unique("Names")
    out = app(tmp_path, HERE, resources, name=its_stack)
    assert findings(admin, out) == []
    written = {key: json.dumps(value) for key, value in more.items()}
    getattr(iam, f"create_{kind}")(**{member: name}, **written)
    text = f"the {kind} {name} exists already, and {its_stack}/One would be made with its name"
    fix = f"cdk import {its_stack}   # or name it otherwise in the app"
    assert findings(admin, out) == [DeployFinding(text, fix)]
    getattr(iam, f"delete_{kind}")(**{member: name})
    with stack(root(lab), its_stack) as one:
        one.deploy(**resources)
        assert findings(admin, out) == []


def test_a_name_that_a_stack_set_makes_elsewhere_is_not_taken_here(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    name = unique("elsewhere")
    root(lab).client("iam").create_user(UserName=name)
    body = json.dumps({"Resources": {"One": made("IAM::User", UserName=name)}})
    units = {"DeploymentTargets": {"OrganizationalUnitIds": ["ou-ab12-11111111"]}}
    group = {**units, "Regions": ["us-east-1"]}
    resources = {
        "Set": made(
            "CloudFormation::StackSet",
            PermissionModel="SELF_MANAGED",
            TemplateBody=body,
            StackInstancesGroup=[group],
        )
    }
    assert findings(admin, app(tmp_path, HERE, resources)) == []


def test_an_identity_provider_that_exists_is_told(lab: Lab, admin: Caller, tmp_path: Path) -> None:
    iam = root(lab).client("iam")
    for host, fix in (
        (
            "token.actions.githubusercontent.com",
            '"provider_exists": true   # in the section github of cdk.json',
        ),
        (f"{unique('id')}.example.com", "use the one that exists"),
    ):
        url = f"https://{host}"
        resources = {"One": made("IAM::OIDCProvider", Url=url, ClientIdList=["a"])}
        out = app(tmp_path, HERE, resources)
        assert findings(admin, out) == []
        arn = iam.create_open_id_connect_provider(Url=url, ClientIDList=["a"])[
            "OpenIDConnectProviderArn"
        ]
        text = f"the identity provider of {host} exists already: an account has one"
        assert findings(admin, out) == [DeployFinding(text, fix)]
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)


def test_an_analyzer_that_exists_is_told_and_the_stack_s_own_is_not(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    analyzers = root(lab).client("accessanalyzer")
    resources = {"One": made("AccessAnalyzer::Analyzer", Type="ACCOUNT")}
    its_stack = unique("Analyzes")
    out = app(tmp_path, HERE, resources, name=its_stack)
    analyzers.create_analyzer(analyzerName="old", type="ACCOUNT")
    text = "the analyzer old exists in us-east-1: an account has one of ACCOUNT"
    fix = '"access_analyzer": false   # in the section audit of cdk.json'
    assert findings(admin, out) == [DeployFinding(text, fix)]
    analyzers.delete_analyzer(analyzerName="old")
    with stack(root(lab), its_stack) as one:
        one.deploy(**resources)
        assert findings(admin, out) == []


def test_a_stack_set_needs_the_two_commands_of_the_management_account(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    organizations = root(lab).client("organizations")
    delegated = {"PermissionModel": "SERVICE_MANAGED", "CallAs": "DELEGATED_ADMIN"}
    out = app(tmp_path, HERE, {"Set": made("CloudFormation::StackSet", **delegated)})
    activate, register = findings(admin, out)
    assert activate == DeployFinding(
        "StackSets have no access to the organization",
        "aws cloudformation activate-organizations-access",
    )
    service = "member.org.stacksets.cloudformation.amazonaws.com"
    assert register == DeployFinding(
        "account 111111111111 does not administer StackSets for the organization",
        (
            "aws organizations register-delegated-administrator --account-id 111111111111 "
            f"--service-principal {service}"
        ),
    )
    typed(admin, activate.command)
    assert findings(admin, out) == [register]
    typed(admin, register.command)
    assert findings(admin, out) == []
    organizations.deregister_delegated_administrator(
        AccountId="111111111111", ServicePrincipal=service
    )
    root(lab).client("cloudformation").deactivate_organizations_access()


@pytest.mark.parametrize(
    ("zone", "kind", "found"),
    [
        ("", "t3.micro", []),
        ("us-east-1b", "t3.micro", []),
        ("dummy1a", "t3.micro", []),
        (
            "us-east-1c",
            "t3.micro",
            ["t3.micro is not offered in us-east-1c", 'availability_zone="us-east-1a"'],
        ),
        (
            "",
            "t9.micro",
            [
                "t9.micro is not offered in us-east-1a, the first zone of us-east-1",
                "instance_type=…",
            ],
        ),
    ],
)
def test_the_zone_of_an_instance_must_offer_its_type(
    admin: Caller, tmp_path: Path, zone: str, kind: str, found: list[str]
) -> None:
    where = {"AvailabilityZone": zone} if zone else {}
    resources = {
        "Subnet": made("EC2::Subnet", VpcId="vpc-1", CidrBlock="10.0.0.0/28", **where),
        "One": made("EC2::Instance", InstanceType=kind, SubnetId={"Ref": "Subnet"}),
    }
    told = [
        text
        for one in findings(admin, app(tmp_path, HERE, resources))
        for text in (one.what, one.command.partition("   #")[0])
    ]
    assert told == found


def test_an_endpoint_leads_to_a_service_by_the_name_that_its_region_has(
    admin: Caller, tmp_path: Path
) -> None:
    names = ["com.amazonaws.us-east-1.sts", "cn.com.amazonaws.us-east-1.sts"]
    resources = {
        f"E{n}": made(
            "EC2::VPCEndpoint", VpcId="vpc-1", ServiceName=name, VpcEndpointType="Interface"
        )
        for n, name in enumerate((*names, "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789"))
    }
    assert findings(admin, app(tmp_path, HERE, resources)) == [
        DeployFinding(
            f"us-east-1 has no endpoint service {names[1]}, which S/E1 leads to",
            'env=Environment(region="us-east-1")   # of its stack, for the names of the Region',
        )
    ]


def raising(code: str, wanted: int, service: str = "vpc") -> str:
    return (
        f"aws service-quotas request-service-quota-increase --service-code {service} "
        f"--quota-code {code} --desired-value {wanted} --region us-east-1"
    )


def test_vpcs_and_endpoints_need_room_in_their_quotas(other: Caller, tmp_path: Path) -> None:
    ec2 = other.client("ec2")
    there = len(ec2.describe_vpcs()["Vpcs"])
    networks = [ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"] for _ in range(5 - there)]

    def endpoint(kind: str, name: str) -> str:
        service = f"com.amazonaws.us-east-1.{name}"
        answer = ec2.create_vpc_endpoint(
            VpcId=networks[0], ServiceName=service, VpcEndpointType=kind
        )
        made: str = answer["VpcEndpoint"]["VpcEndpointId"]
        return made

    endpoints = [endpoint("Gateway", "s3") for _ in range(20)]
    endpoints += [endpoint("Interface", "sts") for _ in range(50)]
    service = "com.amazonaws.us-east-1.s3"
    out = app(
        tmp_path,
        OTHER,
        {
            "Vpc": made("EC2::VPC", CidrBlock="10.0.0.0/24"),
            "New": made("EC2::VPCEndpoint", VpcId={"Ref": "Vpc"}, ServiceName=service),
            "Old": made(
                "EC2::VPCEndpoint",
                VpcId=networks[0],
                ServiceName=service.replace("s3", "ssm"),
                VpcEndpointType="Interface",
            ),
        },
    )
    found = findings(other, out)
    assert found == [
        DeployFinding(
            "us-east-1 has 5 VPCs, 1 more are planned, and 5 are allowed",
            raising("L-F678F1CE", 6),
        ),
        DeployFinding(
            "us-east-1 has 20 gateway endpoints, 1 more are planned, and 20 are allowed",
            raising("L-1B52E74A", 21),
        ),
        DeployFinding(
            f"the VPC {networks[0]} in us-east-1 has 50 interface endpoints, 1 more are planned, "
            "and 50 are allowed",
            raising("L-29B6F2EB", 51),
        ),
    ]
    for one in found:
        typed(other, one.command)
    assert findings(other, out) == []
    ec2.delete_vpc_endpoints(VpcEndpointIds=endpoints)
    for each in networks:
        ec2.delete_vpc(VpcId=each)


def long_trust(length: int) -> dict[str, Any]:
    principal = {"AWS": "111111111111"}
    empty = len(trust(principal, StringEquals={"sts:ExternalId": ""}).replace(" ", ""))
    condition = {"sts:ExternalId": "x" * (length - empty)}
    written: dict[str, Any] = json.loads(trust(principal, StringEquals=condition))
    return written


def test_a_trust_policy_is_measured_against_the_account_s_own_quota(
    other: Caller, tmp_path: Path
) -> None:
    def role(length: int) -> Path:
        resources = {"Role": made("IAM::Role", AssumeRolePolicyDocument=long_trust(length))}
        return app(tmp_path, OTHER, resources)

    quota = other.client("service-quotas").get_service_quota(
        ServiceCode="iam", QuotaCode="L-C07B4B0D"
    )
    most = int(quota["Quota"]["Value"])
    assert findings(other, role(most)) == []
    [found] = findings(other, role(most + 1))
    assert found == DeployFinding(
        f"AssumeRolePolicyDocument of Role in S: {most + 1} characters, and {most} are allowed",
        raising("L-C07B4B0D", most + 1, "iam"),
    )
    typed(other, found.command)
    assert findings(other, role(most + 1)) == []


def test_a_policy_that_only_a_deployment_makes_too_long_is_not_known(
    admin: Caller, tmp_path: Path
) -> None:
    arns = [{"Fn::GetAtt": ["Bucket", "Arn"]} for _ in range(120)]
    statements = [statement("s3:*", arns)]
    written = {"PolicyName": "own", "PolicyDocument": {"Statement": statements}}
    resources = {
        "Bucket": made("S3::Bucket"),
        "User": made("IAM::User"),
        "Role": made("IAM::Role", AssumeRolePolicyDocument=TRUSTED, Policies=[written]),
        "Of": made("IAM::UserPolicy", UserName={"Ref": "User"}, **written),
    }
    found = findings(admin, app(tmp_path, HERE, resources))
    role, user = sorted(found, key=lambda one: one.what)
    shorter = "name fewer resources or principals, or split it over a managed policy"
    assert (role.unknown, role.command) == (True, shorter)
    assert role.what.startswith("inline policies of the role Role in S: about 11")
    assert user.what.startswith("inline policies of the user User in S: about 11")
    assert user.what.endswith(" characters once deployed, 2048 are allowed")


def test_who_has_too_many_managed_policies_is_told(other: Caller, tmp_path: Path) -> None:
    names = [f"arn:aws:iam::aws:policy/P{n}" for n in range(8)]
    managed = {
        f"M{n}": made(
            "IAM::ManagedPolicy", PolicyDocument=document("s3:*"), Users=[{"Ref": "User"}]
        )
        for n in range(3)
    }
    group = {"Group": made("IAM::Group", ManagedPolicyArns=[f"{each}x" for each in names * 2])}
    resources = {"User": made("IAM::User", ManagedPolicyArns=names), **managed}
    [found] = findings(other, app(tmp_path, OTHER, {**resources, **group}))
    assert found == DeployFinding(
        "the user User in S has 11 managed policies, and 10 are allowed",
        raising("L-4019AD8B", 11, "iam"),
    )
    typed(other, found.command)
    assert findings(other, app(tmp_path, OTHER, resources)) == []


def test_a_queue_s_policy_has_no_more_than_twenty_statements(admin: Caller, tmp_path: Path) -> None:
    to_all = {**statement("sqs:SendMessage", "*"), "Principal": "*"}
    written = {"Version": "2012-10-17", "Statement": [to_all] * 21}
    resources = {"P": made("SQS::QueuePolicy", Queues=["q"], PolicyDocument=written)}
    assert findings(admin, app(tmp_path, HERE, resources)) == [
        DeployFinding("P in S: 21 statements, and 20 are allowed", "write fewer")
    ]


DEPLOY_ROLE = "arn:aws:iam::111111111111:role/cdk-doctor-deploy-role"
UPLOAD_ROLE = "arn:aws:iam::111111111111:role/cdk-doctor-file-publishing-role"


def bootstrapped(folder: Path) -> Path:
    """Write an app that takes two roles of the bootstrap."""
    deploy_role = DEPLOY_ROLE.replace("aws:iam", "${AWS::Partition}:iam", 1)
    out = app(folder, HERE, {}, assumeRoleArn=deploy_role)
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["artifacts"]["S.assets"] = {
        "type": "cdk:asset-manifest",
        "properties": {"file": "S.assets.json"},
    }
    (out / "manifest.json").write_text(json.dumps(manifest))
    role = UPLOAD_ROLE.replace("111111111111", "${AWS::AccountId}")
    to = {"destinations": {"here": {"bucketName": "b", "objectKey": "k", "assumeRoleArn": role}}}
    (out / "S.assets.json").write_text(json.dumps({"version": "1", "files": {"template": to}}))
    return out


ASKS = statement(["iam:SimulatePrincipalPolicy", "iam:GetRole"], "*")


def test_roles_of_the_bootstrap_that_the_caller_may_not_take_are_told_one_by_one(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    name = unique("deployer")
    who = make_user(lab, name, ASKS)
    out = bootstrapped(tmp_path)
    found = findings(who, out)
    user = f"arn:aws:iam::111111111111:user/{name}"
    assert [one.what for one in found] == [
        f"{user} may not do sts:AssumeRole on {DEPLOY_ROLE}, which deploys",
        f"{user} may not do sts:AssumeRole on {UPLOAD_ROLE}, which uploads templates and files",
    ]
    for one in found:
        assert one.command.startswith(f"aws iam put-user-policy --user-name {name} ")
        typed(admin, one.command)
    assert findings(who, out) == []
    root(lab).client("iam").put_user_policy(
        UserName=name,
        PolicyName="denies",
        PolicyDocument=policy({**statement("sts:*", DEPLOY_ROLE), "Effect": "Deny"}),
    )
    [denied] = findings(who, out)
    assert denied.what == (f"a policy denies {user} sts:AssumeRole on {DEPLOY_ROLE}, which deploys")


def test_a_session_is_asked_by_its_role_and_needs_the_calls_where_there_is_no_deploy_role(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    name = unique("session")
    allowed = statement(["cloudformation:Describe*", "cloudformation:*ChangeSet"], "*")
    arn = make_role(lab, name, trust({"AWS": "111111111111"}), ASKS, allowed, Path="/team/")
    [found] = findings(admin.assume(arn), app(tmp_path, HERE, {}))
    assert found.what == (
        f"{arn} may not do cloudformation:GetTemplate on "
        "arn:aws:cloudformation:us-east-1:111111111111:stack/S/*, which deploys S"
    )
    typed(admin, found.command)
    assert findings(admin.assume(arn), app(tmp_path, HERE, {})) == []


def test_what_depends_on_a_code_is_not_known(lab: Lab, tmp_path: Path) -> None:
    name = unique("coded")
    with_code = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    roles = statement("sts:AssumeRole", [DEPLOY_ROLE, UPLOAD_ROLE], Condition=with_code)
    passing = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    unrelated = statement("iam:PassRole", "*", Condition=passing)
    who = make_user(lab, name, ASKS, roles, unrelated)
    deploy, upload = findings(who, bootstrapped(tmp_path))
    assert deploy.unknown
    assert upload.unknown
    assert deploy.what == (
        f"whether arn:aws:iam::111111111111:user/{name} may do sts:AssumeRole on {DEPLOY_ROLE}, "
        "which deploys, depends on aws:MultiFactorAuthPresent"
    )


def test_a_boundary_that_refuses_is_what_is_to_change(lab: Lab, tmp_path: Path) -> None:
    iam = root(lab).client("iam")
    who = make_user(lab, unique("bounded"), statement("*", "*"))
    boundary = policy(ASKS, statement("sts:AssumeRole", DEPLOY_ROLE))
    made = iam.create_policy(PolicyName=unique("bound"), PolicyDocument=boundary)["Policy"]["Arn"]
    user = who.client("sts").get_caller_identity()["Arn"]
    name = user.rpartition("/")[2]
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=made)
    assert findings(who, bootstrapped(tmp_path)) == [
        DeployFinding(
            f"{user} may not do sts:AssumeRole on {UPLOAD_ROLE}, which uploads templates and files",
            "allow it in the caller's permissions boundary",
        )
    ]


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


def always(answer: Answer) -> Fault:
    return lambda: answer


VPC = {"Vpc": made("EC2::VPC", CidrBlock="10.0.0.0/24"), "User": made("IAM::User", UserName="a")}


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
        [found] = findings(admin, app(tmp_path, HERE, VPC), address=before.address)
    assert found.unknown
    assert found.what.startswith(said)
    assert {"GetUser", "GetServiceQuota", "SimulatePrincipalPolicy"} <= {*before.asked}


def test_a_quota_that_is_nobody_s_own_is_what_every_account_has(
    lab: Lab, other: Caller, tmp_path: Path
) -> None:
    none = json_error(400, "NoSuchResourceException")
    with proxy(lab.plain, {"GetServiceQuota": always(none)}) as before:
        assert findings(other, app(tmp_path, OTHER, VPC), address=before.address) == []
    assert "GetAWSDefaultServiceQuota" in before.asked


def test_expired_credentials_end_the_command_with_code_3(
    lab: Lab, admin: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = app(tmp_path, HERE, VPC)
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
