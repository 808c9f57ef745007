"""A snapshot of several accounts is read as one: who is trusted there, who may assume here."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.account_file import allow
from support.organization_file import organization_file
from support.organization_folder import (
    DEV,
    MANAGEMENT,
    PROD,
    RCP,
    ROOT,
    SCP,
    TAKEN,
    UNIT,
    organization,
    organization_folder,
    policy,
    role,
    write_account,
)

from whomay.engine import AssemblyError, Deployment, Request, Verdict, decide, read, who_may
from whomay.engine.organization import OrganizationError, read_organization

WRITER = f"arn:aws:iam::{PROD}:role/Writer"
DEPLOYER = f"arn:aws:iam::{DEV}:role/Deployer"
BUCKET = "arn:aws:s3:::reports"


def trusting(*principals: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": [*principals]},
        "Action": "sts:AssumeRole",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def bucket(*statements: dict[str, Any]) -> dict[str, Any]:
    made = {"type": "AWS::S3::Bucket", "name": "reports", "arn": BUCKET, "region": "eu-west-1"}
    document = {"Version": "2012-10-17", "Statement": [*statements]}
    return made | ({"policy": document} if statements else {})


def both(folder: Path, above: Any = None, **more: Any) -> Path:
    told = {
        DEV: [role(DEV, "Deployer", allow("sts:AssumeRole", WRITER)), role(DEV, "Other")],
        PROD: [role(PROD, "Writer", allow("s3:*"), trusting=trusting(DEV))],
    }
    return organization_folder(folder / "organization", told, above, **more)


def verdict(folder: Path, principal: str, action: str, resource: str) -> Verdict:
    return decide(Request(principal, action, resource), read(folder).snapshot).verdict


def test_a_role_is_assumed_across_accounts_where_one_trusts_and_the_other_allows(
    tmp_path: Path,
) -> None:
    snapshot = read(both(tmp_path)).snapshot
    found = who_may("sts:AssumeRole", WRITER, snapshot)
    assert [(each.name, each.sure) for each in found] == [
        (f"{DEV}/role/Deployer", True),
        (f"others of account {DEV} whose own policies allow it", True),
    ]
    other = decide(Request(f"arn:aws:iam::{DEV}:role/Other", "sts:AssumeRole", WRITER), snapshot)
    assert other.verdict is Verdict.IMPLICIT_DENY


DENY_DELETE = {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}
DENY_ALL = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}


@pytest.mark.parametrize("target", [ROOT, UNIT, PROD])
def test_a_service_control_policy_binds_what_it_is_attached_above(
    target: str, tmp_path: Path
) -> None:
    folder = both(tmp_path, organization(policy("NoDelete", [target], DENY_DELETE, type=SCP)))
    assert verdict(folder, WRITER, "s3:DeleteObject", f"{BUCKET}/x") is Verdict.EXPLICIT_DENY
    assert verdict(folder, WRITER, "s3:PutObject", f"{BUCKET}/x") is Verdict.ALLOWED


def test_one_that_is_attached_elsewhere_binds_nobody_here(tmp_path: Path) -> None:
    folder = both(tmp_path, organization(policy("NoDelete", [DEV], DENY_DELETE, type=SCP)))
    assert verdict(folder, WRITER, "s3:DeleteObject", f"{BUCKET}/x") is Verdict.ALLOWED


def test_a_resource_control_policy_binds_the_resources_below_it(tmp_path: Path) -> None:
    above = organization(policy("NoRead", [UNIT], DENY_ALL, type=RCP))
    folder = both(tmp_path, above, resources={PROD: [bucket()]})
    assert verdict(folder, WRITER, "s3:GetObject", f"{BUCKET}/x") is Verdict.EXPLICIT_DENY
    assert verdict(folder, WRITER, "s3:PutObject", f"{BUCKET}/x") is Verdict.ALLOWED


def test_policies_of_a_type_that_is_not_enabled_are_not_read(tmp_path: Path) -> None:
    above = organization(types=[RCP], policies=[])
    assert verdict(both(tmp_path, above), WRITER, "s3:PutObject", f"{BUCKET}/x") is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("above", "said"),
    [
        (
            organization(
                policy("Odd", [UNIT], type=SCP, refused={"document": "DescribePolicy no"})
            ),
            "the policy Odd: DescribePolicy no",
        ),
        (
            organization(policy("Odd", [], type=SCP, refused={"targets": "ListTargets no"})),
            "whether Odd is attached",
        ),
        (
            organization(refused=[{"call": "organizations:ListPolicies", "why": "AccessDenied"}]),
            "organizations:ListPolicies, refused as AccessDenied",
        ),
        (organization(parents={}), f"the levels above account {PROD}, which were not told"),
    ],
)
def test_what_the_organization_refuses_is_unknown_and_grants_nothing(
    above: Any, said: str, tmp_path: Path
) -> None:
    snapshot = read(both(tmp_path, above)).snapshot

    def decided(action: str) -> Any:
        return decide(Request(WRITER, action, f"{BUCKET}/x"), snapshot)

    assert decided("s3:PutObject").verdict is Verdict.UNKNOWN
    assert said in decided("s3:PutObject").reason
    sqs = decide(Request(WRITER, "sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{PROD}:q"), snapshot)
    assert sqs.verdict is Verdict.IMPLICIT_DENY


def test_the_management_account_is_bound_by_none(tmp_path: Path) -> None:
    told = {MANAGEMENT: [role(MANAGEMENT, "Admin", allow("s3:*"))]}
    above = organization(policy("NoDelete", [ROOT], DENY_DELETE, type=SCP))
    folder = organization_folder(tmp_path / "o", told, above)
    admin = f"arn:aws:iam::{MANAGEMENT}:role/Admin"
    assert verdict(folder, admin, "s3:DeleteObject", f"{BUCKET}/x") is Verdict.ALLOWED


def test_an_organization_file_goes_before_what_was_told(tmp_path: Path) -> None:
    folder = both(tmp_path, organization(policy("NoDelete", [ROOT], DENY_DELETE, type=SCP)))
    given = Deployment(organization=read_organization(organization_file(tmp_path)))
    snapshot = read(folder, given).snapshot
    asked = Request(WRITER, "s3:DeleteObject", f"{BUCKET}/x")
    assert decide(asked, snapshot).verdict is Verdict.ALLOWED


def test_an_account_that_refuses_is_unknown_and_the_others_are_not(tmp_path: Path) -> None:
    told = {DEV: [role(DEV, "Deployer", allow("s3:*", f"{BUCKET}/*"))]}
    folder = organization_folder(
        tmp_path / "o",
        told,
        refused={PROD: "sts:AssumeRole: AccessDenied"},
        resources={DEV: [bucket()]},
    )
    assert verdict(folder, DEPLOYER, "s3:GetObject", f"{BUCKET}/x") is Verdict.ALLOWED
    assert verdict(folder, DEPLOYER, "iam:CreateUser", "*") is Verdict.IMPLICIT_DENY
    queue = f"arn:aws:sqs:eu-west-1:{DEV}:q"
    assert verdict(folder, DEPLOYER, "sqs:SendMessage", queue) is Verdict.IMPLICIT_DENY
    assert verdict(folder, WRITER, "s3:GetObject", "arn:aws:s3:::theirs/x") is Verdict.UNKNOWN
    assert verdict(folder, WRITER, "iam:CreateUser", "*") is Verdict.UNKNOWN
    snapshot = read(folder).snapshot
    told_of = decide(Request(WRITER, "iam:CreateUser", "*"), snapshot).reason
    assert f"{PROD}: the whole account, which told nothing: sts:AssumeRole: AccessDenied" in told_of
    known = who_may("s3:GetObject", f"{BUCKET}/x", snapshot)
    assert [(each.name, each.sure) for each in known] == [(f"{DEV}/role/Deployer", True)]
    role_there = who_may("sts:AssumeRole", WRITER, snapshot)
    assert {each.sure for each in role_there} == {False}
    somebody = who_may("iam:CreateUser", "*", snapshot)
    assert [(each.name, each.sure) for each in somebody] == [(f"whom {PROD} lets in", False)]


def test_a_file_of_an_earlier_run_counts_as_missing(tmp_path: Path) -> None:
    folder = both(tmp_path)
    write_account(folder, PROD, [role(PROD, "Writer", allow("s3:*"))], [], "2026-11-26T09:00:00")
    assert verdict(folder, WRITER, "s3:GetObject", f"{BUCKET}/x") is Verdict.UNKNOWN
    [missing] = read(folder).snapshot.unseen
    assert f"the run of {TAKEN} did not get to it: take the snapshot again" in missing.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"organization snapshot": {"version": 2}}, "version 2: allowed is 1"),
        ({"accounts": []}, "accounts must be a JSON object"),
        ({"accounts": {"../x": {}}}, "account '../x': allowed is twelve digits"),
        ({"organization": []}, "organization must be a JSON object"),
        ({"organization": {"id": "o-1"}}, "organization is not as `whomay snapshot` writes it"),
    ],
)
def test_a_first_file_that_is_none_is_refused_in_one_line(
    changed: dict[str, Any], said: str, tmp_path: Path
) -> None:
    folder = both(tmp_path)
    file = folder / "organization.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changed))
    with pytest.raises((AssemblyError, OrganizationError)) as error:
        read(folder)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_of_another_account_is_refused(tmp_path: Path) -> None:
    folder = both(tmp_path)
    (folder / "accounts" / f"{DEV}.json").rename(folder / "accounts" / f"{PROD}.json")
    with pytest.raises(AssemblyError, match=f"of account {DEV}: it was renamed"):
        read(folder)


def test_who_is_trusted_in_an_account_that_told_nothing_may_perhaps(tmp_path: Path) -> None:
    trusted = {PROD: [role(PROD, "Writer", trusting=trusting(DEPLOYER))]}
    folder = organization_folder(tmp_path / "o", trusted, refused={DEV: "AccessDenied"})
    [found] = who_may("sts:AssumeRole", WRITER, read(folder).snapshot)
    assert (found.name, found.sure) == (DEPLOYER, False)
    assert f"not known: not seen: {DEV}: the whole account, which told nothing" in found.reason
