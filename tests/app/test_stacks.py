"""Both stacks as they are deployed: who may do what, what is put out, what must not be replaced."""

import ast
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stage
from aws_cdk.assertions import Template
from support.checkout import CONTEXT, ROOT
from support.reading import assume, only, role

from stacks.ec2_role import Ec2RoleStack
from stacks.user_assume_role import UserAssumeRoleStack
from whomay.cdk import synth

SESSION_MANAGER = {
    "Action": [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ],
    "Effect": "Allow",
    "Resource": "*",
}
SHARED = {"Fn::GetAtt": ["SharedDACC02AA", "Arn"]}


def policies(properties: dict[str, Any]) -> list[dict[str, Any]]:
    [policy] = properties["Policies"]
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def trust(properties: dict[str, Any]) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = properties["AssumeRolePolicyDocument"]["Statement"]
    return statements


def test_project_one_has_one_role_which_may_use_one_bucket(ec2_role: Template) -> None:
    found = only(ec2_role, "AWS::IAM::Role")
    assert policies(found) == [
        {
            "Action": ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
            "Effect": "Allow",
            "Resource": {"Fn::Join": ["", [SHARED, "/*"]]},
        },
        {"Action": "s3:ListBucket", "Effect": "Allow", "Resource": SHARED},
        SESSION_MANAGER,
    ]
    assert trust(found) == [assume({"Service": "ec2.amazonaws.com"})]


def test_project_one_has_no_other_policy_and_no_key(ec2_role: Template) -> None:
    kinds = {resource["Type"] for resource in ec2_role.to_json()["Resources"].values()}
    assert {kind for kind in kinds if kind.startswith("AWS::IAM")} == {
        "AWS::IAM::Role",
        "AWS::IAM::InstanceProfile",
    }


def test_the_user_may_do_nothing_but_assume_the_role(user_assume_role: Template) -> None:
    group = only(user_assume_role, "AWS::IAM::Policy")
    assert group["PolicyDocument"]["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": ["ProjectRole4CCB274E", "Arn"]},
        }
    ]
    assert set(group) == {"Groups", "PolicyDocument", "PolicyName"}
    assert only(user_assume_role, "AWS::IAM::User") == {"Groups": group["Groups"]}
    assert only(user_assume_role, "AWS::IAM::Group") == {}


USER = {"AWS": {"Fn::GetAtt": ["ProjectUserF202EF71", "Arn"]}}
SERVICES = [
    assume({"Service": "lambda.amazonaws.com"}),
    assume(
        {"Service": "ssm.amazonaws.com"},
        {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    ),
]


def test_the_role_trusts_the_user_lambda_and_systems_manager(user_assume_role: Template) -> None:
    found = role(user_assume_role, "ProjectRole4CCB274E")
    assert trust(found) == [
        assume(USER, {"StringEquals": {"sts:ExternalId": "course-2026"}}),
        *SERVICES,
    ]
    assert policies(found) == [
        {
            "Action": ["s3:AbortMultipartUpload", "s3:PutObject"],
            "Effect": "Allow",
            "Resource": {"Fn::Join": ["", [SHARED, "/incoming/*"]]},
        }
    ]


def test_with_mfa_the_user_alone_is_asked_for_it(user_assume_role_with_mfa: Template) -> None:
    assert trust(role(user_assume_role_with_mfa, "ProjectRole4CCB274E")) == [
        assume(
            USER,
            {
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
                "StringEquals": {"sts:ExternalId": "course-2026"},
            },
        ),
        *SERVICES,
    ]


def test_the_instance_of_project_two_may_only_read_the_key(user_assume_role: Template) -> None:
    found = role(user_assume_role, "ProjectInstanceRole05DD5104")
    [secret] = user_assume_role.find_resources("AWS::SecretsManager::Secret")
    assert policies(found) == [
        {
            "Action": "secretsmanager:GetSecretValue",
            "Effect": "Allow",
            "Resource": {"Ref": secret},
        },
        SESSION_MANAGER,
    ]
    assert trust(found) == [assume({"Service": "ec2.amazonaws.com"})]
    assert len(user_assume_role.find_resources("AWS::IAM::Role")) == 2


def config(template: Template) -> str:
    """The text of ~/.aws/config in the user data, references as <Name>."""
    parts = only(template, "AWS::EC2::Instance")["UserData"]["Fn::Base64"]["Fn::Join"][1]
    names = {"ProjectUserAccessKeySecret850E1C2D": "Secret", "ProjectUserF202EF71": "User"}
    text = "".join(
        part
        if isinstance(part, str)
        else f"<{names.get(str(part.get('Ref')), part.get('Ref') or part['Fn::GetAtt'][0])}>"
        for part in parts
    )
    return text.split("<<'END-OF-CONFIG'\n")[1].split("END-OF-CONFIG")[0]


PROFILES = """\
[profile instance]
region = <AWS::Region>

[profile user]
region = <AWS::Region>
credential_process = aws --profile instance secretsmanager get-secret-value --query SecretString \
--output text --secret-id <Secret>

[profile role]
region = <AWS::Region>
role_arn = <ProjectRole4CCB274E>
source_profile = user
role_session_name = <User>
external_id = course-2026
"""


def test_the_cli_on_the_instance_is_configured_for_user_and_role(
    user_assume_role: Template,
) -> None:
    assert config(user_assume_role) == PROFILES


def test_with_mfa_the_profile_names_the_users_device(user_assume_role_with_mfa: Template) -> None:
    device = "mfa_serial = arn:<AWS::Partition>:iam::<AWS::AccountId>:mfa/<User>\n"
    assert config(user_assume_role_with_mfa) == PROFILES + device


# A new id would replace the resource: files, user and key would be left behind or lost.
KEPT = ("AWS::S3::Bucket", "AWS::IAM::User", "AWS::IAM::AccessKey", "AWS::SecretsManager::Secret")
BUCKETS = {"SharedDACC02AA", "Logs6819BB44"}
USER_AND_KEY = {
    "ProjectUserF202EF71",
    "ProjectUserAccessKey70B71EC6",
    "ProjectUserAccessKeySecret850E1C2D",
}


def ids(template: Template) -> set[str]:
    """The logical ids of what holds data or credentials."""
    resources = template.to_json()["Resources"].items()
    return {logical_id for logical_id, resource in resources if resource["Type"] in KEPT}


def test_ids_of_what_holds_data_or_credentials_stay(
    ec2_role: Template, user_assume_role: Template
) -> None:
    assert ids(ec2_role) == BUCKETS
    assert ids(user_assume_role) == BUCKETS | USER_AND_KEY


@pytest.mark.parametrize(
    ("stack", "before", "after"),
    [
        ("ec2_role", 'PrivateBucket(self, "Shared")', 'PrivateBucket(self, "Files")'),
        ("user_assume_role", 'PrivateBucket(self, "Shared")', 'PrivateBucket(self, "Files")'),
        ("user_assume_role", '"Project"', '"Access"'),
    ],
)
def test_a_renamed_construct_is_seen_by_its_id(stack: str, before: str, after: str) -> None:
    """The recorded ids tell it before a deploy would replace a bucket, a user or a key."""
    source = (ROOT / "stacks" / f"{stack}.py").read_text()
    assert source.count(before) == 1
    module: dict[str, Any] = {}
    exec(source.replace(before, after), module)  # noqa: S102 - our own file, with one id changed
    kind = module["Ec2RoleStack" if stack == "ec2_role" else "UserAssumeRoleStack"]
    found = ids(Template.from_stack(kind(App(context=CONTEXT), "Stack")))
    assert found != (BUCKETS if stack == "ec2_role" else BUCKETS | USER_AND_KEY)


@pytest.mark.parametrize("name", ["ec2_role", "user_assume_role"])
def test_outputs_are_what_the_next_step_needs_and_no_secret(
    name: str, request: pytest.FixtureRequest
) -> None:
    outputs = request.getfixturevalue(name).to_json()["Outputs"]
    common = {"BucketName", "RoleArn", "InstanceId", "StartSession"}
    assert set(outputs) == common | ({"UserName"} if name == "user_assume_role" else set())
    assert "SecretAccessKey" not in str(outputs)
    assert outputs["StartSession"]["Value"]["Fn::Join"][1][0] == "aws ssm start-session --target "


def test_a_stack_is_thirty_lines_of_wiring() -> None:
    for path in sorted((ROOT / "stacks").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or 0) - node.body[0].lineno
                assert lines <= 30, f"{path.name}: {node.name}"


def test_both_projects_fit_into_one_stage_twice(tmp_path: Path) -> None:
    app = App(context=CONTEXT, outdir=str(tmp_path))
    for name in ("Test", "Production"):
        stage = Stage(app, name)
        Ec2RoleStack(stage, "Ec2Role")
        UserAssumeRoleStack(stage, "UserAssumeRole")
    synth(app)
