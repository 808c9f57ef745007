"""API calls that people write for actions."""

import botocore.session
import pytest

from whomay.iam.facts.actions import is_action
from whomay.iam.facts.api_calls import actions_of_call, calls
from whomay.iam.facts.resource_types import problem_with_action

# Where the commands of a service have another name than its actions begin with.
MODEL = {"bedrock": "bedrock-runtime"}


@pytest.mark.parametrize("call", calls())
def test_a_call_of_the_table_is_one_of_aws_and_no_action(call: str) -> None:
    service, _, name = call.partition(":")
    model = botocore.session.get_session().get_service_model(MODEL.get(service, service))

    assert name in model.operation_names
    assert not is_action(call)
    assert all(map(is_action, actions_of_call(call)))


@pytest.mark.parametrize("service", ["s3", "sqs", "sns", "kms", "lambda", "dynamodb"])
def test_no_call_of_these_services_that_is_like_an_action_is_missing(service: str) -> None:
    model = botocore.session.get_session().get_service_model(service)
    unknown = {
        name
        for name in model.operation_names
        if not is_action(f"{service}:{name}") and not actions_of_call(f"{service}:{name}")
    }

    assert unknown == NO_ONE_ACTION.get(service, set())


# Calls of features that have actions of other names, or several: nobody writes them for an action.
NO_ONE_ACTION = {
    "s3": {
        "CreateBucketMetadataConfiguration",
        "DeleteBucketAnalyticsConfiguration",
        "DeleteBucketIntelligentTieringConfiguration",
        "DeleteBucketInventoryConfiguration",
        "DeleteBucketMetadataConfiguration",
        "DeleteBucketMetricsConfiguration",
        "GetBucketIntelligentTieringConfiguration",
        "GetBucketMetadataConfiguration",
        "ListBucketAnalyticsConfigurations",
        "ListBucketIntelligentTieringConfigurations",
        "ListBucketInventoryConfigurations",
        "ListBucketMetricsConfigurations",
        "PutBucketIntelligentTieringConfiguration",
        "RenameObject",
    }
}


def test_a_call_in_place_of_an_action_is_told_what_it_needs() -> None:
    assert problem_with_action("s3:UploadPartCopy") == (
        "s3:UploadPartCopy is an API call and no action; it needs s3:GetObject and s3:PutObject"
    )


def test_a_call_may_need_an_action_of_another_service() -> None:
    assert actions_of_call("s3:CreateSession") == ("s3express:CreateSession",)
    assert actions_of_call("bedrock:converse") == ("bedrock:InvokeModel",)
