"""Policies that templates attach to principals that are made elsewhere."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import document, snapshot_of_template

from whomay.engine.changes.change import Change
from whomay.engine.changes.diff import diff
from whomay.engine.changes.lock_reader import from_lock
from whomay.engine.changes.lock_writer import to_lock
from whomay.engine.snapshot import Snapshot

USER = {"Type": "AWS::IAM::User", "Properties": {"UserName": "made-here"}}
GROUP = {
    "Type": "AWS::IAM::Group",
    "Properties": {
        "GroupName": "grp",
        "Policies": [{"PolicyName": "P", "PolicyDocument": document("s3:GetObject")}],
    },
}


def attaching(kind: str, *actions: str, **target: Any) -> dict[str, Any]:
    properties = {"PolicyName": "P", "PolicyDocument": document(*actions), **target}
    return {"Type": f"AWS::IAM::{kind}", "Properties": properties}


def read(folder: Path, name: str, **resources: Any) -> Snapshot:
    return snapshot_of_template(folder / name, {"Resources": {"User": USER, **resources}})


@pytest.mark.parametrize(
    ("called", "resources"),
    [
        ("role/there", {"P": attaching("Policy", "s3:GetObject", Roles=["there"])}),
        ("role/there", {"P": attaching("ManagedPolicy", "s3:GetObject", Roles=["there"])}),
        ("role/there", {"P": attaching("RolePolicy", "s3:GetObject", RoleName="there")}),
        ("user/there", {"P": attaching("UserPolicy", "s3:GetObject", UserName="there")}),
        ("group/there", {"P": attaching("GroupPolicy", "s3:GetObject", GroupName="there")}),
        (
            "user/there",
            {
                "G": GROUP,
                "A": {
                    "Type": "AWS::IAM::UserToGroupAddition",
                    "Properties": {"GroupName": {"Ref": "G"}, "Users": ["there"]},
                },
            },
        ),
    ],
)
def test_what_a_principal_made_elsewhere_gains_is_wider(
    tmp_path: Path, called: str, resources: dict[str, Any]
) -> None:
    before = read(tmp_path, "before")
    after = read(tmp_path, "after", **resources)
    (gain,) = diff(before, after)
    assert gain.change is Change.WIDER
    assert gain.principal.endswith(f":{called}")
    assert gain.statement is not None
    assert gain.text.startswith("policies for a principal made elsewhere: allowed by identity: ")
    assert [one.change for one in diff(after, before)] == [Change.NARROWER]
    assert from_lock(to_lock(after)).attached[0].arn == after.attached[0].arn
    assert diff(from_lock(to_lock(after)), after) == []


def test_more_for_a_role_made_elsewhere_is_wider(tmp_path: Path) -> None:
    some, more = (
        read(tmp_path, name, P=attaching("Policy", *actions, Roles=["there"]))
        for name, actions in (("some", ["s3:GetObject"]), ("more", ["s3:GetObject", "iam:*"]))
    )
    assert [one.change for one in diff(some, more)] == [Change.WIDER]


def test_a_principal_made_here_is_none_that_is_made_elsewhere(tmp_path: Path) -> None:
    policy = attaching("Policy", "s3:GetObject", Users=[{"Ref": "User"}])
    assert read(tmp_path, "here", P=policy).attached == ()
