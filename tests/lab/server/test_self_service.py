"""Users who manage their own keys and devices, and nobody else's: AWS's documented policy holds.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
"""

import time
from typing import Any

from support.aws import Caller, make_user, refusal, root, statement, with_credentials

from whomay.lab.server.mfa import STEP_SECONDS, code_at
from whomay.lab.state import Lab

OWN_USER = "arn:aws:iam::*:user/${aws:username}"
SELF_SERVICE: tuple[dict[str, Any], ...] = (
    statement(["iam:ListUsers", "iam:ListVirtualMFADevices"], "*"),
    statement(
        [
            "iam:CreateAccessKey",
            "iam:DeleteAccessKey",
            "iam:EnableMFADevice",
            "iam:GetUser",
            "iam:ListAccessKeys",
            "iam:ListMFADevices",
            "iam:UpdateAccessKey",
        ],
        OWN_USER,
    ),
    statement(
        ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"],
        "arn:aws:iam::*:mfa/${aws:username}",
    ),
    {
        "Effect": "Deny",
        "NotAction": [
            "iam:CreateVirtualMFADevice",
            "iam:EnableMFADevice",
            "iam:GetUser",
            "iam:ListMFADevices",
            "iam:ListVirtualMFADevices",
            "sts:GetSessionToken",
        ],
        "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    },
)


def test_a_user_enrols_a_device_and_then_manages_only_its_own_keys(lab: Lab) -> None:
    user, other = make_user(lab, "self-served", *SELF_SERVICE), make_user(lab, "other-served")
    iam = user.client("iam")
    assert iam.get_user()["User"]["UserName"] == "self-served"
    assert refusal(iam.list_access_keys)[0] == "AccessDenied"

    assert refusal(iam.create_virtual_mfa_device, VirtualMFADeviceName="x")[0] == "AccessDenied"
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="self-served")["VirtualMFADevice"]
    seed, step = device["Base32StringSeed"].decode(), int(time.time()) // STEP_SECONDS
    codes = [code_at(seed, step + offset) for offset in (-1, 0, 1)]
    enabling = {
        "SerialNumber": device["SerialNumber"],
        "AuthenticationCode1": codes[0],
        "AuthenticationCode2": codes[1],
    }
    assert refusal(iam.enable_mfa_device, UserName="other-served", **enabling)[0] == (
        "AccessDenied"
    )
    iam.enable_mfa_device(UserName="self-served", **enabling)
    answer = user.client("sts").get_session_token(
        SerialNumber=device["SerialNumber"], TokenCode=codes[2]
    )
    session = with_credentials(lab, answer["Credentials"]).client("iam")

    made = session.create_access_key()["AccessKey"]
    assert made["UserName"] == "self-served"
    own = Caller(lab, made["AccessKeyId"], made["SecretAccessKey"])
    assert own.client("sts").get_caller_identity()["Arn"].endswith("user/self-served")
    listed = session.list_access_keys()["AccessKeyMetadata"]
    assert {one["AccessKeyId"] for one in listed} == {user.access_key, made["AccessKeyId"]}
    assert refusal(session.create_access_key) == (
        "LimitExceeded",
        "Cannot exceed quota for AccessKeysPerUser: 2",
    )
    session.update_access_key(AccessKeyId=user.access_key, Status="Inactive")
    assert refusal(user.client("sts").get_caller_identity)[0] == "InvalidClientTokenId"
    for call, more in (
        (session.create_access_key, {}),
        (session.list_access_keys, {}),
        (session.delete_access_key, {"AccessKeyId": other.access_key}),
    ):
        assert refusal(call, UserName="other-served", **more)[0] == "AccessDenied"


def test_a_path_is_part_of_what_a_policy_is_asked_about(lab: Lab) -> None:
    iam = root(lab).client("iam")
    iam.create_user(UserName="in-team", Path="/team/")
    iam.create_user(UserName="in-no-team")
    user = make_user(
        lab, "sees-the-team", statement("iam:ListUserPolicies", "arn:aws:iam::*:user/team/*")
    ).client("iam")
    assert user.list_user_policies(UserName="in-team")["PolicyNames"] == []
    assert refusal(user.list_user_policies, UserName="in-no-team")[0] == "AccessDenied"
