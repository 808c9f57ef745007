"""A template that is read is the one that is deployed: CloudFormation is given an address of S3."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import document, role

from whomay.engine import Assembly, read
from whomay.engine.templates.template import AssemblyError

BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
ADMINISTRATOR = role(Policies=[{"PolicyName": "p", "PolicyDocument": document("*")}])
NAMES = {"own.json": "S.template.json", "inner.json": "N.json"}


def published(folder: Path, files: Mapping[str, Any], url: Any = None, **stack: Any) -> Path:
    """Write an assembly that puts files at keys, and nests a stack whose template is at a URL."""
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Metadata": {"aws:asset:path": "N.json"},
        "Properties": {"TemplateURL": url or at("inner.json")},
    }
    templates = {
        "S.template.json": {"Resources": {"Nested": nested}},
        "N.json": {"Resources": {"Role": role()}},
        "wide.json": {"Resources": {"Role": ADMINISTRATOR}},
    }
    assets = {
        str(number): {
            "source": source,
            "destinations": {"d": {"bucketName": BUCKET, "objectKey": key}},
        }
        for number, (key, source) in enumerate(files.items())
    }
    own = f"s3://{BUCKET}/own.json"
    properties = {"templateFile": "S.template.json", "stackTemplateAssetObjectUrl": own, **stack}
    artifacts = {
        "S": {"type": "aws:cloudformation:stack", "properties": properties},
        "S.assets": {"type": "cdk:asset-manifest", "properties": {"file": "S.assets.json"}},
    }
    written = {
        **templates,
        "S.assets.json": {"files": assets},
        "manifest.json": {"version": "55.0.0", "artifacts": artifacts},
    }
    for name, content in written.items():
        (folder / name).write_text(json.dumps(content))
    return folder


def at(key: str, bucket: str = BUCKET) -> dict[str, Any]:
    """The address as CDK writes it into a template."""
    place = [{"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}, "/", {"Fn::Sub": bucket}]
    return {"Fn::Join": ["", ["https://s3.", *place, f"/{key}"]]}


def from_files(**changed: Any) -> dict[str, Any]:
    sources = {key: {"path": name, "packaging": "file"} for key, name in NAMES.items()}
    return sources | {f"{key}.json": source for key, source in changed.items()}


def roles(assembly: Assembly) -> list[str]:
    return [principal.path for principal in assembly.snapshot.principals]


def test_templates_where_they_are_put_are_read(tmp_path: Path) -> None:
    found = read(published(tmp_path, from_files()))
    assert (roles(found), found.snapshot.unseen) == (["S/Nested/Role"], ())


@pytest.mark.parametrize(
    ("files", "stack"),
    [
        (from_files(own={"path": "wide.json"}), {}),
        (from_files(own={"executable": ["make-a-template"]}), {}),
        (from_files(own={}), {}),
        (from_files(), {"stackTemplateAssetObjectUrl": "s3://elsewhere/own.json"}),
        (from_files(), {"stackTemplateAssetObjectUrl": f"s3://{BUCKET}/inner.json"}),
        (from_files(), {"stackTemplateAssetObjectUrl": 4}),
    ],
)
def test_another_template_in_place_of_a_stacks_own_is_refused(
    tmp_path: Path, files: dict[str, Any], stack: dict[str, Any]
) -> None:
    with pytest.raises(AssemblyError, match=r"S\.template\.json is not what is deployed: the mani"):
        read(published(tmp_path, files, **stack))


@pytest.mark.parametrize(
    ("files", "url"),
    [
        (from_files(inner={"path": "wide.json"}), None),
        (from_files(), at("wide.json")),
        (from_files(), at("inner.json", "elsewhere")),
        (from_files(), "https://example.com/inner.json"),
        (from_files(), {"Ref": "AWS::NoValue"}),
        (from_files(), {"Ref": "Given"}),
    ],
)
def test_a_nested_stack_whose_template_is_elsewhere_is_not_seen(
    tmp_path: Path, files: dict[str, Any], url: Any
) -> None:
    found = read(published(tmp_path, files, url))
    assert roles(found) == []
    [one] = found.snapshot.unseen
    assert one.why.startswith("the template of the nested stack, which is elsewhere: ")


@pytest.mark.parametrize("same", [True, False])
def test_two_files_at_one_address_are_one_template_when_they_say_the_same(
    tmp_path: Path, *, same: bool
) -> None:
    folder = published(tmp_path, from_files())
    manifest = json.loads((folder / "S.assets.json").read_text())
    other = "copy.json" if same else "wide.json"
    (folder / "copy.json").write_text((folder / "S.template.json").read_text())
    manifest["files"]["other"] = manifest["files"]["0"] | {"source": {"path": other}}
    (folder / "S.assets.json").write_text(json.dumps(manifest))
    if same:
        assert roles(read(folder)) == ["S/Nested/Role"]
        return
    with pytest.raises(AssemblyError, match="not what is deployed"):
        read(folder)
