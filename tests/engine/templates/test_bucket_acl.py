"""A bucket's ACL lets others in, unless ownership or Block Public Access makes it count for nothing."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import snapshot_of_template

from whomay.engine.changes.diff import diff
from whomay.engine.proof.who_may import who_may
from whomay.engine.snapshot import Snapshot

ALL = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ANYBODY = "anybody, without credentials"
SERVICES = "any service of AWS"  # Block Public Access lets services pass
PUBLIC = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}


def bucket(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b", **properties}}


def switches(*names: str, on: Any = True) -> dict[str, Any]:
    return {"PublicAccessBlockConfiguration": dict.fromkeys(names, on)}


def owned(by: str) -> dict[str, Any]:
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": by}]}}


def snapshot(folder: Path, policy: Any = None, **properties: Any) -> Snapshot:
    resources = {"B": bucket(**properties)}
    if policy is not None:
        document = {"Version": "2012-10-17", "Statement": [policy]}
        resources["P"] = {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "B"}, "PolicyDocument": document},
        }
    template = {"Parameters": {"P": {"Type": "String"}}, "Resources": resources}
    return snapshot_of_template(folder, template)


def may(snapshot: Snapshot, action: str, resource: str = "arn:aws:s3:::b") -> dict[str, bool]:
    return {each.name: each.sure for each in who_may(action, resource, snapshot)}


def test_a_public_list_lets_everybody_list(tmp_path: Path) -> None:
    found = snapshot(tmp_path, AccessControl="PublicRead", **owned("ObjectWriter"))
    assert may(found, "s3:ListBucket")[ANYBODY]
    assert may(found, "s3:GetObject", "arn:aws:s3:::b/k") == {}


def test_a_list_to_write_lets_everybody_write(tmp_path: Path) -> None:
    found = snapshot(tmp_path, AccessControl="PublicReadWrite")
    assert may(found, "s3:PutObject", "arn:aws:s3:::b/k")[ANYBODY]


def test_a_list_for_the_authenticated_lets_in_all_who_sign(tmp_path: Path) -> None:
    found = may(snapshot(tmp_path, AccessControl="AuthenticatedRead"), "s3:ListBucket")
    assert ANYBODY not in found
    assert [name for name in found if "any account" in name]


NOTHING: dict[str, dict[str, Any]] = {
    "none": {},
    "private": {"AccessControl": "Private"},
    "the owner's": {"AccessControl": "BucketOwnerFullControl"},
    "enforced": {"AccessControl": "PublicRead", **owned("BucketOwnerEnforced")},
    "ignored": {"AccessControl": "PublicRead", **switches("IgnorePublicAcls")},
    "ignored by a text": {"AccessControl": "PublicRead", **switches("IgnorePublicAcls", on="true")},
}


@pytest.mark.parametrize("name", NOTHING)
def test_a_list_without_effect_lets_in_nobody(tmp_path: Path, name: str) -> None:
    assert may(snapshot(tmp_path, **NOTHING[name]), "s3:ListBucket") == {}


OPEN: dict[str, dict[str, Any]] = {
    "the list": {"AccessControl": {"Ref": "P"}},
    "ownership": {"AccessControl": "PublicRead", **owned({"Ref": "P"})},  # type: ignore[arg-type] # an intrinsic function
    "the switch": {"AccessControl": "PublicRead", **switches("IgnorePublicAcls", on={"Ref": "P"})},
}


@pytest.mark.parametrize("name", OPEN)
def test_a_list_of_which_something_is_not_known_is_unknown(tmp_path: Path, name: str) -> None:
    found = may(snapshot(tmp_path, **OPEN[name]), "s3:ListBucket")
    assert found
    assert not any(found.values())


def test_a_public_policy_under_all_switches_is_not_public(tmp_path: Path) -> None:
    found = may(snapshot(tmp_path, PUBLIC, **switches(*ALL)), "s3:GetObject", "arn:aws:s3:::b/k")
    assert ANYBODY not in found
    assert set(found) == {
        "others of account 111122223333, who need no policy of their own",
        SERVICES,
    }


def test_a_public_policy_whose_writing_alone_is_blocked_stays_public(tmp_path: Path) -> None:
    found = snapshot(tmp_path, PUBLIC, **switches("BlockPublicPolicy"))
    assert may(found, "s3:GetObject", "arn:aws:s3:::b/k")[ANYBODY]


def test_a_grant_to_an_account_is_not_held_back(tmp_path: Path) -> None:
    partner = {**PUBLIC, "Principal": {"AWS": "444455556666"}}
    found = may(snapshot(tmp_path, partner, **switches(*ALL)), "s3:GetObject", "arn:aws:s3:::b/k")
    assert "others of account 444455556666 whose own policies allow it" in found


def test_the_switches_taken_away_under_a_public_policy_are_wider(tmp_path: Path) -> None:
    before = snapshot(tmp_path / "before", PUBLIC, **switches(*ALL))
    after = snapshot(tmp_path / "after", PUBLIC)
    assert "wider" in {each.change for each in diff(before, after)}
    assert "narrower" in {each.change for each in diff(after, before)}


def test_a_list_made_public_is_wider(tmp_path: Path) -> None:
    before = snapshot(tmp_path / "before")
    after = snapshot(tmp_path / "after", AccessControl="PublicRead", **owned("ObjectWriter"))
    assert "wider" in {each.change for each in diff(before, after)}
