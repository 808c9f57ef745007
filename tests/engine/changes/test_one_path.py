"""Two resources that an app calls by one path: a change of either is told, also between two locks."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import write_assembly
from support.small_templates import ACCOUNT, document, may, role, snapshot

from whomay.engine import AssemblyError, Snapshot, diff, from_lock, read, to_lock

Resource = dict[str, Any]
READ, ALL = may("s3:GetObject"), may("*")
BY_TAG = role(may("sqs:SendMessage", Condition={"StringEquals": {"aws:ResourceTag/t": "a"}}))


def resource(kind: str, **properties: Any) -> Resource:
    return {"Type": kind, "Properties": properties}


def at(path: str, one: Resource) -> Resource:
    return {**one, "Metadata": {"aws:cdk:path": f"S/{path}"}}


def group(statement: dict[str, Any]) -> Resource:
    policy = {"PolicyName": "P", "PolicyDocument": document(statement)}
    return resource("AWS::IAM::Group", Policies=[policy])


def custom(value: str) -> Resource:
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
    return resource("Custom::Grant", ServiceToken=function, Value=value)


def endpoint(statement: dict[str, Any]) -> Resource:
    everyone = document({**statement, "Principal": "*"})
    service = "com.amazonaws.eu-west-1.s3"
    return resource("AWS::EC2::VPCEndpoint", ServiceName=service, PolicyDocument=everyone)


def queue(tag: str) -> Resource:
    return resource("AWS::SQS::Queue", Tags=[{"Key": "t", "Value": tag}])


KINDS = {
    "role": (role(READ), role(ALL), "wider"),
    "group": (group(READ), group(ALL), "capped"),
    "custom resource": (custom("a"), custom("b"), "Unknown"),
    "endpoint": (endpoint(READ), endpoint(ALL), "wider"),
    "tag": (queue("b"), queue("a"), "Unknown"),
}


@pytest.mark.parametrize("names", [("X/Resource", "X/Default"), ("X", "X")])
@pytest.mark.parametrize("changed", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_a_change_of_either_is_told(
    tmp_path: Path, kind: str, changed: int, names: tuple[str, str]
) -> None:
    before, after, told = KINDS[kind]
    pair = [before, before]

    def app(name: str) -> Snapshot:
        one, other = (at(path, each) for path, each in zip(names, pair, strict=True))
        return snapshot(tmp_path / name, {"R": BY_TAG, "A": one, "B": other})

    old = app("old")
    pair[changed] = after
    new = app("new")
    second = {"X/Default": "S/X/Default", "X": "S/B"}[names[1]]
    expected = [(told, ("S/X", second)[changed])]
    assert [(one.change.value, one.principal) for one in diff(old, new)] == expected
    locks = (from_lock(to_lock(each)) for each in (old, new))
    assert [(one.change.value, one.principal) for one in diff(*locks)] == expected


@pytest.mark.parametrize("changed", [0, 1])
def test_a_change_of_any_part_of_one_resource_that_is_not_read_is_told(
    tmp_path: Path, changed: int
) -> None:
    def images(*accounts: str) -> Resource:
        parts = [
            {
                "Region": "eu-west-1",
                "AmiDistributionConfiguration": {
                    "LaunchPermissionConfiguration": {"UserIds": [one]}
                },
            }
            for one in accounts
        ]
        kind = "AWS::ImageBuilder::DistributionConfiguration"
        return resource(kind, Name="n", Distributions=parts)

    now = ["1", "2"]
    now[changed] = "*"
    old = snapshot(tmp_path / "old", {"I": images("1", "2")})
    new = snapshot(tmp_path / "new", {"I": images(*now)})
    assert [one.change.value for one in diff(old, new)] == ["Unknown"]


def test_two_stacks_of_one_path_are_no_assembly(tmp_path: Path) -> None:
    template = {"Resources": {"R": role(READ)}}
    folder = write_assembly(tmp_path / "cdk.out", {"S": template, "T": template})
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"type"', '"displayName": "S", "type"'))
    with pytest.raises(AssemblyError, match="two stacks have the path S: synthesize again"):
        read(folder)
