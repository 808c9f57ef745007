"""Each line of "What this lab is not", shown on a running lab: what no longer holds must go."""

import base64
import json
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Final

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from support.aws import (
    Stack,
    make_role,
    make_user,
    policy,
    refusal,
    resource,
    root,
    statement,
    trust,
)

from whomay.lab.not_enforced import NOT_ENFORCED
from whomay.lab.server.cloudformation.type_actions import INLINE_POLICY, TYPES
from whomay.lab.state import Lab

LAMBDA_TRUST = trust({"Service": "lambda.amazonaws.com"})


def network(lab: Lab) -> None:
    without = statement("s3:ListAllMyBuckets", "*", Condition={"Null": {"aws:SourceVpce": "true"}})
    assert make_user(lab, "of-no-network", without).client("s3").list_buckets()


def machine(lab: Lab) -> None:
    del lab
    assert version("awscli").startswith("1.")


def cloudformation(lab: Lab) -> None:
    assert len({*TYPES, "AWS::IAM::Policy"}) == 26
    assert INLINE_POLICY not in TYPES.values()
    caller = make_user(lab, "makes-tables", statement("cloudformation:*", "*"))
    key = [{"AttributeName": "id", "KeyType": "HASH"}]
    types = [{"AttributeName": "id", "AttributeType": "S"}]
    one = Stack(caller, "unasked")
    one.client.create_stack(
        StackName="unasked",
        TemplateBody=json.dumps(
            {
                "Resources": {
                    "Table": resource(
                        "DynamoDB::Table",
                        KeySchema=key,
                        AttributeDefinitions=types,
                        BillingMode="PAY_PER_REQUEST",
                    )
                }
            }
        ),
    )
    assert one.settle() == "CREATE_COMPLETE"


def organization(lab: Lab) -> None:
    analyzers = root(lab).client("accessanalyzer")
    arn = analyzers.create_analyzer(analyzerName="finds-nothing", type="ACCOUNT")["arn"]
    with pytest.raises(ClientError):
        analyzers.list_findings_v2(analyzerArn=arn)
    analyzers.delete_analyzer(analyzerName="finds-nothing")


def quotas(lab: Lab) -> None:
    caller = root(lab, 2)
    vpcs = {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"}
    asked, ec2 = caller.client("service-quotas"), caller.client("ec2")
    assert asked.get_service_quota(**vpcs)["Quota"]["Value"] == 5
    made = [ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"] for _ in range(6)]
    for each in made:
        ec2.delete_vpc(VpcId=each)
    raised = asked.request_service_quota_increase(**vpcs, DesiredValue=6)
    assert raised["RequestedQuota"]["Status"] == "APPROVED"
    old = {"LocationType": "availability-zone-id"}
    offers = ec2.describe_instance_type_offerings(**old)["InstanceTypeOfferings"]
    assert {each["InstanceType"][:3] for each in offers if each["Location"] == "use1-az3"} == {
        "t2."
    }


def pass_role(lab: Lab) -> None:
    role = make_role(lab, "unpassed", LAMBDA_TRUST)
    caller = make_user(lab, "makes-functions", statement("lambda:*", "*"))
    assert caller.client("lambda").create_function(
        FunctionName="unpassed",
        Role=role,
        Runtime="python3.12",
        Handler="index.handler",
        Code={"ZipFile": b"PK\x05\x06" + b"\0" * 18},
    )


def web_identity(lab: Lab) -> None:
    iam = root(lab).client("iam")
    provider = iam.create_open_id_connect_provider(
        Url="https://unverified.example", ClientIDList=["sts.amazonaws.com"]
    )["OpenIDConnectProviderArn"]
    written = trust({"Federated": provider}).replace(
        "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"
    )
    role = make_role(lab, "unverified", written)
    claims = {"iss": "https://unverified.example", "aud": "sts.amazonaws.com", "sub": "anybody"}
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none"}, claims)
    ]
    anonymous = boto3.client(
        "sts",
        endpoint_url=lab.endpoint,
        verify=str(lab.ca),
        region_name=lab.region,
        config=Config(signature_version=UNSIGNED),
    )
    assert anonymous.assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="session", WebIdentityToken=".".join([*parts, "x"])
    )


def keys(lab: Lab) -> None:
    kms, s3 = root(lab).client("kms"), root(lab).client("s3")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket="not-encrypted")
    under = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    s3.put_object(Bucket="not-encrypted", Key="a", Body=b"plain", **under)
    service = {**statement("kms:Decrypt", "*"), "Principal": {"Service": "s3.amazonaws.com"}}
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(service))
    kms.schedule_key_deletion(KeyId=key)
    assert s3.get_object(Bucket="not-encrypted", Key="a")["Body"].read() == b"plain"


def documents(lab: Lab) -> None:
    caller = root(lab)
    caller.client("iam").create_policy(
        PolicyName="of-no-service", PolicyDocument=policy(statement("nothing:Do", "*"))
    )
    logs = caller.client("logs")
    assert logs.put_resource_policy(policyName="broken", policyDocument=policy({"Effect": "No"}))


def refusals(lab: Lab) -> None:
    user = make_user(lab, "reads-refusals")
    assert "authorization id" in refusal(user.client("iam").list_users)[1]
    for call in (user.client("s3").list_buckets, user.client("ec2").describe_vpcs):
        assert "authorization id" not in refusal(call)[1]


def simulator(lab: Lab) -> None:
    make_user(lab, "simulated-in-part", statement("s3:ListAllMyBuckets", "*"))
    iam = root(lab).client("iam")
    asked = {
        "PolicySourceArn": f"arn:aws:iam::{lab.accounts[0]}:user/simulated-in-part",
        "ActionNames": ["s3:ListAllMyBuckets"],
    }
    [result] = iam.simulate_principal_policy(**asked)["EvaluationResults"]
    [matched] = result["MatchedStatements"]
    assert "StartPosition" not in matched
    more = [policy(statement("iam:ListUsers", "*"))]
    assert (
        refusal(iam.simulate_principal_policy, **asked, PolicyInputList=more)[0] == "InvalidInput"
    )


def at_once(lab: Lab) -> None:
    user = make_user(lab, "changes-at-once")
    iam, s3 = root(lab).client("iam"), user.client("s3")
    assert refusal(s3.list_buckets)[0] == "AccessDenied"
    allowed = policy(statement("s3:ListAllMyBuckets", "*"))
    iam.put_user_policy(UserName="changes-at-once", PolicyName="own", PolicyDocument=allowed)
    assert s3.list_buckets()


SHOWN: Final[Mapping[str, Callable[[Lab], None]]] = dict(
    zip(
        NOT_ENFORCED,
        (
            *(network, machine, cloudformation, organization, quotas, pass_role, web_identity),
            *(keys, documents, refusals, simulator, at_once),
        ),
        strict=True,
    )
)


@pytest.mark.parametrize("limit", NOT_ENFORCED, ids=lambda limit: SHOWN[limit].__name__)
def test_what_the_lab_does_not_enforce_is_shown(lab: Lab, limit: str) -> None:
    SHOWN[limit](lab)
