"""Policies of resources that their services refuse, by the real boto3 and by CloudFormation."""

import json
from itertools import count
from typing import Any

import pytest
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

from whomay.lab.state import Lab

OWN = "arn:aws:s3:::strict"
NOBODY = {"AWS": "arn:aws:iam::111111111111:role/nobody"}
ACCOUNT = {"AWS": "arn:aws:iam::111111111111:root"}


def of(action: str, where: str | None, principal: Any = ACCOUNT, **more: Any) -> str:
    """Return a policy of one statement of a resource."""
    one = {"Effect": "Allow", "Action": action, "Principal": principal, **more}
    return policy(one if where is None else {**one, "Resource": where})


BUCKET = {
    "not JSON": ("no", "Policies must be valid JSON and the first byte must be '{'"),
    "too long": (
        of("s3:GetObject", f"{OWN}/" + "a" * 20_480),
        "Policy exceeds the maximum allowed document size.",
    ),
    "no principal": (
        policy(statement("s3:GetObject", f"{OWN}/*")),
        "Missing required field Principal",
    ),
    "no resource": (of("s3:GetObject", None), "Missing required field Resource"),
    "an action without service": (of("s3", f"{OWN}/*"), "Policy has invalid action"),
    "an action that S3 does not have": (of("s3:Read", f"{OWN}/*"), "Policy has invalid action"),
    "an action of another service": (of("kms:*", f"{OWN}/*"), "Policy has invalid action"),
    "no ARN": (of("s3:GetObject", "strict/*"), "Policy has invalid resource"),
    "another bucket": (
        of("s3:GetObject", "arn:aws:s3:::other/*"),
        "Policy has invalid resource",
    ),
    "an action of objects on the bucket": (
        of("s3:GetObject", OWN),
        "Action does not apply to any resource(s) in statement",
    ),
    "nobody": (of("s3:GetObject", f"{OWN}/*", NOBODY), "Invalid principal in policy"),
    "a group": (
        of("s3:GetObject", f"{OWN}/*", {"AWS": "arn:aws:iam::111111111111:group/staff"}),
        "Invalid principal in policy",
    ),
}


def test_a_bucket_policy_is_refused_in_s3s_words(lab: Lab) -> None:
    s3 = root(lab).client("s3")
    s3.create_bucket(Bucket="strict")
    told = {
        what: refusal(s3.put_bucket_policy, Bucket="strict", Policy=bad)[1]
        for what, (bad, _) in BUCKET.items()
    }
    assert told == {what: text for what, (_, text) in BUCKET.items()}
    assert refusal(s3.put_bucket_policy, Bucket="strict", Policy="no")[0] == "MalformedPolicy"
    s3.put_bucket_policy(Bucket="strict", Policy=of("s3:GetObject", "*"))


def test_each_service_refuses_a_broken_policy_and_a_principal_that_does_not_exist(
    lab: Lab,
) -> None:
    caller = root(lab)
    kms, sqs, sns = caller.client("kms"), caller.client("sqs"), caller.client("sns")
    manager, ecr = caller.client("secretsmanager"), caller.client("ecr")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    queue = sqs.create_queue(QueueName="strict")["QueueUrl"]
    topic = sns.create_topic(Name="strict")["TopicArn"]
    secret = manager.create_secret(Name="strict", SecretString="-")["ARN"]
    ecr.create_repository(repositoryName="strict")
    nobody = of("*", "*", NOBODY)
    broken = of("*", "*", Actions="*")

    def told(written: str) -> list[tuple[str, str]]:
        return [
            refusal(kms.put_key_policy, KeyId=key, PolicyName="default", Policy=written),
            refusal(kms.create_key, Policy=written),
            refusal(manager.put_resource_policy, SecretId=secret, ResourcePolicy=written),
            refusal(sqs.set_queue_attributes, QueueUrl=queue, Attributes={"Policy": written}),
            refusal(
                sns.set_topic_attributes,
                TopicArn=topic,
                AttributeName="Policy",
                AttributeValue=written,
            ),
            refusal(sns.create_topic, Name="never", Attributes={"Policy": written}),
            refusal(ecr.set_repository_policy, repositoryName="strict", policyText=written),
        ]

    kms_code = "MalformedPolicyDocumentException"
    ecr_text = (
        "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository "
        "policy provided'"
    )
    not_found = ("InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound")
    assert told(nobody) == [
        *[(kms_code, "Policy contains a statement with one or more invalid principals.")] * 2,
        (kms_code, "This resource policy contains an unsupported principal."),
        ("InvalidAttributeValue", "Invalid value for the parameter Policy."),
        not_found,
        not_found,
        ("InvalidParameterException", ecr_text),
    ]
    assert [text for _, text in told(broken)] == [
        *["Policy contains a syntax error."] * 2,
        "This resource policy contains a syntax error.",
        "Invalid value for the parameter Policy.",
        *["Invalid parameter: Policy Error: null"] * 2,
        ecr_text,
    ]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=of("kms:*", "*"))


def statements(number: int, **of_each: Any) -> str:
    service = {"Service": "events.amazonaws.com"}
    one = {"Effect": "Allow", "Principal": service, "Action": "sqs:SendMessage", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**one, **of_each}] * number})


ACTIONS = [f"sqs:{name}Message" for name in ("Send", "Receive", "Delete")] * 3
LONG = [f"arn:aws:sqs:us-east-1:111111111111:{'q' * 70}"] * 80


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (statements(21), "21 statements were found in the submitted policy, max allowed is 20"),
        (
            statements(1, Action=ACTIONS),
            "9 actions were found in a statement from the submitted policy, max allowed is 7",
        ),
        (statements(1, Resource=LONG), "Submitted policy is over max allowed size."),
    ],
)
def test_a_queue_takes_so_much_of_a_policy(lab: Lab, written: str, said: str) -> None:
    sqs = root(lab).client("sqs")
    queue = sqs.create_queue(QueueName="limited")["QueueUrl"]
    told = refusal(sqs.set_queue_attributes, QueueUrl=queue, Attributes={"Policy": written})
    assert told == ("OverLimit", said)
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": statements(20)})


def test_a_topic_takes_so_much_of_a_policy(lab: Lab) -> None:
    sns = root(lab).client("sns")
    long = statements(1, Action="sns:Publish", Resource=LONG * 4)
    many = statements(101, Action="sns:Publish")
    told = [
        refusal(sns.create_topic, Name="never", Attributes={"Policy": each})
        for each in (long, many)
    ]
    assert told == [
        ("InvalidParameter", "Invalid parameter: Policy exceeds 30720 bytes"),
        ("InvalidParameter", "Invalid parameter: Policy has 101 statements, max allowed is 100"),
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (
            resource(
                "S3::BucketPolicy",
                Bucket="strict-stack",
                PolicyDocument=json.loads(
                    of("s3:GetObject", "arn:aws:s3:::strict-stack/*", NOBODY)
                ),
            ),
            "Invalid principal in policy (MalformedPolicy)",
        ),
        (
            resource("KMS::Key", KeyPolicy=json.loads(of("kms:*", "*", NOBODY))),
            (
                "Policy contains a statement with one or more invalid principals. "
                "(MalformedPolicyDocumentException)"
            ),
        ),
    ],
)
def test_a_stack_with_a_refused_policy_fails_with_the_reason_and_rolls_back(
    lab: Lab, bad: dict[str, Any], reason: str
) -> None:
    one = Stack(root(lab), "refused-policy")
    bucket = {**resource("S3::Bucket", BucketName="strict-stack")}
    template = {"Resources": {"Bucket": bucket, "Bad": {**bad, "DependsOn": "Bucket"}}}
    one.client.create_stack(StackName=one.name, TemplateBody=json.dumps(template))

    assert one.settle() == "ROLLBACK_COMPLETE"

    assert one.reasons() == [reason]
    assert one.delete() == "DELETE_COMPLETE"


def test_a_bucket_policy_keeps_the_id_of_a_role_that_was_deleted_and_made_again(lab: Lab) -> None:
    iam, s3 = root(lab).client("iam"), root(lab).client("s3")
    everybody = trust({"AWS": "111111111111"})
    role = make_role(lab, "reader-again", everybody)
    caller = make_user(lab, "becomes-reader", statement("sts:AssumeRole", "*"))
    s3.create_bucket(Bucket="readers")
    listing = of("s3:ListBucket", "arn:aws:s3:::readers", {"AWS": role})
    s3.put_bucket_policy(Bucket="readers", Policy=listing)
    assert caller.assume(role).client("s3").list_objects_v2(Bucket="readers")
    identity = iam.get_role(RoleName="reader-again")["Role"]["RoleId"]
    iam.delete_role(RoleName="reader-again")
    make_role(lab, "reader-again", everybody)

    session = caller.assume(role).client("s3")
    assert refusal(session.list_objects_v2, Bucket="readers")[0] == "AccessDenied"

    [kept] = json.loads(s3.get_bucket_policy(Bucket="readers")["Policy"])["Statement"]
    assert kept["Principal"] == {"AWS": identity}


def test_a_permission_of_a_function_is_for_somebody(lab: Lab) -> None:
    role = make_role(lab, "of-a-function", trust({"Service": "lambda.amazonaws.com"}))
    client = root(lab).client("lambda")
    client.create_function(
        FunctionName="strict",
        Role=role,
        Runtime="python3.12",
        Handler="index.handler",
        Code={"ZipFile": b"PK\x05\x06" + b"\0" * 18},
    )
    call = {"FunctionName": "strict", "StatementId": "a", "Action": "lambda:InvokeFunction"}
    assert refusal(client.add_permission, **call, Principal=NOBODY["AWS"]) == (
        "InvalidParameterValueException",
        "The provided principal was invalid. Please check the principal and try again.",
    )
    for number, named in enumerate((role, "111111111111", "s3.amazonaws.com")):
        assert client.add_permission(**{**call, "StatementId": f"of{number}"}, Principal=named)


def test_the_permissions_of_a_function_are_not_too_long_together(lab: Lab) -> None:
    function = root(lab).client("lambda")
    function.create_function(
        FunctionName="long",
        Role=make_role(lab, "of-a-long-function", trust({"Service": "lambda.amazonaws.com"})),
        Runtime="python3.12",
        Handler="index.handler",
        Code={"ZipFile": b"PK\x05\x06" + b"\0" * 18},
    )
    one = {
        "FunctionName": "long",
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": f"arn:aws:events:us-east-1:111111111111:rule/{'r' * 1024}",
    }
    added: list[int] = []

    def add_on() -> None:
        for number in count():
            function.add_permission(StatementId=f"of-{number}", **one)
            added.append(number)

    code, text = refusal(add_on)
    assert code == "PolicyLengthExceededException"
    assert text.endswith("is bigger than the limit (20480).")
    kept = json.loads(function.get_policy(FunctionName="long")["Policy"])["Statement"]
    assert len(kept) == len(added) > 10
