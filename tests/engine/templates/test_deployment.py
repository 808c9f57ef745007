"""What a person knows of a deployment: the account, the Region, and values of parameters."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import allowed, document, principal, role, write_assembly

from whomay.engine import Deployment, DeploymentError, read
from whomay.iam.patterns.symbols import display

QUEUE = {"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Name}"}
NOWHERE = "aws://unknown-account/unknown-region"


def assembly(
    folder: Path, environment: str = NOWHERE, *, named: Any = None, **declared: Any
) -> Path:
    """Write a stack S whose role may use a queue that the parameter Name names."""
    policies = [{"PolicyName": "P", "PolicyDocument": document("sqs:*", resource=named or QUEUE)}]
    parameters = {"Name": {"Type": "String", **declared}}
    template = {"Parameters": parameters, "Resources": {"Role": role(Policies=policies)}}
    return write_assembly(folder, {"S": template}, environment)


def queue(folder: Path, deployment: Deployment | None = None) -> str:
    """Return what the role may use, as people read it."""
    snapshot = read(folder, deployment or Deployment()).snapshot
    [(_, resources)] = allowed(principal(snapshot, "S/Role"))
    return display((resources or ("",))[0])


def deployed_with(folder: Path, **parameters: Any) -> Path:
    """Write parameters into the manifest, as CDK deploys the stack with them."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["artifacts"]["S"]["properties"]["parameters"] = parameters
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_account_region_and_parameter_are_put_where_a_stack_leaves_them_open(
    tmp_path: Path,
) -> None:
    deployment = Deployment("111122223333", "eu-west-1", {("S", "Name"): "jobs"})

    assert queue(assembly(tmp_path), deployment) == "arn:aws:sqs:eu-west-1:111122223333:jobs"


def test_a_stack_that_names_its_place_keeps_it(tmp_path: Path) -> None:
    folder = assembly(tmp_path, "aws://444455556666/us-east-1", Default="jobs")
    deployment = Deployment("111122223333", "eu-west-1")

    assert queue(folder, deployment) == "arn:aws:sqs:us-east-1:444455556666:jobs"


def test_a_region_tells_the_partition(tmp_path: Path) -> None:
    folder = assembly(tmp_path, named={"Fn::Sub": "arn:${AWS::Partition}:s3:::x"})

    assert queue(folder, Deployment(region="cn-north-1")) == "arn:aws-cn:s3:::x"


def test_nothing_is_put_where_nothing_is_known(tmp_path: Path) -> None:
    assert queue(assembly(tmp_path)) == (
        "arn:aws:sqs:<region>:<account>:<?parameter Name of S, which has no value>"
    )


@pytest.mark.parametrize(
    ("declared", "given", "value"),
    [
        ({"Default": "by-default"}, {}, "by-default"),
        ({"Default": "by-default"}, {"Name": "by-manifest"}, "by-manifest"),
        ({}, {"Name": "by-manifest"}, "by-manifest"),
        ({"NoEcho": True}, {"Name": "secret"}, "<?parameter Name of S, which has no value>"),
        (
            {"Type": "AWS::SSM::Parameter::Value<String>"},
            {"Name": "/queues/jobs"},
            "<?parameter Name of S, which has no value>",
        ),
        ({}, {"Name": "${AWS::AccountId}-x"}, "<?parameter Name of S, which has no value>"),
    ],
)
def test_a_stack_is_deployed_with_the_parameters_of_the_manifest(
    tmp_path: Path, declared: Mapping[str, Any], given: Mapping[str, str], value: str
) -> None:
    folder = deployed_with(assembly(tmp_path, named={"Ref": "Name"}, **declared), **given)

    assert queue(folder) == value


def test_what_a_person_says_goes_before_the_manifest_and_the_default(tmp_path: Path) -> None:
    folder = deployed_with(assembly(tmp_path, named={"Ref": "Name"}, Default="a"), Name="b")

    assert queue(folder, Deployment(parameters={("S", "Name"): "c"})) == "c"


def test_a_list_is_given_with_commas(tmp_path: Path) -> None:
    named = {"Fn::Join": ["/", [{"Fn::Select": ["1", {"Ref": "Name"}]}, "x"]]}
    folder = assembly(tmp_path, named=named, Type="CommaDelimitedList")

    assert queue(folder, Deployment(parameters={("S", "Name"): "a, b"})) == "b/x"


def test_the_value_that_systems_manager_keeps_is_given_itself(tmp_path: Path) -> None:
    kind = "AWS::SSM::Parameter::Value<String>"
    folder = assembly(tmp_path, named={"Ref": "Name"}, Type=kind, Default="/queues/jobs")

    assert queue(folder, Deployment(parameters={("S", "Name"): "jobs"})) == "jobs"
    with pytest.raises(DeploymentError) as error:
        read(folder, Deployment(parameters={("S", "Name"): "/queues/jobs"}))
    assert str(error.value) == (
        "parameter Name of S: '/queues/jobs'; give what Systems Manager keeps under this name"
    )


@pytest.mark.parametrize(
    ("declared", "value", "problem"),
    [
        ({"AllowedValues": ["dev", "prod"]}, "pord", "'pord'; allowed is dev, prod"),
        ({"AllowedPattern": "[a-z]+"}, "A", "'A'; allowed is a value that matches [a-z]+"),
        ({"Type": "Number"}, "ten", "'ten'; allowed is a number"),
        (
            {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]},
            "a,c",
            "'a,c'; allowed is a, b",
        ),
    ],
)
def test_a_value_that_the_template_does_not_allow_is_refused(
    tmp_path: Path, declared: Mapping[str, Any], value: str, problem: str
) -> None:
    folder = assembly(tmp_path, **declared)

    with pytest.raises(DeploymentError) as error:
        read(folder, Deployment(parameters={("S", "Name"): value}))

    assert str(error.value) == f"parameter Name of S: {problem}"


@pytest.mark.parametrize(
    ("deployment", "said"),
    [
        (
            {"account": "1111"},
            "account '1111': allowed is an id of twelve digits, as 111122223333",
        ),
        ({"region": "europe"}, "region 'europe': allowed is a Region, as eu-west-1"),
        ({"parameters": {("T", "Name"): "x"}}, "no stack is called 'T'; nearest: S"),
        ({"parameters": {("S", "Nam"): "x"}}, "no parameter of S is called 'Nam'; nearest: Name"),
    ],
)
def test_what_cannot_be_known_of_the_assembly_is_refused(
    tmp_path: Path, deployment: Mapping[str, Any], said: str
) -> None:
    folder = assembly(tmp_path)

    with pytest.raises(DeploymentError) as error:
        read(folder, Deployment(**deployment))

    assert str(error.value) == said


def test_a_nested_stack_gets_what_is_said_of_it_by_its_path(tmp_path: Path) -> None:
    folder = assembly(tmp_path, named={"Ref": "Name"})
    (folder / "inner.json").write_text((folder / "S.template.json").read_text())
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"Parameters": {"Name": {"Fn::GetAtt": ["Custom", "Name"]}}},
        "Metadata": {"aws:asset:path": "inner.json"},
    }
    custom = {"Type": "Custom::Name", "Properties": {"ServiceToken": "x"}}
    outer = {"Resources": {"Nested": nested, "Custom": custom}}
    (folder / "S.template.json").write_text(json.dumps(outer))
    deployment = Deployment(parameters={("S/Nested", "Name"): "jobs"})

    snapshot = read(folder, deployment).snapshot

    [found] = snapshot.principals
    assert allowed(found) == [(("sqs:*",), ("jobs",))]
