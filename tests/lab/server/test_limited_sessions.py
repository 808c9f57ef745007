"""Sessions of GetSessionToken and GetFederationToken, and what they may not call."""

import time

from support.aws import (
    Caller,
    make_role,
    make_user,
    policy,
    refusal,
    root,
    statement,
    trust,
    with_credentials,
)

from whomay.lab.server.mfa import STEP_SECONDS, code_at
from whomay.lab.state import Lab

ALL = statement("*", "*")
INVALID = ("InvalidClientTokenId", "The security token included in the request is invalid")


def with_code(lab: Lab, user: Caller, name: str) -> Caller:
    """Return a session of the user that began with a code of its new device."""
    iam = root(lab).client("iam")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    seed, step = made["Base32StringSeed"].decode(), int(time.time()) // STEP_SECONDS
    iam.enable_mfa_device(
        UserName=name,
        SerialNumber=made["SerialNumber"],
        AuthenticationCode1=code_at(seed, step - 1),
        AuthenticationCode2=code_at(seed, step),
    )
    answer = user.client("sts").get_session_token(
        SerialNumber=made["SerialNumber"], TokenCode=code_at(seed, step + 1)
    )
    return with_credentials(lab, answer["Credentials"])


def test_a_session_without_a_code_calls_all_but_iam_and_little_of_sts(lab: Lab) -> None:
    user = make_user(lab, "sessions", ALL)
    role = make_role(lab, "of-sessions", trust({"AWS": "111111111111"}))
    session = with_credentials(lab, user.client("sts").get_session_token()["Credentials"])
    sts = session.client("sts")

    assert "Buckets" in session.client("s3").list_buckets()
    assert refusal(session.client("iam").list_users) == INVALID
    assert refusal(session.client("iam").get_user) == INVALID
    assert sts.get_caller_identity()["Arn"].endswith(":user/sessions")
    session.assume(role)
    for call, given in (
        ("GetSessionToken", {}),
        ("GetFederationToken", {"Name": "guest"}),
        ("GetAccessKeyInfo", {"AccessKeyId": user.access_key}),
    ):
        client_call = getattr(sts, "".join("_" + c.lower() if c.isupper() else c for c in call)[1:])
        assert refusal(client_call, **given) == (
            "AccessDenied",
            f"Cannot call {call} with session credentials",
        )

    assert with_code(lab, user, "sessions").client("iam").list_users()["Users"]


def test_a_federated_user_calls_neither_iam_nor_sts_and_only_what_its_policy_allows(
    lab: Lab,
) -> None:
    user = make_user(lab, "federates", ALL)
    role = make_role(lab, "of-federated", trust({"AWS": "111111111111"}))
    get = user.client("sts").get_federation_token
    listing = policy(statement(["s3:ListAllMyBuckets", "sts:AssumeRole"], "*"))
    guest = with_credentials(lab, get(Name="guest", Policy=listing)["Credentials"])
    bare = with_credentials(lab, get(Name="bare")["Credentials"])

    arn = "arn:aws:sts::111111111111:federated-user/guest"
    assert guest.client("sts").get_caller_identity()["Arn"] == arn
    assert "Buckets" in guest.client("s3").list_buckets()
    assert refusal(bare.client("s3").list_buckets)[0] == "AccessDenied"
    assert refusal(guest.client("iam").list_users) == INVALID
    assert refusal(guest.client("sts").assume_role, RoleArn=role, RoleSessionName="session") == (
        "AccessDenied",
        "Cannot call AssumeRole with session credentials",
    )
    assert refusal(get, Name="guest", DurationSeconds=129_601) == (
        "ValidationError",
        (
            "1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy "
            "constraint: Member must have value less than or equal to 129600"
        ),
    )


def test_a_role_s_session_calls_iam_as_its_policies_say(lab: Lab) -> None:
    user = make_user(lab, "becomes", ALL)
    role = make_role(
        lab, "calls-iam", trust({"AWS": "111111111111"}), statement("iam:ListUsers", "*")
    )
    session = user.assume(role)
    assert session.client("iam").list_users()["Users"]
    assert refusal(session.client("sts").get_session_token)[0] == "AccessDenied"


def test_a_session_without_a_code_passes_only_the_roles_that_its_user_may_pass(lab: Lab) -> None:
    iam = root(lab).client("iam")
    make_role(lab, "of-an-instance", trust({"Service": "ec2.amazonaws.com"}))
    iam.create_instance_profile(InstanceProfileName="of-an-instance")
    iam.add_role_to_instance_profile(
        InstanceProfileName="of-an-instance", RoleName="of-an-instance"
    )
    runs = make_user(lab, "runs-instances", statement("ec2:RunInstances", "*"))
    passes = make_user(lab, "passes-roles", statement(["ec2:RunInstances", "iam:PassRole"], "*"))

    def run(user: Caller) -> str:
        given = user.client("sts").get_session_token()["Credentials"]
        made = (
            with_credentials(lab, given)
            .client("ec2")
            .run_instances(
                ImageId="ami-00000000000000001",
                MinCount=1,
                MaxCount=1,
                IamInstanceProfile={"Name": "of-an-instance"},
            )
        )
        identity: str = made["Instances"][0]["InstanceId"]
        return identity

    assert run(passes).startswith("i-")
    code, message = refusal(run, user=runs)
    assert (code, "iam:PassRole" in message) == ("UnauthorizedOperation", True)
