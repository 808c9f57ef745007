"""A construct path whose logical id is another resource's now: its data and its name are others'."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import snapshot_of_template
from support.small_templates import may, role

from whomay.engine import Snapshot, diff, from_lock, to_lock

BUCKET: dict[str, Any] = {"Type": "AWS::S3::Bucket"}


def at(path: str, one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "Metadata": {"aws:cdk:path": f"S/{path}"}}


def reader_of(bucket: str) -> dict[str, Any]:
    return role(may("s3:GetObject", Resource={"Fn::Sub": f"${{{bucket}.Arn}}/*"}))


def snapshot(folder: Path, **resources: dict[str, Any]) -> Snapshot:
    return snapshot_of_template(folder, {"Resources": resources})


KINDS = {
    "bucket": (BUCKET, BUCKET),
    "role": (role(may("s3:GetObject")), role(may("*"))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_two_that_swap_path_and_logical_id_together_are_told(tmp_path: Path, kind: str) -> None:
    one, other = KINDS[kind]
    old = snapshot(tmp_path / "old", X=at("A", one), Y=at("B", other), R=reader_of("X"))
    new = snapshot(tmp_path / "new", Y=at("A", one), X=at("B", other), R=reader_of("Y"))

    found = diff(from_lock(to_lock(old)), from_lock(to_lock(new)))

    assert [(each.principal, each.change) for each in found] == [
        ("S/A", "Unknown"),
        ("S/B", "Unknown"),
    ]
    assert found[0].text == (
        "its logical id is Y, before X: it is another resource of the stack, with its data and with "
        "all who know its name"
    )
    assert diff(old, from_lock(to_lock(old))) == []


def test_a_construct_that_takes_over_the_resource_of_one_that_goes_is_told(tmp_path: Path) -> None:
    old = snapshot(tmp_path / "old", A=at("A", BUCKET), B=at("B", BUCKET), R=reader_of("A"))
    new = snapshot(tmp_path / "new", B=at("A", BUCKET), R=reader_of("B"))

    assert ("S/A", "Unknown") in [(each.principal, each.change) for each in diff(old, new)]


@pytest.mark.parametrize(
    ("path", "logical_id"),
    [
        ("Reports/Resource", "Reports65402A0A"),
        ("Reports/Default", "Reports"),
        ("Site/Bucket/Resource", "SiteBucket978D4AEB"),
        ("Included/Template/Reports", "Reports"),
        ("Reports", "Reports"),
    ],
)
def test_a_lock_leaves_out_what_the_path_tells(tmp_path: Path, path: str, logical_id: str) -> None:
    told = snapshot(tmp_path, **{logical_id: at(path, BUCKET)})

    assert told.logical_ids == ()
    assert "logical ids" not in to_lock(told)


def test_a_name_that_is_written_out_says_which_resource_it_is(tmp_path: Path) -> None:
    named = {**BUCKET, "Properties": {"BucketName": "reports-2026"}}

    assert snapshot(tmp_path, X=at("A", named)).logical_ids == ()
