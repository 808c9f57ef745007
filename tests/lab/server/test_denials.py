"""What a refusal says, and what the id that it tells leads to."""

import re
from typing import Any

from support.aws import make_role, make_user, policy, refusal, root, statement, trust

from whomay.lab.state import Lab

ACCOUNT = "111111111111"


def deny(action: str) -> dict[str, Any]:
    return {"Sid": "Never", "Effect": "Deny", "Action": action, "Resource": "*"}


def reason(call: Any, **parameters: Any) -> str:
    """Return a refusal's text without the reference to its details."""
    return refusal(call, **parameters)[1].partition(". Go to ")[0]


def test_a_refusal_names_action_resource_and_why(lab: Lab) -> None:
    root(lab).client("s3").create_bucket(Bucket="told")
    secret = root(lab).client("secretsmanager").create_secret(Name="told", SecretString="-")["ARN"]
    user = make_user(lab, "told")
    own = f"User: arn:aws:iam::{ACCOUNT}:user/told is not authorized to perform: "

    s3, iam = user.client("s3"), user.client("iam")
    assert reason(s3.get_object, Bucket="told", Key="a") == (
        f'{own}s3:GetObject on resource: "arn:aws:s3:::told/a" because no identity-based policy '
        "allows the s3:GetObject action"
    )
    assert reason(s3.list_buckets) == (
        f"{own}s3:ListAllMyBuckets because no identity-based policy allows the "
        "s3:ListAllMyBuckets action"
    )
    assert reason(iam.delete_user, UserName="told") == (
        f"{own}iam:DeleteUser on resource: arn:aws:iam::{ACCOUNT}:user/told because no "
        "identity-based policy allows the iam:DeleteUser action"
    )
    assert reason(user.client("secretsmanager").get_secret_value, SecretId=secret) == (
        f"{own}secretsmanager:GetSecretValue on resource: {secret} because no identity-based "
        "policy allows the secretsmanager:GetSecretValue action"
    )
    assert reason(user.client("ec2").describe_vpcs) == (
        f"You are not authorized to perform this operation. {own}ec2:DescribeVpcs because no "
        "identity-based policy allows the ec2:DescribeVpcs action"
    )


def test_an_explicit_deny_tells_the_managed_policy_or_none_for_an_inline_one(lab: Lab) -> None:
    iam = root(lab).client("iam")
    arn = iam.create_policy(PolicyName="never-s3", PolicyDocument=policy(deny("s3:*")))["Policy"][
        "Arn"
    ]
    user = make_user(lab, "denied", statement("*", "*"), deny("iam:*"))
    iam.attach_user_policy(UserName="denied", PolicyArn=arn)
    in_identity = "with an explicit deny in an identity-based policy"
    assert reason(user.client("s3").list_buckets).endswith(f" {in_identity}: {arn}")
    assert reason(user.client("iam").list_users).endswith(f" {in_identity}")


def test_a_denial_names_the_boundary_or_the_session_policy_that_denied(lab: Lab) -> None:
    iam = root(lab).client("iam")
    boundary = iam.create_policy(
        PolicyName="only-s3",
        PolicyDocument=policy(statement("s3:*", "*"), deny("s3:ListAllMyBuckets")),
    )["Policy"]["Arn"]
    all_of_it = statement(["iam:ListUsers", "s3:ListAllMyBuckets"], "*")
    document = trust({"AWS": ACCOUNT})
    capped = make_role(lab, "capped", document, all_of_it, PermissionsBoundary=boundary)
    free = make_role(lab, "uncapped", document, all_of_it)
    user = make_user(lab, "meets-a-boundary", statement("sts:AssumeRole", "*"))

    session = user.assume(capped)
    assert reason(session.client("iam").list_users).endswith(
        "because no permissions boundary allows the iam:ListUsers action"
    )
    assert reason(session.client("s3").list_buckets).endswith(
        f"with an explicit deny in a permissions boundary: {boundary}"
    )
    scoped = user.assume(free, Policy=policy(statement("s3:*", "*")))
    assert reason(scoped.client("iam").list_users).endswith(
        "because no session policy allows the iam:ListUsers action"
    )
    assert reason(user.client("iam").list_users).endswith(
        "because no identity-based policy allows the iam:ListUsers action"
    )


def test_a_key_s_policy_that_does_not_allow_is_told(lab: Lab) -> None:
    only_root = {
        **statement("kms:*", "*"),
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Condition": {"StringEquals": {"aws:PrincipalType": "Account"}},
    }
    key = root(lab).client("kms").create_key(Policy=policy(only_root))["KeyMetadata"]["Arn"]
    user = make_user(lab, "meets-a-closed-key", statement("kms:*", "*"))
    assert reason(user.client("kms").describe_key, KeyId=key).endswith(
        "because no resource-based policy allows the kms:DescribeKey action"
    )


def test_the_id_of_a_refusal_leads_to_its_evaluation(lab: Lab) -> None:
    user = make_user(
        lab,
        "asks-why",
        statement(["iam:ListUsers", "iam:GetRequestAuthorizationDetails"], "*"),
        deny("iam:List*"),
    )
    stranger = make_user(lab, "may-not-ask-why")
    text = refusal(user.client("iam").list_users)[1]
    found = re.search(
        r"\. Go to https://us-east-1\.console\.aws\.amazon\.com/iam/home\?region=us-east-1"
        r"#/authorization-details/(\w+) for complete details, or call the "
        r"GetRequestAuthorizationDetails API with the following authorization id: (\w+)\Z",
        text,
    )
    assert found
    assert found[1] == found[2]

    details = user.client("iam-toolbox").get_request_authorization_details(authorizationId=found[1])

    assert details["requestContext"]["aws:username"] == "asks-why"
    [evaluation] = details["evaluations"]
    assert (evaluation["action"], evaluation["evaluatedEffect"]) == (
        "iam:ListUsers",
        "EXPLICIT_DENY",
    )
    [matched] = evaluation["matchedPolicies"]
    assert {"sid": "Never", "evaluatedEffect": "DENY"} in matched["matchedStatements"]
    [evaluated] = details["policies"]
    assert (evaluated["uri"], evaluated["type"]) == (matched["uri"], "IDENTITY_BASED_POLICY")
    toolbox = stranger.client("iam-toolbox").get_request_authorization_details
    assert refusal(toolbox, authorizationId=found[1])[0] == "AccessDeniedException"
    unknown = user.client("iam-toolbox").get_request_authorization_details
    assert refusal(unknown, authorizationId="none")[0] == "ResourceNotFoundException"
