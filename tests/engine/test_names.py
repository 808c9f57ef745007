"""Principals and resources by the names that people give them."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import document, role, write_assembly
from support.checkout import ROOT

from whomay.engine import (
    Contract,
    Request,
    Snapshot,
    UnknownNameError,
    check,
    decide,
    read,
    who_may,
)
from whomay.engine.names import principal_named, principals_named, resource_named
from whomay.engine.templates.resource_attributes import own_attribute
from whomay.iam.facts.resource_names import table
from whomay.iam.patterns.symbols import display

ALICE = {"Type": "AWS::IAM::User", "Properties": {"UserName": "alice", "Path": "/people/"}}
OF_TEMPLATES = ("AWS::Serverless::", "AWS::CloudFormation::")  # they are templates of their own
KINDS = sorted(
    f"AWS::{kind}"
    for kind in table()
    if own_attribute(f"AWS::{kind}") and not f"AWS::{kind}".startswith(OF_TEMPLATES)
)


def test_every_resource_with_an_arn_is_named_by_its_path_and_by_what_the_lock_prints(
    tmp_path: Path,
) -> None:
    paths = {kind.replace("::", "0"): kind for kind in KINDS}
    resources = {name: {"Type": kind, "Properties": {}} for name, kind in paths.items()}
    everything = read(write_assembly(tmp_path, {"S": {"Resources": resources}})).snapshot

    for name in paths:
        arn = resource_named(everything, f"S/{name}")

        assert arn.startswith("arn:aws:")
        assert resource_named(everything, display(arn)) == arn
        assert resource_named(everything, f"S/{name}/x") == f"{arn}/x"


def test_most_types_have_an_arn() -> None:
    assert len(KINDS) > 1000


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    stream = {"Fn::GetAtt": ["Table", "StreamArn"]}
    reading = {"PolicyName": "P", "PolicyDocument": document("dynamodb:*", resource=stream)}
    named = {"PolicyName": "Q", "PolicyDocument": document("sqs:*", resource={"Ref": "Name"})}
    resources: dict[str, Any] = {
        "Alice": ALICE,
        "Reader": role(RoleName="Reader", Path="/jobs/", Policies=[reading, named]),
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {"StreamSpecification": {"StreamViewType": "KEYS_ONLY"}},
        },
        "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/app/x"}},
        "Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/app/x"}},
        "Stream": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "clicks"}},
    }
    template = {"Resources": resources, "Parameters": {"Name": {"Type": "String"}}}
    return read(write_assembly(tmp_path, {"S": template})).snapshot


@pytest.mark.parametrize(
    "name", ["alice", "S/Alice", "S/Al*", "arn:aws:iam::111122223333:user/people/alice"]
)
def test_a_user_is_named_by_its_name_as_well(snapshot: Snapshot, name: str) -> None:
    assert principal_named(snapshot, name) == "arn:aws:iam::111122223333:user/people/alice"


def test_a_path_goes_before_a_name(tmp_path: Path) -> None:
    resources = {"Reader": role(RoleName="x"), "Other": role(RoleName="S/Reader")}
    found = read(write_assembly(tmp_path, {"S": {"Resources": resources}})).snapshot

    assert [each.path for each in principals_named(found, "S/Reader")] == ["S/Reader"]


def test_a_name_of_several_asks_for_one_of_them(tmp_path: Path) -> None:
    user = {"Type": "AWS::IAM::User", "Properties": {"UserName": "app"}}
    resources = {"Role": role(RoleName="app"), "User": user}
    found = read(write_assembly(tmp_path, {"S": {"Resources": resources}})).snapshot

    with pytest.raises(UnknownNameError) as error:
        principal_named(found, "app")

    assert str(error.value) == "'app' fits several principals; name one of S/Role, S/User"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("alcie", "no role or user is called 'alcie'; nearest: alice, S/Alice"),
        ("Raeder", "no role or user is called 'Raeder'; nearest: Reader, S/Reader"),
    ],
)
def test_a_name_of_nobody_tells_the_nearest(snapshot: Snapshot, name: str, said: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        principal_named(snapshot, name)

    assert str(error.value) == said


@pytest.mark.parametrize(
    ("name", "arn"),
    [
        ("S/Table", "arn:aws:dynamodb:eu-west-1:111122223333:table/<S.Table>"),
        (
            "S/Table/index/by-date",
            "arn:aws:dynamodb:eu-west-1:111122223333:table/<S.Table>/index/by-date",
        ),
        ("S/Log", "arn:aws:logs:eu-west-1:111122223333:log-group:/app/x"),
        ("S/Parameter", "arn:aws:ssm:eu-west-1:111122223333:parameter/app/x"),
        ("S/Stream", "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"),
        (
            "arn:aws:dynamodb:eu-west-1:111122223333:table/<S.Table>/stream/<S.Table.StreamLabel>",
            "arn:aws:dynamodb:eu-west-1:111122223333:table/<S.Table>/stream/<S.Table.StreamLabel>",
        ),
        (
            "arn:aws:sqs:eu-west-1:111122223333:<?parameter Name of S, which has no value>",
            "arn:aws:sqs:eu-west-1:111122223333:<?parameter Name of S, which has no value>",
        ),
    ],
)
def test_a_resource_is_named_as_people_and_locks_write_it(
    snapshot: Snapshot, name: str, arn: str
) -> None:
    assert display(resource_named(snapshot, name)) == arn


def test_a_resource_of_no_arn_tells_the_nearest(snapshot: Snapshot) -> None:
    with pytest.raises(UnknownNameError) as error:
        resource_named(snapshot, "S/Tabel")

    assert (
        str(error.value)
        == "no ARN or resource is called 'S/Tabel'; nearest: S/Table, S/Parameter, S/Alice"
    )


def test_no_format_of_an_arn_is_without_its_type() -> None:
    written = json.loads((ROOT / "constructs/whomay/engine/templates/arns.json").read_text())
    of_nobody = {kind for kind in written["formats"] if kind.removeprefix("AWS::") not in table()}

    assert of_nobody == {
        "AWS::DataSync::StorageSystem",
        "AWS::IoT1Click::Device",
        "AWS::IoT1Click::Project",
        "AWS::IoTFleetHub::Application",
        "AWS::LookoutMetrics::Alert",
        "AWS::LookoutMetrics::AnomalyDetector",
        "AWS::OpsWorksCM::Server",
        "Custom::AWSCDKOpenIdConnectProvider",
    }


def test_a_path_whose_arn_the_action_does_not_act_on_is_no_denial(tmp_path: Path) -> None:
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a"}}
    named = read(write_assembly(tmp_path, {"S": {"Resources": {"Alice": ALICE, "Api": api}}}))

    with pytest.raises(UnknownNameError, match="execute-api:Invoke does not act on arn:aws:apigat"):
        decide(Request("alice", "execute-api:Invoke", "S/Api/prod/GET/x"), named.snapshot)


@pytest.mark.parametrize("named", ["S/Log", "arn:aws:logs:eu-west-1:111122223333:log-group:/app"])
def test_a_log_group_is_asked_for_with_the_tail_that_requests_name_it_with(
    tmp_path: Path, named: str
) -> None:
    reading = document("logs:FilterLogEvents", resource={"Fn::GetAtt": ["Log", "Arn"]})
    resources = {
        "Reader": role(
            RoleName="Reader", Policies=[{"PolicyName": "P", "PolicyDocument": reading}]
        ),
        "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/app"}},
    }
    app = read(write_assembly(tmp_path, {"S": {"Resources": resources}}))
    wrong, right = Contract(app), Contract(app)
    wrong.must_not_allow("S/Reader", "logs:FilterLogEvents", named)
    right.must_allow("S/Reader", "logs:FilterLogEvents", named)

    request = Request("S/Reader", "logs:FilterLogEvents", named)
    assert decide(request, app.snapshot).verdict.value == "Allowed"
    assert [each.name for each in who_may(request.action, named, app.snapshot)] == ["S/Reader"]
    results = [check(contract, app.snapshot).results[0] for contract in (wrong, right)]
    assert [each.finding.outcome.value for each in results] == ["broken", "kept"]
