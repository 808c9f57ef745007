"""AWS::LanguageExtensions: loops written out, texts and lengths worked out, as CloudFormation does."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import allowed, document, role, snapshot_of_template

from whomay.engine.snapshot import Snapshot

EXTENSIONS = "AWS::LanguageExtensions"
NAMED = role(
    RoleName={"Fn::Sub": "reader-${Name}"},
    Policies=[
        {
            "PolicyName": "P",
            "PolicyDocument": document(
                "s3:GetObject",
                resource={"Fn::Join": ["", ["arn:aws:s3:::", {"Ref": "Name"}, "/*"]]},
            ),
        }
    ],
)


def snapshot(folder: Path, resources: Any, **sections: Any) -> Snapshot:
    template = {"Transform": EXTENSIONS, "Resources": resources, **sections}
    return snapshot_of_template(folder, template)


def loop(collection: Any, body: Any = None, name: str = "Name") -> dict[str, Any]:
    return {"Fn::ForEach::Readers": [name, collection, body or {"Reader${Name}": NAMED}]}


def test_a_loop_makes_one_resource_of_each_item(tmp_path: Path) -> None:
    found = snapshot(tmp_path, loop(["a", "b"]))
    assert {each.path: allowed(each) for each in found.principals} == {
        "S/Readera": [(("s3:GetObject",), ("arn:aws:s3:::a/*",))],
        "S/Readerb": [(("s3:GetObject",), ("arn:aws:s3:::b/*",))],
    }
    assert found.unseen == ()


@pytest.mark.parametrize(
    ("collection", "sections"),
    [
        (
            {"Ref": "Names"},
            {"Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "a,b"}}},
        ),
        ({"Fn::FindInMap": ["M", "k", "names"]}, {"Mappings": {"M": {"k": {"names": ["a", "b"]}}}}),
        (["a", {"Ref": "B"}], {"Parameters": {"B": {"Type": "String", "Default": "b"}}}),
    ],
)
def test_a_loop_goes_through_what_a_parameter_or_a_mapping_holds(
    tmp_path: Path, collection: Any, sections: dict[str, Any]
) -> None:
    found = snapshot(tmp_path, loop(collection), **sections)
    assert [each.path for each in found.principals] == ["S/Readera", "S/Readerb"]


def test_a_loop_in_a_loop_makes_all_pairs(tmp_path: Path) -> None:
    inner = {"Fn::ForEach::Inner": ["Other", ["x", "y"], {"R${Name}&{Other}": role()}]}
    found = snapshot(tmp_path, loop(["a", "b"], inner))
    assert [each.path for each in found.principals] == ["S/Rax", "S/Ray", "S/Rbx", "S/Rby"]


def test_the_letters_and_digits_alone_make_a_logical_id(tmp_path: Path) -> None:
    found = snapshot(tmp_path, loop(["10.0.0/8"], {"R&{Name}": role()}))
    assert [each.path for each in found.principals] == ["S/R10008"]


def test_a_loop_inside_properties_adds_properties(tmp_path: Path) -> None:
    reader = role()
    reader["Properties"]["Fn::ForEach::Policies"] = [
        "Property",
        ["Policies"],
        {"${Property}": [{"PolicyName": "P", "PolicyDocument": document("s3:GetObject")}]},
    ]
    [found] = snapshot(tmp_path, {"Reader": reader}).principals
    assert allowed(found) == [(("s3:GetObject",), ("*",))]


def test_a_loop_whose_list_is_not_known_is_not_seen(tmp_path: Path) -> None:
    parameters = {"Names": {"Type": "CommaDelimitedList"}}
    found = snapshot(tmp_path, loop({"Ref": "Names"}), Parameters=parameters)
    assert [each.text for each in found.unseen] == [
        "S: what loop Readers makes, whose list the template does not tell"
    ]


def test_a_loop_without_the_transform_is_not_seen(tmp_path: Path) -> None:
    found = snapshot_of_template(tmp_path, {"Resources": loop(["a"])})
    assert [each.path for each in found.unseen] == ["S"]


def test_loops_that_would_make_too_much_stay_loops(tmp_path: Path) -> None:
    many = [str(number) for number in range(200)]
    inner = {"Fn::ForEach::Inner": ["Other", many, {"R${Name}x${Other}": role()}]}
    found = snapshot(tmp_path, loop(many, inner))
    assert found.unseen


def test_a_document_as_text_is_read(tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "x:y", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    resources = {
        "P": {
            "Type": "AWS::Logs::ResourcePolicy",
            "Properties": {"PolicyName": "p", "PolicyDocument": {"Fn::ToJsonString": policy}},
        }
    }
    [found] = snapshot(tmp_path, resources).resources
    assert found.policy
    assert [each.actions for each in found.policy.statements] == [("x:y",)]


def test_lengths_and_defaults_of_mappings_are_worked_out(tmp_path: Path) -> None:
    name = {
        "Fn::Join": [
            "-",
            [
                {"Fn::Length": ["a", "b"]},
                {"Fn::FindInMap": ["M", "no", "key", {"DefaultValue": "other"}]},
            ],
        ]
    }
    resources = {"Reader": role(RoleName=name)}
    [found] = snapshot(tmp_path, resources, Mappings={"M": {"k": {"key": "v"}}}).principals
    assert found.arn == "arn:aws:iam::111122223333:role/2-other"


@pytest.mark.parametrize("odd", [None, [], {}, "x", ["Name"], ["Name", "x", {}], ["N", ["a"], []]])
def test_an_odd_loop_is_not_seen(tmp_path: Path, odd: Any) -> None:
    found = snapshot(tmp_path, {"Fn::ForEach::X": odd, "Reader": role()})
    assert [each.path for each in found.principals] == ["S/Reader"]
    assert json.dumps([each.text for each in found.unseen]).count("loop X") == 1
