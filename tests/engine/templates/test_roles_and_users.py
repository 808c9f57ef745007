"""Every way in which a policy reaches a role or a user is followed."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import (
    allowed,
    document,
    principal,
    role,
    write_assembly,
)
from support.template_parts import REF_GROUP, REF_ROLE, REF_USER, policy, read, user

from whomay.engine.snapshot import Principal
from whomay.engine.templates.assembly import read as read_assembly
from whomay.iam.patterns.symbols import display

GET = (("s3:GetObject",), ("*",))


def unknown(principal: Principal) -> list[str]:
    return [display(each.unknown) for each in principal.identity if each.unknown]


INLINE = [{"PolicyName": "P", "PolicyDocument": document("s3:GetObject")}]
GROUP = {"Type": "AWS::IAM::Group", "Properties": {"Policies": INLINE}}
WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "inline in a role": ("S/Role", {"Role": role(Policies=INLINE)}),
    "inline in a user": ("S/User", {"User": user(Policies=INLINE)}),
    "AWS::IAM::Policy at a role": (
        "S/Role",
        {"Role": role(), "P": policy("Policy", Roles=[REF_ROLE])},
    ),
    "AWS::IAM::Policy at a user": (
        "S/User",
        {"User": user(), "P": policy("Policy", Users=[REF_USER])},
    ),
    "AWS::IAM::Policy at a role by name": (
        "S/Role",
        {"Role": role(RoleName="r"), "P": policy("Policy", Roles=["r"])},
    ),
    "AWS::IAM::RolePolicy": (
        "S/Role",
        {"Role": role(), "P": policy("RolePolicy", RoleName=REF_ROLE)},
    ),
    "AWS::IAM::UserPolicy": (
        "S/User",
        {"User": user(), "P": policy("UserPolicy", UserName=REF_USER)},
    ),
    "a managed policy that names the role": (
        "S/Role",
        {"Role": role(), "P": policy("ManagedPolicy", Roles=[REF_ROLE])},
    ),
    "a managed policy that the role names": (
        "S/Role",
        {"Role": role(ManagedPolicyArns=[{"Ref": "P"}]), "P": policy("ManagedPolicy")},
    ),
    "a managed policy that the user names by its ARN": (
        "S/User",
        {
            "User": user(ManagedPolicyArns=["arn:aws:iam::111122223333:policy/x/p"]),
            "P": policy("ManagedPolicy", ManagedPolicyName="p", Path="/x/"),
        },
    ),
    "a group that the user names": ("S/User", {"User": user(Groups=[REF_GROUP]), "Group": GROUP}),
    "a group that adds the user": (
        "S/User",
        {
            "User": user(),
            "Group": GROUP,
            "Add": {
                "Type": "AWS::IAM::UserToGroupAddition",
                "Properties": {"GroupName": REF_GROUP, "Users": [REF_USER]},
            },
        },
    ),
    "a policy attached to the group": (
        "S/User",
        {
            "User": user(Groups=[REF_GROUP]),
            "Group": {"Type": "AWS::IAM::Group"},
            "P": policy("Policy", Groups=[REF_GROUP]),
        },
    ),
    "AWS::IAM::GroupPolicy": (
        "S/User",
        {
            "User": user(Groups=[REF_GROUP]),
            "Group": {"Type": "AWS::IAM::Group"},
            "P": policy("GroupPolicy", GroupName=REF_GROUP),
        },
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_policy_is_seen(tmp_path: Path, way: str) -> None:
    path, resources = WAYS[way]
    found = read(tmp_path, path, **resources)

    assert allowed(found) == [GET]
    assert unknown(found) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_policy_reaches_nobody_else(tmp_path: Path, way: str) -> None:
    path, resources = WAYS[way]
    other = role() if path == "S/Role" else user()

    assert read(tmp_path, "S/Other", **resources, Other=other).identity == ()


def test_a_policy_of_another_account_reaches_nobody(tmp_path: Path) -> None:
    templates = {
        "A": {"Resources": {"Role": role(RoleName="r")}},
        "B": {"Resources": {"P": policy("Policy", Roles=["r"])}},
    }
    folder = write_assembly(tmp_path, templates)
    manifest = (folder / "manifest.json").read_text()
    assert allowed(principal(read_assembly(folder).snapshot, "A/Role")) == [GET]

    (folder / "manifest.json").write_text(manifest.replace("111122223333", "444455556666", 1))
    assert allowed(principal(read_assembly(folder).snapshot, "A/Role")) == []


UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "an AWS managed policy that is not in the table": (
        {"Role": role(ManagedPolicyArns=["arn:aws:iam::aws:policy/FreshAccess"])},
        "AWS managed policy FreshAccess is not in the table of policies",
    ),
    "a managed policy of elsewhere": (
        {"Role": role(ManagedPolicyArns=["arn:aws:iam::111122223333:policy/theirs"])},
        "managed policy arn:aws:iam::111122223333:policy/theirs is not in the assembly",
    ),
    "managed policies in a list of elsewhere": (
        {"Role": role(ManagedPolicyArns={"Fn::Split": [",", {"Fn::ImportValue": "theirs"}]})},
        (
            "managed policy <?a piece of (?export theirs, which no stack of the assembly makes) "
            "split by ,> is not in the assembly"
        ),
    ),
    "a document that is not known": (
        {"Role": role(Policies=[{"PolicyName": "P", "PolicyDocument": {"Fn::Transform": {}}}])},
        "S/Role: Transform {} of S, a function that is not evaluated",
    ),
    "a statement that is not known": (
        {
            "Role": role(
                Policies=[{"PolicyName": "P", "PolicyDocument": {"Statement": [{"Ref": "No"}]}}]
            )
        },
        "S/Role: Statement[0] is not an object but '<?No, which S does not define>'",
    ),
    "a policy that is made only sometimes": (
        {"Role": role(), "P": {**policy("Policy", Roles=[REF_ROLE]), "Condition": "Maybe"}},
        "S/P is made only under condition Maybe",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_what_is_not_known_may_allow_anything(tmp_path: Path, case: str) -> None:
    resources, reason = UNKNOWN[case]

    assert unknown(read(tmp_path, "S/Role", **resources)) == [reason]


def test_a_group_without_policies_allows_nothing(tmp_path: Path) -> None:
    group = {"Type": "AWS::IAM::Group"}
    found = read(tmp_path, "S/User", User=user(Groups=[REF_GROUP]), Group=group)
    assert (allowed(found), unknown(found)) == ([], [])


def test_a_group_of_elsewhere_may_allow_anything(tmp_path: Path) -> None:
    assert unknown(read(tmp_path, "S/User", User=user(Groups=["theirs"]))) == [
        "S/User is in group theirs, which is not in the assembly"
    ]


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("AdministratorAccess", ("*",)),
        (
            "service-role/AWSLambdaBasicExecutionRole",
            ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
        ),
    ],
)
@pytest.mark.parametrize("partition", ["aws", "aws-cn"])
def test_an_aws_managed_policy_is_read_from_the_table(
    tmp_path: Path, name: str, actions: tuple[str, ...], partition: str
) -> None:
    arn = f"arn:{partition}:iam::aws:policy/{name}"
    assert allowed(read(tmp_path, "S/Role", Role=role(ManagedPolicyArns=[arn]))) == [
        (actions, ("*",))
    ]


@pytest.mark.parametrize(
    ("kind", "whom", "name"),
    [
        ("AWS::IAM::Policy", {"Roles": [{"Ref": "Role"}]}, "P"),
        ("AWS::IAM::RolePolicy", {"RoleName": {"Ref": "Role"}}, "p"),
    ],
)
def test_of_two_inline_policies_of_one_name_nobody_knows_which_one_stays(
    tmp_path: Path, kind: str, whom: dict[str, Any], name: str
) -> None:
    guarded = document("*")
    guarded["Statement"].append({"Effect": "Deny", "Action": "iam:*", "Resource": "*"})
    template = {
        "Role": role(Policies=[{"PolicyName": "P", "PolicyDocument": guarded}]),
        "Other": {
            "Type": kind,
            "Properties": {"PolicyName": name, "PolicyDocument": document("*"), **whom},
        },
    }
    [found] = read_assembly(
        write_assembly(tmp_path, {"S": {"Resources": template}})
    ).snapshot.principals
    assert unknown(found) == [
        "2 inline policies of <S.Role> are called p: the last one that is written stays"
    ]
    effects = {each.effect for policy in found.identity for each in policy.statements}
    assert effects == {"Allow"}, "a Deny that may be written over denies nothing for sure"
