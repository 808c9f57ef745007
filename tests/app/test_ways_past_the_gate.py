"""Ways that went past the gate once, all in one pull request: the summary must name each of them."""

from pathlib import Path
from typing import Any

import pytest
from support.pull_requests import Repository
from support.small_templates import document, may, role
from support.workflow_runs import Run

Resources = dict[str, Any]
ALL, READ = may("*"), may("s3:GetObject")
EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
BY_TOKEN = {
    "Effect": "Allow",
    "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.example.org"},
    "Action": "sts:AssumeRoleWithWebIdentity",
}
OF_USER = {"UserName": {"Ref": "Signing"}}
BY_TAG = {**READ, "Resource": "arn:aws:s3:::shared/${aws:PrincipalTag/team}/*"}
BY_RESOURCE_TAG = may("sqs:SendMessage") | {
    "Condition": {"StringEquals": {"aws:ResourceTag/t": "a"}}
}
PACKAGE = {"Name": "Acme::Iam::Admin::Role"}


def tagged(team: str) -> Resources:
    return role(BY_TAG, Tags=[{"Key": "team", "Value": team}])


def at(path: str, resource: Resources) -> Resources:
    """Return the resource as that of a construct."""
    return {**resource, "Metadata": {"aws:cdk:path": f"S/{path}"}}


def bucket(path: str) -> Resources:
    return at(path, {"Type": "AWS::S3::Bucket"})


def resource(kind: str, **properties: Any) -> Resources:
    return {"Type": kind, "Properties": properties}


def group(*statements: Any) -> Resources:
    policy = {"PolicyName": "P", "PolicyDocument": document(*statements)}
    return resource("AWS::IAM::Group", Policies=[policy])


def serial(number: int) -> Resources:
    return resource("AWS::IAM::AccessKey", UserName={"Ref": "Rotated"}, Serial=number)


def of_bucket(name: str) -> Resources:
    return role({**READ, "Resource": {"Fn::Sub": "arn:aws:s3:::${" + name + "}/*"}})


PAIR = {"Few": role(READ), "Many": role(ALL)}
BY_ALIAS = may("kms:Decrypt") | {"Condition": {"StringEquals": {"kms:RequestAlias": "alias/a"}}}
POINTS = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": {"Fn::Sub": "${Pointed.Arn}/*"},
    "Condition": {"StringEquals": {"s3:DataAccessPointAccount": "444455556666"}},
}


def trusting(name: str) -> dict[str, Any]:
    principal = {"AWS": f"arn:aws:iam::111122223333:{name}"}
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}


DENY = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
OF_ACCOUNT, OF_BOB = trusting("root"), trusting("user/bob")


def pipeline(name: str) -> Resources:
    fields = [{"Key": "resourceRole", "StringValue": {"Ref": name}}]
    objects = [{"Id": "Default", "Name": "Default", "Fields": fields}]
    return resource("AWS::DataPipeline::Pipeline", Name="p", PipelineObjects=objects)


def alias(key: str) -> Resources:
    return resource("AWS::KMS::Alias", AliasName="alias/a", TargetKeyId=key)


# What went past: before, after, and the construct that the summary must name.
WAYS: dict[str, tuple[Resources, Resources, str]] = {
    "a role's tag that a policy names": ({"Tag": tagged("a")}, {"Tag": tagged("b")}, "S/Tag"),
    "two roles of one path": (
        {"X": at("X/Resource", role(READ))},
        {
            "X": at("X/Resource", role(READ)),
            "Y": at("X/Default", role(ALL)),
        },
        "S/X/Default",
    ),
    "two buckets that swap construct ids": (
        {"A": bucket("In/Resource"), "B": bucket("Out/Resource"), "OfA": of_bucket("A")},
        {"A": bucket("Out/Resource"), "B": bucket("In/Resource"), "OfA": of_bucket("A")},
        "S/OfA",
    ),
    "a group without members": ({}, {"Group": group(ALL)}, "S/Group"),
    "a policy attached to nobody": (
        {},
        {"Latent": resource("AWS::IAM::ManagedPolicy", PolicyDocument=document(ALL))},
        "S/Latent",
    ),
    "a stranger in a stranger's group": (
        {},
        {"Join": resource("AWS::IAM::UserToGroupAddition", GroupName="admins", Users=["mallory"])},
        "mallory",
    ),
    "an access key": (
        {"Signing": resource("AWS::IAM::User")},
        {"Signing": resource("AWS::IAM::User"), "Key": resource("AWS::IAM::AccessKey", **OF_USER)},
        "S/Signing",
    ),
    "a tag of a resource that a policy names": (
        {"ByTag": role(BY_RESOURCE_TAG), "Queue": resource("AWS::SQS::Queue")},
        {
            "ByTag": role(BY_RESOURCE_TAG),
            "Queue": resource("AWS::SQS::Queue", Tags=[{"Key": "t", "Value": "a"}]),
        },
        "S/Queue",
    ),
    "a secret in a parameter": (
        {},
        {
            "Show": resource(
                "AWS::SSM::Parameter",
                Type="String",
                Value={"Fn::GetAtt": ["Key", "SecretAccessKey"]},
            )
        },
        "S/Show",
    ),
    "a nested stack that is elsewhere": (
        {},
        {"Nested": resource("AWS::CloudFormation::Stack", TemplateURL="https://example.org/t")},
        "S/Nested",
    ),
    "another template of a nested stack": (
        {"Again": resource("AWS::CloudFormation::Stack", TemplateURL="https://example.org/1")},
        {"Again": resource("AWS::CloudFormation::Stack", TemplateURL="https://example.org/2")},
        "S/Again",
    ),
    "an Include in a role": (
        {"Included": role(READ)},
        {
            "Included": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "Fn::Transform": {
                        "Name": "AWS::Include",
                        "Parameters": {"Location": "s3://b/t"},
                    }
                },
            }
        },
        "S/Included",
    ),
    "a stack set": (
        {},
        {
            "Set": resource(
                "AWS::CloudFormation::StackSet",
                StackSetName="s",
                PermissionModel="SERVICE_MANAGED",
                TemplateURL="https://example.org/t",
            )
        },
        "S/Set",
    ),
    "a module": ({}, {"Module": resource("Acme::Iam::Admin::MODULE")}, "S/Module"),
    "a third party's type": ({}, {"Third": resource("Acme::Iam::Admin")}, "S/Third"),
    "a custom resource that writes policies": (
        {},
        {
            "Custom": resource(
                "Custom::AWS", ServiceToken="arn:aws:lambda:eu-west-1:111122223333:function:f"
            )
        },
        "S/Custom",
    ),
    "a permission set": (
        {},
        {
            "Set2": resource(
                "AWS::SSO::PermissionSet",
                InstanceArn="arn:aws:sso:::instance/ssoins-1",
                Name="Admin",
                ManagedPolicies=["arn:aws:iam::aws:policy/AdministratorAccess"],
            )
        },
        "S/Set2",
    ),
    "callers of an identity pool who did not sign in": (
        {"Guest": role(ALL)},
        {
            "Guest": role(ALL),
            "Pool": resource(
                "AWS::Cognito::IdentityPoolRoleAttachment",
                IdentityPoolId="eu-west-1:1",
                Roles={"unauthenticated": {"Fn::GetAtt": ["Guest", "Arn"]}},
            ),
        },
        "S/Pool",
    ),
    "an access entry of a cluster": (
        {},
        {
            "Entry": resource(
                "AWS::EKS::AccessEntry",
                ClusterName="c",
                PrincipalArn="arn:aws:iam::111122223333:role/x",
                KubernetesGroups=["system:masters"],
            )
        },
        "S/Entry",
    ),
    "permissions of Lake Formation": (
        {},
        {
            "Lake": resource(
                "AWS::LakeFormation::PrincipalPermissions",
                Principal={"DataLakePrincipalIdentifier": "arn:aws:iam::111122223333:role/x"},
                Resource={"Catalog": {}},
                Permissions=["ALL"],
                PermissionsWithGrantOption=["ALL"],
            )
        },
        "S/Lake",
    ),
    "a share of RAM": (
        {},
        {"Share": resource("AWS::RAM::ResourceShare", Name="s", Principals=["444455556666"])},
        "S/Share",
    ),
    "an OIDC provider": (
        {"Web": role(ALL, AssumeRolePolicyDocument=document(BY_TOKEN))},
        {
            "Web": role(ALL, AssumeRolePolicyDocument=document(BY_TOKEN)),
            "Oidc": resource("AWS::IAM::OIDCProvider", Url="https://oidc.example.org"),
        },
        "S/Oidc",
    ),
    "a profile of Roles Anywhere": (
        {},
        {
            "Anywhere": resource(
                "AWS::RolesAnywhere::Profile",
                Name="p",
                RoleArns=["arn:aws:iam::111122223333:role/x"],
            )
        },
        "S/Anywhere",
    ),
    "a product of Service Catalog": (
        {},
        {
            "Product": resource(
                "AWS::ServiceCatalog::CloudFormationProduct",
                Name="p",
                Owner="o",
                ProvisioningArtifactParameters=[
                    {"Info": {"LoadTemplateFromURL": "https://e.org/t"}}
                ],
            )
        },
        "S/Product",
    ),
    "another serial of an access key": (
        {"Rotated": resource("AWS::IAM::User"), "Old": serial(1)},
        {"Rotated": resource("AWS::IAM::User"), "Old": serial(2)},
        "S/Rotated",
    ),
    "another role of a profile that an instance elsewhere may have": (
        {**PAIR, "Profile": resource("AWS::IAM::InstanceProfile", Roles=[{"Ref": "Few"}])},
        {**PAIR, "Profile": resource("AWS::IAM::InstanceProfile", Roles=[{"Ref": "Many"}])},
        "S/Profile",
    ),
    "another role of a data pipeline": (
        {"Pipeline": pipeline("Few")},
        {"Pipeline": pipeline("Many")},
        "S/Pipeline",
    ),
    "an alias that a policy names leads to another key": (
        {"ByAlias": role(BY_ALIAS), "Alias": alias("1")},
        {"ByAlias": role(BY_ALIAS), "Alias": alias("2")},
        "S/Alias",
    ),
    "access points of another account": (
        {"Pointed": bucket("Pointed")},
        {
            "Pointed": bucket("Pointed"),
            "Points": resource(
                "AWS::S3::BucketPolicy", Bucket={"Ref": "Pointed"}, PolicyDocument=document(POINTS)
            ),
        },
        "S/Pointed",
    ),
    "somebody in a trust that left it to the account": (
        {"Left": role(ALL, AssumeRolePolicyDocument=document(OF_ACCOUNT))},
        {"Left": role(ALL, AssumeRolePolicyDocument=document(OF_ACCOUNT, OF_BOB))},
        "S/Left",
    ),
    "an Include beside the properties of a resource": (
        {"Topic": resource("AWS::SNS::Topic")},
        {
            "Topic": {
                **resource("AWS::SNS::Topic"),
                "Metadata": {"Fn::Transform": {"Name": "AWS::Include"}},
            }
        },
        "what AWS::Include adds to the stack",
    ),
    "a policy in place of one of the same name, which denied": (
        {"Guarded": role(ALL, DENY)},
        {
            "Guarded": role(ALL, DENY),
            "Again2": resource(
                "AWS::IAM::Policy",
                PolicyName="P",
                PolicyDocument=document(ALL),
                Roles=[{"Ref": "Guarded"}],
            ),
        },
        "S/Guarded",
    ),
    "an open administrator": (
        {"Open": role(READ)},
        {"Open": role(ALL, AssumeRolePolicyDocument=document(EVERYONE))},
        "S/Open",
    ),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One pull request that tries all ways."""
    repository = Repository(tmp_path_factory.mktemp("gate") / "repository")
    before: Resources = {"Resources": {}}
    after: Resources = {"Resources": {}}
    for old, new, _ in WAYS.values():
        before["Resources"] |= old
        after["Resources"] |= new
    repository.start(before)
    repository.propose(after)
    return repository.compared(after)


def test_the_pull_request_is_stopped(run: Run) -> None:
    assert (run.code, ": the locks cannot be compared" in run.log) == (1, False)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_named(run: Run, way: str) -> None:
    told = (run.folder / "access" / "temp" / "access" / "diff.md").read_text()
    assert WAYS[way][2] in told


@pytest.mark.parametrize(
    "after",
    [
        {"Transform": ["Acme::Macro"], "Resources": {"R": role(READ)}},
        {
            "Transform": "AWS::LanguageExtensions",
            "Resources": {
                "Fn::ForEach::All": ["Name", ["A", {"Ref": "P"}], {"R${Name}": role(ALL)}],
                "R": role(READ),
            },
        },
        {
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": {
                "R": role(READ),
                "F": {
                    "Type": "AWS::Serverless::Function",
                    "Properties": {
                        "Policies": ["AdministratorAccess"],
                        "Handler": "h",
                        "Runtime": "python3.13",
                        "CodeUri": "s3://b/k",
                    },
                },
            },
        },
    ],
    ids=["a macro", "a loop", "SAM"],
)
def test_what_makes_the_template_anew_does_not_pass(after: Resources, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.start({"Resources": {"R": role(READ)}})
    repository.propose(after)
    assert repository.compared(after).code in (1, 3)
