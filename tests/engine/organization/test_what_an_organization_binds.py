"""What an organization file holds back: whom, on whose resources, and whom never."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.organization_file import (
    FULL,
    MANAGEMENT,
    denying,
    only_from_the_organization,
    organization_file,
)
from support.small_templates import ACCOUNT, assembly, document, may, role

from whomay.engine import Deployment, Request, Snapshot, decide, read, who_may
from whomay.engine.organization import OrganizationError, read_organization
from whomay.iam.parse import parse_policy

ANYBODY = {**may("s3:GetObject", {"Fn::Sub": "${B.Arn}/*"}), "Principal": "*"}
SERVICE = {
    **may("s3:GetObject", {"Fn::Sub": "${B.Arn}/*"}),
    "Principal": {"Service": "delivery.logs.amazonaws.com"},
}
OPEN = {
    "Type": "AWS::S3::BucketPolicy",
    "Properties": {"Bucket": {"Ref": "B"}, "PolicyDocument": document(ANYBODY, SERVICE)},
}
RESOURCES = {"R": role(may("*")), "B": {"Type": "AWS::S3::Bucket"}, "P": OPEN}
LINKED = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"


def under(folder: Path, **unit: Any) -> Snapshot:
    organization = read_organization(organization_file(folder, **unit))
    app = assembly(folder / "app", RESOURCES)
    return read(app, Deployment(organization=organization)).snapshot


def answer(snapshot: Snapshot, who: str, action: str, on: str, **given: str) -> str:
    context = {key.replace("_", ":"): value for key, value in given.items()}
    decision = decide(Request(who, action, on, context), snapshot)
    return f"{decision.verdict} {decision.layer}"


@pytest.mark.parametrize(
    ("scps", "expected"),
    [
        ([FULL], "Allowed identity"),
        ([FULL, denying("sqs:Get*")], "Allowed identity"),
        ([FULL, denying("s3:Get*")], "ExplicitDeny scp"),
        ([document(may("sqs:*"))], "ImplicitDeny scp"),
        ([document(may("sqs:*")), FULL], "Allowed identity"),
    ],
)
def test_each_level_must_allow_and_none_may_deny(
    tmp_path: Path, scps: list[Any], expected: str
) -> None:
    assert answer(under(tmp_path, scps=scps), "S/R", "s3:GetObject", "S/B/a") == expected


RCP = only_from_the_organization("s3:*")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("S/R", "Allowed identity"),
        ("anonymous", "ExplicitDeny rcp"),
        ("delivery.logs.amazonaws.com", "Allowed resource"),
        ("arn:aws:iam::777766665555:user/eve", "Unknown rcp"),
    ],
)
def test_a_resource_control_policy_binds_who_asks_wherever_from(
    tmp_path: Path, who: str, expected: str
) -> None:
    assert answer(under(tmp_path, rcps=[RCP]), who, "s3:GetObject", "S/B/a") == expected


def test_who_may_names_nobody_from_outside_the_organization(tmp_path: Path) -> None:
    found = who_may("s3:GetObject", "S/B/a", under(tmp_path, rcps=[RCP]))
    shown = {each.name: each.request.context for each in found if each.request}

    assert "anybody, without credentials" not in shown
    stranger = shown["others of any account whose own policies allow it"]
    assert stranger["aws:principalorgid"] == "o-a1b2c3d4e5"


@pytest.mark.parametrize(
    ("action", "on", "expected"),
    [
        ("sns:Publish", "arn:aws:sns:eu-west-1:111122223333:t", "Allowed identity"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q", "ExplicitDeny rcp"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:444455556666:q", "ImplicitDeny resource"),
        ("s3:GetObject", "S/B/a", "ExplicitDeny rcp"),
        ("s3:GetObject", "arn:aws:s3:::of-somebody/a", "Unknown rcp"),
        ("s3:ListAllMyBuckets", "*", "ExplicitDeny rcp"),
    ],
)
def test_it_restricts_the_services_that_support_it_on_resources_of_its_accounts(
    tmp_path: Path, action: str, on: str, expected: str
) -> None:
    everything = denying("*", Principal="*")
    assert answer(under(tmp_path, rcps=[everything]), "S/R", action, on) == expected


def test_service_linked_roles_are_not_bound(tmp_path: Path) -> None:
    closed = under(tmp_path, scps=[FULL, denying("*")], rcps=[denying("*", Principal="*")])
    # What else such a role may do is not in the assembly; nothing above it denies.
    assert answer(closed, LINKED, "s3:GetObject", "S/B/a") == "Unknown identity"
    assert answer(closed, "S/R", "s3:GetObject", "S/B/a") == "ExplicitDeny rcp"


def test_the_management_account_is_not_bound(tmp_path: Path) -> None:
    file = organization_file(tmp_path, scps=[FULL, denying("*")], rcps=[RCP])
    file.write_text(file.read_text().replace(MANAGEMENT, ACCOUNT))
    app = assembly(tmp_path / "app", RESOURCES)
    snapshot = read(app, Deployment(organization=read_organization(file))).snapshot

    assert answer(snapshot, "S/R", "s3:GetObject", "S/B/a") == "Allowed identity"
    assert answer(snapshot, "anonymous", "s3:GetObject", "S/B/a") == "Allowed resource"


def test_the_keys_of_the_organization_are_known(tmp_path: Path) -> None:
    path = "o-a1b2c3d4e5/r-a1b2/ou-a1b2-11112222/"
    elsewhere = {
        "ForAllValues:StringNotEquals": {"aws:PrincipalOrgPaths": [path]},
        "StringEquals": {"aws:ResourceOrgID": "o-a1b2c3d4e5"},
    }
    here = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-a1b2c3d4e5/*"]}}
    spared = under(tmp_path, scps=[FULL, denying("s3:*", Condition=elsewhere)])
    assert answer(spared, "S/R", "s3:GetObject", "S/B/a") == "Allowed identity"
    (tmp_path / "other").mkdir()
    bound = under(tmp_path / "other", scps=[FULL, denying("s3:*", Condition=here)])
    assert answer(bound, "S/R", "s3:GetObject", "S/B/a") == "ExplicitDeny scp"


def test_an_account_that_the_file_lacks_is_an_error(tmp_path: Path) -> None:
    file = organization_file(tmp_path)
    file.write_text(file.read_text().replace(ACCOUNT, "222233334444"))
    app = assembly(tmp_path / "app", RESOURCES)

    with pytest.raises(OrganizationError) as raised:
        read(app, Deployment(organization=read_organization(file)))

    assert str(raised.value) == (
        f"{file}: account {ACCOUNT}, in which the app has a stack, is not in it: name it below "
        "accounts, with its unit"
    )


def test_policies_that_are_given_apart_bind_beside_the_file(tmp_path: Path) -> None:
    given = parse_policy(denying("s3:Get*"))
    snapshot = replace(under(tmp_path, scps=[FULL]), scps=((given,),))
    assert answer(snapshot, "S/R", "s3:GetObject", "S/B/a") == "ExplicitDeny scp"


def test_nothing_restricts_the_key_of_aws_itself(tmp_path: Path) -> None:
    rcps = [denying("kms:*", Principal="*")]
    organization = read_organization(organization_file(tmp_path, rcps=rcps))
    encrypted = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3"}
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": encrypted}]
            }
        },
    }
    app = assembly(tmp_path / "app", {"R": role(may("*")), "B": bucket})
    snapshot = read(app, Deployment(organization=organization)).snapshot
    assert answer(snapshot, "S/R", "s3:GetObject", "S/B/a") == "Allowed identity"
