"""Which folders are read as a cloud assembly, and what is said of those that cannot be."""

import copy
import json
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import document, principal, role, write_assembly

from whomay.engine.templates.assembly import read
from whomay.engine.templates.assembly_reader import NEWEST_SCHEMA
from whomay.engine.templates.template import AssemblyError

EMPTY: dict[str, object] = {"Resources": {}}


def refused(folder: Path) -> str:
    with pytest.raises(AssemblyError) as error:
        read(folder)
    return str(error.value).replace(f"{folder}", "OUT")


def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "cdk.out") == (
        "OUT holds no cloud assembly (no manifest.json): run `cdk synth`, or name the folder that "
        "it wrote"
    )


def test_a_template_that_is_missing_means_half_written(tmp_path: Path) -> None:
    write_assembly(tmp_path, {"S": EMPTY})
    (tmp_path / "S.template.json").unlink()

    assert refused(tmp_path) == (
        "OUT is half-written: OUT/S.template.json is missing; run `cdk synth` again"
    )


@pytest.mark.parametrize("name", ["manifest.json", "S.template.json"])
@pytest.mark.parametrize("text", ["", '{"version": "55.', "\x00\x01", '"text" {}'])
def test_a_file_that_ends_too_soon_means_half_written(tmp_path: Path, name: str, text: str) -> None:
    write_assembly(tmp_path, {"S": EMPTY})
    (tmp_path / name).write_text(text)

    assert re.fullmatch(
        rf"OUT/{name} is not JSON \(.+\): it is half-written, run `cdk synth` again",
        refused(tmp_path),
    )


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    write_assembly(tmp_path, {"S": EMPTY})
    (tmp_path / "S.template.json").write_bytes(b"\xff\xfe{}")

    assert refused(tmp_path) == "OUT/S.template.json:1: is not UTF-8 text"


@pytest.mark.parametrize("version", ["99.0.0", "0.0.0", "tree-0.1", "", None, 55])
def test_another_schema_version_is_refused_by_its_number(tmp_path: Path, version: object) -> None:
    write_assembly(tmp_path, {"S": EMPTY})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"version": version}))
    if version == 55:
        assert [template.path for template in read(tmp_path).templates] == ["S"]
        return

    assert refused(tmp_path) == (
        f"OUT/manifest.json: cloud assembly schema {version!r} is unknown, 1 to {NEWEST_SCHEMA} "
        "are known: install a newer whomay, or synthesize with the aws-cdk-lib it was made for"
    )


@pytest.mark.parametrize("file", ["../outside.json", "/etc/hostname"])
def test_a_file_outside_the_folder_is_not_read(tmp_path: Path, file: str) -> None:
    (tmp_path / "outside.json").write_text('{"Resources": {}}')
    folder = write_assembly(tmp_path / "cdk.out", {"S": EMPTY})
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["artifacts"]["S"]["properties"]["templateFile"] = file
    (folder / "manifest.json").write_text(json.dumps(manifest))

    assert "lies outside" in refused(folder)


def test_an_assembly_that_contains_itself_is_refused(tmp_path: Path) -> None:
    nested = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}
    manifest = {"version": "55.0.0", "artifacts": {"again": nested}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))

    assert refused(tmp_path).endswith("manifest.json: an assembly contains itself")


def test_a_stack_that_nests_itself_is_refused(tmp_path: Path) -> None:
    stack = {
        "Type": "AWS::CloudFormation::Stack",
        "Metadata": {"aws:asset:path": "S.template.json"},
    }
    write_assembly(tmp_path, {"S": {"Resources": {"Again": stack}}})

    assert refused(tmp_path) == "OUT/S.template.json: stacks nest more than 20 deep"


def test_json_that_nests_too_deeply_is_refused(tmp_path: Path) -> None:
    write_assembly(tmp_path, {"S": EMPTY})
    depth = 100 * sys.getrecursionlimit()
    (tmp_path / "S.template.json").write_text('{"a":' * depth + "1" + "}" * depth)

    assert refused(tmp_path) == "OUT/S.template.json is nested too deeply"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ([], "OUT/S.template.json must be a JSON object, not list"),
        ({"Resources": []}, None),
        ({"Resources": [1]}, "OUT/S.template.json: Resources must be a JSON object, not list"),
        ({"Resources": {"A": 1}}, "OUT/S.template.json: resource A must be a JSON object, not int"),
        ({"Resources": {"A": {}}}, "OUT/S.template.json: resource A has no Type"),
        (
            {"Resources": {"A": {"Type": "AWS::IAM::Role", "Properties": "x"}}},
            "OUT/S.template.json: resource A must be a JSON object, not str",
        ),
    ],
)
def test_a_template_of_another_shape_is_refused(
    tmp_path: Path, template: object, message: str | None
) -> None:
    write_assembly(tmp_path, {"S": template})  # type: ignore[dict-item]  # wrong on purpose
    if message is None:
        assert read(tmp_path).snapshot.principals == ()
        return

    with pytest.raises(AssemblyError) as error:
        read(tmp_path)
    assert str(error.value).replace(str(tmp_path), "OUT") == message


def test_a_template_without_metadata_names_stack_and_logical_id(tmp_path: Path) -> None:
    write_assembly(tmp_path, {"S": {"Resources": {"Role1234": role()}}})

    assert [each.path for each in read(tmp_path).snapshot.principals] == ["S/Role1234"]


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    stack = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://example.com/template.json"},
    }
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"Other": stack, "Fn::ForEach::Roles": ["Name", ["a"], {}]},
    }

    found = read(write_assembly(tmp_path, {"S": template})).snapshot.unseen
    assert [each.text.partition(";")[0] for each in found] == [
        "S: what AWS::Serverless-2016-10-31 adds to the stack",
        "S: what loop Roles makes, whose list the template does not tell",
        "S/Other: the template of the nested stack, which is elsewhere: https://example.com/template.json",
    ]


ODD: list[Any] = [
    None,
    0,
    1.5,
    True,
    "",
    "x",
    [],
    {},
    [[]],
    {"Ref": 1},
    {"Fn::GetAtt": ["a"]},
    {"Fn::If": [1]},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value within a value."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


SMALL = {
    "Resources": {
        "Role": {
            **role(
                Policies=[{"PolicyName": "P", "PolicyDocument": document("s3:GetObject")}],
                ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"],
                Tags=[{"Key": "a", "Value": "b"}],
                PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess",
                MaxSessionDuration=3600,
            ),
            "Metadata": {"aws:cdk:path": "S/Role/Resource"},
        },
        "User": {"Type": "AWS::IAM::User", "Properties": {"Groups": [{"Ref": "Group"}]}},
        "Group": {"Type": "AWS::IAM::Group"},
        "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": ["r"]}},
        "Template": {
            "Type": "AWS::EC2::LaunchTemplate",
            "Properties": {"LaunchTemplateData": {"IamInstanceProfile": {"Name": "n"}}},
        },
        "Nested": {
            "Type": "AWS::CloudFormation::Stack",
            "Metadata": {"aws:asset:path": "T.template.json"},
            "Properties": {"Parameters": {"A": "b"}},
        },
        "Permission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {"FunctionName": "f", "Principal": "p", "Action": "a"},
        },
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"BucketEncryption": {"ServerSideEncryptionConfiguration": [{}]}},
        },
    },
    "Parameters": {"P": {"Type": "String", "Default": "x"}},
    "Outputs": {"O": {"Value": {"Ref": "P"}, "Export": {"Name": "n"}}},
    "Conditions": {"C": {"Fn::Equals": ["a", "b"]}},
    "Mappings": {"M": {"a": {"b": "c"}}},
}


@pytest.mark.parametrize("place", [place for place in places(SMALL) if place], ids=str)
def test_any_value_out_of_place_is_an_error_or_unknown_and_no_crash(
    tmp_path: Path, place: tuple[Any, ...]
) -> None:
    for odd in ODD:
        template = copy.deepcopy(SMALL)
        at: Any = template
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] = odd
        write_assembly(tmp_path, {"S": template, "T": EMPTY})
        with suppress(AssemblyError):
            read(tmp_path)


def test_ten_thousand_statements_are_read(tmp_path: Path) -> None:
    statement = document("s3:GetObject")["Statement"][0]
    large = {"Version": "2012-10-17", "Statement": [statement] * 10_000}
    inline = [{"PolicyName": "Large", "PolicyDocument": large}]
    folder = write_assembly(tmp_path, {"S": {"Resources": {"R": role(Policies=inline)}}})

    [policy] = principal(read(folder).snapshot, "S/R").identity
    assert len(policy.statements) == 10_000
