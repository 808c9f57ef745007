"""Statements of identity policies: each form of a mistake, and the nearest thing that is none."""

from pathlib import Path
from typing import Any

import pytest
from support.rule_examples import found_in, ids, role_allowed

ENDPOINT = "arn:aws:sqs:eu-west-1:111122223333:jobs"


def found(folder: Path, action: Any, resource: Any = ENDPOINT, **more: Any) -> list[str]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return ids(found_in(folder, {"Resources": {"Role": role_allowed(statement)}}))


def message(folder: Path, action: str, resource: Any = ENDPOINT, **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    [finding] = found_in(folder, {"Resources": {"Role": role_allowed(statement)}})
    return finding.message


def test_a_plain_statement_has_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, "sqs:SendMessage") == []


@pytest.mark.parametrize("element", ["NotAction", "NotResource"])
def test_an_allow_of_all_but_something_is_found(element: str, tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": ENDPOINT}
    statement[element] = statement.pop(element.removeprefix("Not"))
    template = {"Resources": {"Role": role_allowed(statement)}}
    assert f"allow-except[{element}]" in ids(found_in(tmp_path / "allow", template))
    statement["Effect"] = "Deny"
    assert ids(found_in(tmp_path / "deny", template)) == []


def test_a_boundary_may_say_what_it_leaves_out(tmp_path: Path) -> None:
    everything_else = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": everything_else}
    template = {
        "Resources": {
            "Boundary": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"PolicyDocument": document},
            },
            "Role": role_allowed(
                {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": ENDPOINT},
                PermissionsBoundary={"Ref": "Boundary"},
            ),
        }
    }
    assert ids(found_in(tmp_path / "bounds", template)) == []
    template["Resources"]["Role"]["Properties"]["ManagedPolicyArns"] = [{"Ref": "Boundary"}]
    assert "allow-except[NotAction]" in ids(found_in(tmp_path / "permits", template))


@pytest.mark.parametrize(
    ("action", "resource", "value"),
    [
        ("s3:GetObject", "arn:aws:s3:::one-bucke?/*", "arn:aws:s3:::one-bucke?/*"),
        ("s3:GetObject", "arn:aws:s3:::??????/*", "arn:aws:s3:::??????/*"),
        ("s3:Get?bject", "arn:aws:s3:::reports/*", "s3:Get?bject"),
    ],
)
def test_a_question_mark_is_a_wildcard(
    action: str, resource: str, value: str, tmp_path: Path
) -> None:
    assert f"question-mark[{value}]" in found(tmp_path, action, resource)


@pytest.mark.parametrize("action", ["*", "*:*", ["sqs:SendMessage", "*"]])
def test_everything_on_everything_is_an_administrator(action: Any, tmp_path: Path) -> None:
    assert found(tmp_path, action, "*") == ["administrator[*]"]


def test_everything_on_one_queue_is_no_administrator(tmp_path: Path) -> None:
    assert found(tmp_path, "*") == []


def test_administrator_access_is_found_where_it_is_attached(tmp_path: Path) -> None:
    role = role_allowed(
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": ENDPOINT},
        ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"],
    )
    assert ids(found_in(tmp_path, {"Resources": {"Role": role}})) == [
        "administrator[AdministratorAccess]"
    ]


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:iam::444455556666:role/Admin",
        "arn:aws:iam::444455556666:role/team/platform-admin",
        "arn:aws:iam::444455556666:role/OrganizationAccountAccessRole",
        "arn:aws:iam::*:role/*",
        "*",
    ],
)
def test_an_administrators_role_of_another_account_is_found(resource: str, tmp_path: Path) -> None:
    assert found(tmp_path, "sts:AssumeRole", resource) == [f"assume-role-outside[{resource}]"]


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:iam::444455556666:role/hub/Reader",
        "arn:aws:iam::*:role/spoke/*",
        "arn:aws:iam::111122223333:role/Admin",
    ],
)
def test_a_role_for_one_purpose_is_not_found(resource: str, tmp_path: Path) -> None:
    assert found(tmp_path, "sts:AssumeRole", resource) == []


@pytest.mark.parametrize(
    ("action", "resource", "reported"),
    [
        ("sts:AssumeRoot", "arn:aws:iam::444455556666:root", True),
        ("sts:AssumeRoot", "*", True),
        ("sts:*", "arn:aws:iam::444455556666:*", True),
        ("sts:AssumeRoot", "arn:aws:iam::111122223333:root", False),
        ("sts:AssumeRole", "arn:aws:iam::444455556666:root", False),
    ],
)
def test_the_root_user_of_another_account_is_found(
    action: str, resource: str, reported: bool, tmp_path: Path
) -> None:
    ids = found(tmp_path, action, resource)
    assert (f"assume-role-outside[{resource}]" in ids) is reported


def test_a_role_of_another_account_within_the_organization_is_accepted(tmp_path: Path) -> None:
    bound = {"StringEquals": {"aws:ResourceOrgID": "o-exampleorg1"}}
    resource = "arn:aws:iam::*:role/*"
    assert found(tmp_path, "sts:AssumeRole", resource, Condition=bound) == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "arn:aws:s3:::reports-2026"),
        ("s3:ListBucket", "arn:aws:s3:::reports-2026/*"),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::reports-2026"),
        ("sqs:SendMessage", "arn:aws:sns:eu-west-1:111122223333:jobs"),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:alias/reports"),
    ],
)
def test_an_action_on_what_it_does_not_act_on_is_found(
    action: str, resource: str, tmp_path: Path
) -> None:
    assert found(tmp_path, action, resource) == [f"never-matches[{action}]"]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:ListAllMyBuckets", "*"),
        ("s3:Get*", "arn:aws:s3:::reports-2026"),
        ("s3:GetObject", ["arn:aws:s3:::reports-2026", "arn:aws:s3:::reports-2026/*"]),
        ("s3:GetObject", "arn:*:s3:::*"),
        ("s3:GetObject", {"Fn::ImportValue": "made-elsewhere"}),
        ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:111122223333:table/t/index/*"),
        ("s3:GetObject", "arn:aws:s3:::${aws:PrincipalTag/project}/*"),
        ("s3:ListBucket", "arn:aws:s3:::${aws:PrincipalTag/team, 'company-wide'}"),
        ("iam:ChangePassword", "arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}"),
    ],
)
def test_an_action_on_what_it_acts_on_is_not_found(
    action: str, resource: Any, tmp_path: Path
) -> None:
    assert f"never-matches[{action}]" not in found(tmp_path, action, resource)


def test_a_misspelt_action_is_named_with_the_nearest(tmp_path: Path) -> None:
    assert message(tmp_path, "s3:PutObjects", "*") == (
        "AWS has no action 's3:PutObjects'; nearest: s3:PutObject, s3:PutObjectAcl, s3:GetObject"
    )


def test_of_very_many_misspelt_actions_the_rest_is_counted(tmp_path: Path) -> None:
    misspelt = [f"s3:Write{i}" for i in range(60)]
    template = {
        "Resources": {
            "Role": role_allowed(
                {"Effect": "Allow", "Action": ["s3:GetObject", *misspelt], "Resource": "*"}
            )
        }
    }
    told = [f.message for f in found_in(tmp_path, template) if f.rule.id == "unknown-action"]
    assert len(told) == 51
    assert told[-1] == "AWS has no action 's3:Write50', nor 9 more of this statement"


def test_a_misspelt_action_of_a_deny_is_found_too(tmp_path: Path) -> None:
    statement = {"Effect": "Deny", "Action": "s4:*", "Resource": "*"}
    template = {"Resources": {"Role": role_allowed(statement)}}
    assert ids(found_in(tmp_path, template)) == ["unknown-action[s4:*]"]


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("aws:PrincipalOrgId2", "aws:PrincipalOrgID"),
        ("s3:prefixes", "s3:prefix"),
        ("sts:ExternalID2", "sts:ExternalId"),
        ("iam:PassToService", "iam:PassedToService"),
        ("asw:SourceArn", "aws:SourceArn"),
    ],
)
def test_a_condition_key_that_does_not_exist_is_named_with_the_nearest(
    key: str, nearest: str, tmp_path: Path
) -> None:
    condition = {"StringEquals": {key: "x"}}
    assert message(tmp_path, "sqs:SendMessage", Condition=condition) == (
        f"AWS has no condition key {key}: did you mean {nearest}?"
    )


@pytest.mark.parametrize(
    "key",
    [
        "aws:principalorgid",
        "aws:PrincipalTag/cost center",
        "aws:ResourceTag/team",
        "s3:ExistingObjectTag/team",
        "kms:EncryptionContext:aws:s3:arn",
        "ec2:ResourceTag/Name",
        "token.actions.githubusercontent.com:sub",
        "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE:aud",
        "saml:aud",
    ],
)
def test_condition_keys_that_exist_in_any_form_are_known(key: str, tmp_path: Path) -> None:
    condition = {"StringEquals": {key: "x"}}
    assert found(tmp_path, "sqs:SendMessage", Condition=condition) == []


def test_an_arn_of_another_partition_is_found_wherever_it_stands(tmp_path: Path) -> None:
    resource = "arn:aws-cn:sqs:cn-north-1:111122223333:jobs"
    source = {"ArnLike": {"aws:SourceArn": "arn:aws-us-gov:s3:::reports"}}
    assert found(tmp_path, "sqs:SendMessage", resource, Condition=source) == [
        f"other-partition[{resource}]",
        "other-partition[arn:aws-us-gov:s3:::reports]",
    ]


def test_an_arn_of_any_partition_is_not_found(tmp_path: Path) -> None:
    assert found(tmp_path, "sqs:SendMessage", "arn:*:sqs:*:111122223333:jobs") == []


def test_the_letters_that_aws_draws_for_a_secret_are_no_question_marks(tmp_path: Path) -> None:
    secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:reports-??????"
    assert found(tmp_path, "secretsmanager:GetSecretValue", secret) == []


def test_a_colon_in_place_of_a_slash_names_no_object(tmp_path: Path) -> None:
    assert found(tmp_path, "s3:GetObject", "arn:aws:s3:::app-data:*") == [
        "never-matches[s3:GetObject]"
    ]


def test_changes_of_records_are_never_an_empty_set(tmp_path: Path) -> None:
    key = "route53:ChangeResourceRecordSetsRecordTypes"
    statement = {
        "Effect": "Allow",
        "Action": "route53:ChangeResourceRecordSets",
        "Resource": "arn:aws:route53:::hostedzone/Z1",
        "Condition": {"ForAllValues:StringEquals": {key: ["TXT"]}},
    }
    assert ids(found_in(tmp_path, {"Resources": {"Role": role_allowed(statement)}})) == []


def test_the_list_of_all_buckets_is_that_of_the_own_account(tmp_path: Path) -> None:
    assert found(tmp_path, "s3:ListAllMyBuckets", "arn:aws:s3:::*") == []


def test_a_question_mark_in_what_is_not_known_of_a_resource_is_no_wildcard(tmp_path: Path) -> None:
    part = {"Fn::Select": [0, {"Fn::Split": ["?", {"Fn::ImportValue": "elsewhere?"}]}]}
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": part}
    found = ids(found_in(tmp_path, {"Resources": {"Role": role_allowed(statement)}}))
    assert [each for each in found if each.startswith("question-mark")] == []
