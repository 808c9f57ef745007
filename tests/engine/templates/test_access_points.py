"""A request through an access point passes when the access point and its bucket both permit it."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import document, role, snapshot_of_template

from whomay.engine.decisions.decide import decide
from whomay.engine.decisions.request import Request
from whomay.engine.proof.who_may import who_may
from whomay.engine.snapshot import Snapshot

ROLE = "arn:aws:iam::111122223333:role/r"
POINT = "arn:aws:s3:eu-west-1:111122223333:accesspoint/p"
BUCKET = "arn:aws:s3:::b"
TO_ROLE = {
    "Effect": "Allow",
    "Principal": {"AWS": ROLE},
    "Action": "s3:GetObject",
    "Resource": f"{POINT}/object/*",
}
DELEGATES = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "*",
    "Resource": [BUCKET, f"{BUCKET}/*"],
    "Condition": {"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}},
}
DENIES = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"{BUCKET}/secret/*"}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def snapshot(folder: Path, *of_bucket: Any, point: Any = TO_ROLE, allowed: Any = ()) -> Snapshot:
    own = [{"PolicyName": "P", "PolicyDocument": document("s3:GetObject", resource=allowed)}]
    resources: dict[str, Any] = {
        "Role": role(RoleName="r", Policies=own if allowed else []),
        "B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b"}},
        "P": {"Type": "AWS::S3::AccessPoint", "Properties": {"Name": "p", "Bucket": {"Ref": "B"}}},
    }
    if point:
        resources["P"]["Properties"]["Policy"] = policy(point)
    if of_bucket:
        resources["Policy"] = {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "B"}, "PolicyDocument": policy(*of_bucket)},
        }
    return snapshot_of_template(folder, {"Resources": resources})


def verdict(found: Snapshot, resource: str) -> str:
    return str(decide(Request(ROLE, "s3:GetObject", resource), found).verdict)


def test_a_bucket_that_delegates_leaves_it_to_the_access_point(tmp_path: Path) -> None:
    found = snapshot(tmp_path, DELEGATES)
    assert verdict(found, f"{POINT}/object/k") == "Allowed"
    assert verdict(found, f"{BUCKET}/k") == "ImplicitDeny"


def test_a_bucket_that_delegates_makes_nobody_a_reader(tmp_path: Path) -> None:
    found = snapshot(tmp_path, DELEGATES, point=None)
    assert who_may("s3:GetObject", f"{BUCKET}/k", found) == []


def test_a_denial_of_the_bucket_wins_through_the_access_point(tmp_path: Path) -> None:
    found = snapshot(tmp_path, DELEGATES, DENIES)
    assert verdict(found, f"{POINT}/object/secret/k") == "ExplicitDeny"
    assert verdict(found, f"{POINT}/object/k") == "Allowed"
    assert {
        each.name for each in who_may("s3:GetObject", f"{POINT}/object/secret/k", found)
    } == set()


def test_a_bucket_that_denies_everybody_lets_nothing_through(tmp_path: Path) -> None:
    everybody = {**DENIES, "Resource": [BUCKET, f"{BUCKET}/*"]}
    assert verdict(snapshot(tmp_path, everybody), f"{POINT}/object/k") == "ExplicitDeny"


@pytest.mark.parametrize(
    "of_bucket",
    [
        (),
        (
            {
                **DELEGATES,
                "Condition": {"StringEquals": {"s3:DataAccessPointAccount": "444455556666"}},
            },
        ),
        ({**DELEGATES, "Action": "s3:GetObject"},),
    ],
)
def test_a_bucket_that_does_not_delegate_leaves_it_open(
    tmp_path: Path, of_bucket: tuple[Any, ...]
) -> None:
    found = snapshot(tmp_path, *of_bucket)
    decision = decide(Request(ROLE, "s3:GetObject", f"{POINT}/object/k"), found)
    assert str(decision.verdict) == "Unknown"
    assert "bucket b behind the access point must permit it as well" in decision.reason


def test_permission_on_the_access_point_alone_is_not_known_to_be_enough(tmp_path: Path) -> None:
    found = snapshot(tmp_path, point=None, allowed=f"{POINT}/object/*")
    assert verdict(found, f"{POINT}/object/k") == "Unknown"


def test_one_access_point_may_be_named_in_place_of_its_account(tmp_path: Path) -> None:
    by_arn = {**DELEGATES, "Condition": {"ArnLike": {"s3:DataAccessPointArn": f"{POINT}"}}}
    assert verdict(snapshot(tmp_path, by_arn), f"{POINT}/object/k") == "Allowed"
