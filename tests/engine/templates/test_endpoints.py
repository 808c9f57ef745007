"""The policies of VPC endpoints: a layer for requests that are said to come through one."""

from pathlib import Path
from typing import Any

import pytest
from support.small_templates import assembly, document, may, role

from whomay.engine import (
    Contract,
    Request,
    Snapshot,
    UnknownNameError,
    check,
    decide,
    read,
    to_lock,
    who_may,
)
from whomay.iam.facts.endpoint_services import prefix_carried

READING = {**may("s3:GetObject"), "Principal": "*"}


def endpoint(service: Any = "com.amazonaws.eu-west-1.s3", *statements: Any) -> dict[str, Any]:
    properties: dict[str, Any] = {"VpcId": "vpc-1", "ServiceName": service}
    if statements:
        properties["PolicyDocument"] = document(*statements)
    return {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}


def resources(**more: Any) -> dict[str, Any]:
    some = {"R": role(may("s3:*"), may("sqs:*")), "B": {"Type": "AWS::S3::Bucket"}}
    return {**some, "E": endpoint("com.amazonaws.eu-west-1.s3", READING), **more}


def snapshot(folder: Path, **more: Any) -> Snapshot:
    return read(assembly(folder / "app", resources(**more))).snapshot


@pytest.mark.parametrize(
    ("action", "on", "given", "expected"),
    [
        ("s3:GetObject", "S/B/a", {}, "Allowed identity"),
        ("s3:PutObject", "S/B/a", {}, "Allowed identity"),
        ("s3:GetObject", "S/B/a", {"aws:SourceVpce": "S/E"}, "Allowed identity"),
        ("s3:PutObject", "S/B/a", {"aws:SourceVpce": "S/E"}, "ImplicitDeny endpoint"),
        ("s3:PutObject", "S/B/a", {"aws:SourceVpce": "<S.E>"}, "ImplicitDeny endpoint"),
        ("s3:PutObject", "S/B/a", {"aws:SourceVpce": "vpce-1a2b3c4d"}, "Allowed identity"),
        ("sqs:ListQueues", "*", {"aws:SourceVpce": "S/E"}, "Allowed identity"),
        ("s3:PutObject", "S/B/a", {"aws:SourceVpce": "S/F"}, "ExplicitDeny endpoint"),
        ("s3:PutObject", "S/B/a", {"aws:SourceVpce": "S/G"}, "Allowed identity"),
        ("s3:PutObject", "S/B/a", {"aws:SourceVpce": "S/H"}, "Unknown endpoint"),
    ],
)
def test_a_policy_counts_where_the_request_is_said_to_pass_its_endpoint(
    tmp_path: Path, action: str, on: str, given: dict[str, str], expected: str
) -> None:
    service = "com.amazonaws.eu-west-1.s3"
    denies = {**READING, "Effect": "Deny", "Action": "s3:Put*"}
    everything = {**READING, "Action": "*"}
    found = snapshot(
        tmp_path,
        F=endpoint(service, everything, denies),
        G=endpoint(service),
        H=endpoint("com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d", READING),
    )
    decision = decide(Request("S/R", action, on, given), found)
    assert f"{decision.verdict} {decision.layer}" == expected


@pytest.mark.parametrize(
    ("kind", "expected"), [("Gateway", "Unknown endpoint"), ("Interface", "Allowed identity")]
)
def test_whom_a_gateway_endpoint_lets_pass_is_known_of_everyone_alone(
    tmp_path: Path, kind: str, expected: str
) -> None:
    own = {**may("s3:*"), "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}
    one = endpoint("com.amazonaws.eu-west-1.s3", own)
    one["Properties"]["VpcEndpointType"] = kind
    request = Request("S/R", "s3:PutObject", "S/B/a", {"aws:SourceVpce": "S/F"})
    decision = decide(request, snapshot(tmp_path, F=one))
    assert f"{decision.verdict} {decision.layer}" == expected


def test_a_refusal_names_the_nearest_statement_of_the_endpoint(tmp_path: Path) -> None:
    request = Request("S/R", "s3:PutObject", "S/B/a", {"aws:SourceVpce": "S/E"})
    assert decide(request, snapshot(tmp_path)).reason == (
        "no endpoint statement allows it; nearest is statement 0 of S/E: it does not allow the "
        "action s3:PutObject"
    )


def test_who_comes_through_an_endpoint_may_do_what_its_policy_allows(tmp_path: Path) -> None:
    found = snapshot(tmp_path)
    by_it = {"aws:SourceVpce": "S/E"}
    assert [each.name for each in who_may("s3:PutObject", "S/B/a", found)] == ["S/R"]
    assert who_may("s3:PutObject", "S/B/a", found, by_it) == []
    with pytest.raises(UnknownNameError, match="no VPC endpoint is called 'S/X'; nearest: S/E"):
        who_may("s3:PutObject", "S/B/a", found, {"aws:SourceVpce": "S/X"})


def test_a_statement_of_the_contract_may_say_by_which_endpoint(tmp_path: Path) -> None:
    app = read(assembly(tmp_path / "app", resources()))
    contract = Contract(app)
    contract.must_not_allow("S/R", "s3:Put*", "*", given={"aws:SourceVpce": "S/E"})
    contract.must_allow("S/R", "s3:GetObject", "S/B/*", given={"aws:SourceVpce": "S/E"})
    contract.must_not_allow("S/R", "s3:Put*", "*")
    contract.must_allow("S/R", "s3:GetObject", "S/B/*", given={"aws:SourceVpce": "S/Nowhere"})
    outcomes = [each.finding.outcome.value for each in check(contract, app.snapshot).results]
    assert sorted(outcomes) == ["broken", "kept", "kept", "wrong"]


def test_an_endpoint_is_in_the_lock_with_its_policy_and_no_longer_not_seen(tmp_path: Path) -> None:
    found = snapshot(tmp_path, G=endpoint())
    assert found.unseen == ()
    assert to_lock(found)["endpoints"] == {
        "S/E": {
            "id": "<S.E>",
            "account": "111122223333",
            "service": "s3",
            "policy": [
                {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
            ],
        }
    }


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("com.amazonaws.eu-west-1.s3", "s3"),
        ("com.amazonaws.eu-west-1.ecr.dkr", "ecr"),
        ("com.amazonaws.eu-west-1.monitoring", "cloudwatch"),
        ("com.amazonaws.us-east-1.kms-fips", "kms"),
        ("cn.com.amazonaws.cn-north-1.sts", "sts"),
        ("com.amazonaws.s3-global.accesspoint", "s3"),
        ("com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d", ""),
        ("com.amazonaws.eu-west-1.nothing", ""),
    ],
)
def test_the_name_of_a_service_tells_whose_actions_an_endpoint_carries(
    name: str, prefix: str
) -> None:
    assert prefix_carried(name) == prefix
