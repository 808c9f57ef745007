"""A diff sees what an organization attaches above accounts: for principals, and for outsiders."""

from pathlib import Path
from typing import Any

import pytest
from support.organization_file import (
    FULL,
    denying,
    only_from_the_organization,
    organization_file,
)
from support.small_templates import assembly, document, may, role

from whomay.engine import Deployment, Snapshot, diff, from_lock, read, to_lock
from whomay.engine.changes.change import Change
from whomay.engine.organization import read_organization

ANYBODY = {**may("s3:GetObject", {"Fn::Sub": "${B.Arn}/*"}), "Principal": "*"}
OPEN = {
    "Type": "AWS::S3::BucketPolicy",
    "Properties": {"Bucket": {"Ref": "B"}, "PolicyDocument": document(ANYBODY)},
}
RESOURCES = {"R": role(may("s3:*")), "B": {"Type": "AWS::S3::Bucket"}, "P": OPEN}


def under(folder: Path, **unit: Any) -> Snapshot:
    folder.mkdir()
    organization = read_organization(organization_file(folder, **unit))
    return read(assembly(folder / "app", RESOURCES), Deployment(organization=organization)).snapshot


@pytest.mark.parametrize(
    ("unit", "paths"),
    [
        ({"scps": [FULL, denying("s3:Put*")]}, {"S/R"}),
        ({"rcps": [denying("s3:*", Principal="*")]}, {"S/R", "S/B"}),
        ({"rcps": [only_from_the_organization("s3:*")]}, {"S/B"}),
    ],
    ids=["principals", "everybody", "outsiders"],
)
def test_what_is_no_longer_above_an_account_is_wider_for_whom_it_bound(
    tmp_path: Path, unit: dict[str, Any], paths: set[str]
) -> None:
    held, free = under(tmp_path / "held", **unit), under(tmp_path / "free")
    for old in (held, from_lock(to_lock(held))):
        wider = [each for each in diff(old, free) if each.change is Change.WIDER]
        assert {each.principal for each in wider} == paths
        # Of a bucket elsewhere nobody knows whether a resource control policy binds it.
        narrower = {each.change for each in diff(free, old)} - {Change.UNKNOWN}
        assert narrower == {Change.NARROWER}
        assert diff(old, held) == []


def test_what_outsiders_gain_is_told_of_what_was_above_the_account(tmp_path: Path) -> None:
    held = under(tmp_path / "held", rcps=[only_from_the_organization("s3:*")])
    [found] = diff(held, under(tmp_path / "free"))
    assert found.text == "anonymous: what is above the account of S/B lets in more"
