"""How CloudTrail records actions, held against the calls that the SDK has."""

import fnmatch

import pytest
from botocore.session import get_session

from whomay.iam.facts.actions import access_levels, actions_of, is_action
from whomay.iam.facts.api_calls import actions_of_call, calls
from whomay.iam.facts.trail_events import (
    SAME_NAMES,
    Recorded,
    asked_beside,
    prefix_of,
    recorded,
    undated,
)


@pytest.mark.parametrize("service", SAME_NAMES)
def test_what_counts_as_a_management_event_is_a_call_of_that_name(service: str) -> None:
    model = get_session().get_service_model(service)
    named = {f"{service}:{name}".lower() for name in model.operation_names}
    named |= {action.lower() for call in calls() for action in actions_of_call(call)}
    counted = {each for each in actions_of(service) if recorded(each) is Recorded.MANAGEMENT}
    assert {each for each in counted if each.lower() not in named} == set()
    assert len(counted) > len(actions_of(service)) / 2
    assert prefix_of(f"{model.endpoint_prefix}.amazonaws.com") == service


# Calls newer than the catalogue, or of features with several actions. Whoever makes one of them gets
# no action of the service called unused.
STRANGE = {
    "ec2": {
        "CreateCapacityReservationDateChangeQuote",
        "DeleteClientVpnEndpointAuthorizationPolicy",
        "DescribeCapacityReservationDateChangeQuotes",
        "GetClientVpnEndpointAuthorizationPolicy",
        "ModifyClientVpnEndpointAuthorizationPolicy",
    },
    "iam": {"AcquireRole", "UpdateDelegationRequest"},
    "s3": {
        "CreateBucketMetadataConfiguration",
        "DeleteBucketMetadataConfiguration",
        "GetBucketMetadataConfiguration",
    },
}


@pytest.mark.parametrize("service", [*SAME_NAMES, "s3"])
def test_every_call_of_these_services_tells_which_actions_it_needed(service: str) -> None:
    model = get_session().get_service_model(service)
    calls = {name: f"{service}:{name}" for name in model.operation_names}
    unknown = {
        name
        for name, call in calls.items()
        if not (is_action(call) or actions_of_call(call) or asked_beside(call.lower()))
    }
    assert unknown == STRANGE.get(service, set())


def test_what_is_left_out_of_a_service_is_still_an_action_of_it() -> None:
    for service, left_out in SAME_NAMES.items():
        names = [each.partition(":")[2].lower() for each in actions_of(service)]
        for pattern in left_out.split():
            assert fnmatch.filter(names, pattern), f"{service}: {pattern}"


@pytest.mark.parametrize(
    ("action", "how"),
    [
        ("iam:CreateUser", Recorded.MANAGEMENT),
        ("s3:ListAllMyBuckets", Recorded.MANAGEMENT),
        ("S3:getobject", Recorded.DATA),
        ("s3:ListBucket", Recorded.DATA),
        ("lambda:InvokeFunction", Recorded.DATA),
        ("dynamodb:GetItem", Recorded.DATA),
        ("sqs:SendMessage", Recorded.DATA),
        ("sns:Publish", Recorded.DATA),
        ("kms:Decrypt", Recorded.MANAGEMENT),
        ("iam:PassRole", Recorded.NO_CALL),
        ("sts:TagSession", Recorded.NO_CALL),
        ("ec2:CreateTags", Recorded.NO_CALL),
        ("s3:PutObjectTagging", Recorded.NO_CALL),
        ("ec2:RunInstances", Recorded.NO_CALL),
        ("iam:CreateServiceLinkedRole", Recorded.NO_CALL),
        ("s3:PutBucketAcl", Recorded.NOT_KNOWN),
        ("s3:GetObjectVersion", Recorded.NOT_KNOWN),
        ("ssmmessages:CreateDataChannel", Recorded.NOT_KNOWN),
        ("iam:NoSuchAction", Recorded.NOT_KNOWN),
        ("access-analyzer:ListFindings", Recorded.NOT_KNOWN),
    ],
)
def test_an_action_is_told_by_how_a_trail_records_it(action: str, how: Recorded) -> None:
    assert recorded(action) is how


def test_no_tagging_counts_as_a_management_event_but_that_of_s3_buckets() -> None:
    tagging = {
        each
        for service in (*SAME_NAMES, "s3")
        for each in actions_of(service)
        if "Tagging" in access_levels(each) and recorded(each) is Recorded.MANAGEMENT
    }
    assert tagging == set()


def test_names_of_events_lose_the_version_of_the_api() -> None:
    assert undated("CreateFunction20150331") == "CreateFunction"
    assert undated("CreateDistribution2020_05_31") == "CreateDistribution"
    assert undated("CreateRole") == "CreateRole"
    assert prefix_of("monitoring.amazonaws.com") == "cloudwatch"
