"""Who may assume a role: trust, external id, durations, chaining, MFA; each answer as AWS gives it."""

import base64
import json
import time
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session
from support.aws import (
    Caller,
    make_role,
    make_user,
    refusal,
    root,
    statement,
    trust,
    with_credentials,
)

from whomay.lab.server.mfa import STEP_SECONDS, code_at
from whomay.lab.state import Lab

ASSUME_ANY = statement("sts:AssumeRole", "*")


def assume(caller: Caller, role: str) -> Any:
    """Return the call, to be refused."""

    def call(**parameters: Any) -> Any:
        return caller.client("sts").assume_role(
            RoleArn=role, RoleSessionName="session", **parameters
        )

    return call


def test_a_role_is_assumed_by_whom_it_trusts_with_the_right_external_id(lab: Lab) -> None:
    anna = make_user(lab, "trusted", ASSUME_ANY)
    ben = make_user(lab, "not-trusted", ASSUME_ANY)
    condition = {"StringEquals": {"sts:ExternalId": "agreed"}}
    document = trust({"AWS": "arn:aws:iam::111111111111:user/trusted"}, **condition)
    role = make_role(lab, "with-external-id", document)

    assert anna.assume(role, ExternalId="agreed").client("sts").get_caller_identity()["Arn"] == (
        "arn:aws:sts::111111111111:assumed-role/with-external-id/session"
    )
    assert refusal(assume(anna, role))[0] == "AccessDenied"
    assert refusal(assume(anna, role), ExternalId="guessed")[0] == "AccessDenied"
    assert refusal(assume(ben, role), ExternalId="agreed")[0] == "AccessDenied"


def test_a_user_that_the_trust_names_needs_no_permission_in_its_own_account(lab: Lab) -> None:
    named, unnamed = make_user(lab, "named"), make_user(lab, "unnamed")
    role = make_role(lab, "names-a-user", trust({"AWS": "arn:aws:iam::111111111111:user/named"}))
    delegates = make_role(lab, "names-the-account", trust({"AWS": "111111111111"}))

    assert named.assume(role)
    assert refusal(assume(named, delegates))[0] == "AccessDenied"
    assert refusal(assume(unnamed, role))[0] == "AccessDenied"


def test_across_accounts_both_sides_must_agree(lab: Lab) -> None:
    allowed = make_user(lab, "far-allowed", ASSUME_ANY, account=1)
    without = make_user(lab, "far-without", account=1)
    users = [f"arn:aws:iam::222222222222:user/far-{name}" for name in ("allowed", "without")]
    open_role = make_role(lab, "trusts-far-users", trust({"AWS": users}))
    closed = make_role(lab, "trusts-near", trust({"AWS": "111111111111"}))

    assert allowed.assume(open_role)
    assert refusal(assume(without, open_role))[0] == "AccessDenied"
    assert refusal(assume(allowed, closed))[0] == "AccessDenied"


def test_a_session_is_no_longer_than_its_role_allows(lab: Lab) -> None:
    user = make_user(lab, "hasty", ASSUME_ANY)
    role = make_role(lab, "two-hours", trust({"AWS": "111111111111"}), MaxSessionDuration=7200)

    assert user.assume(role, DurationSeconds=7200)
    code, message = refusal(assume(user, role), DurationSeconds=7201)
    assert (code, message) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )


def test_the_json_protocol_is_held_to_the_same(lab: Lab) -> None:
    user = make_user(lab, "speaks-json", ASSUME_ANY)
    role = make_role(lab, "one-hour", trust({"AWS": "111111111111"}))
    body = {"RoleArn": role, "RoleSessionName": "session", "DurationSeconds": 7200}
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSSecurityTokenServiceV20110615.AssumeRole",
    }
    request = AWSRequest("POST", lab.plain, headers=headers, data=json.dumps(body))
    SigV4Auth(Credentials(user.access_key, user.secret), "sts", lab.region).add_auth(request)
    answer = URLLib3Session().send(request.prepare())
    assert answer.status_code == 400
    assert "exceeds the MaxSessionDuration" in answer.text


def test_a_role_assumed_by_a_role_lasts_an_hour_at_most(lab: Lab) -> None:
    user = make_user(lab, "chained", ASSUME_ANY)
    first = make_role(lab, "first-link", trust({"AWS": "111111111111"}), ASSUME_ANY)
    second = make_role(lab, "second-link", trust({"AWS": first}), MaxSessionDuration=43200)
    session = user.assume(first)

    assert session.assume(second, DurationSeconds=3600)
    code, message = refusal(assume(session, second), DurationSeconds=3601)
    assert code == "ValidationError"
    assert message.startswith("The requested DurationSeconds exceeds the 1 hour session limit")


def test_root_assumes_no_role(lab: Lab) -> None:
    role = make_role(lab, "not-for-root", trust({"AWS": "111111111111"}))
    assert refusal(assume(root(lab), role)) == (
        "AccessDenied",
        "Roles may not be assumed by root accounts.",
    )


def test_a_role_that_trusts_only_a_service_is_assumed_by_no_user(lab: Lab) -> None:
    user = make_user(lab, "would-be-service", ASSUME_ANY)
    role = make_role(lab, "for-lambda", trust({"Service": "lambda.amazonaws.com"}))
    assert refusal(assume(user, role))[0] == "AccessDenied"


def test_a_trust_policy_names_only_who_exists(lab: Lab) -> None:
    iam = root(lab).client("iam")
    nobody = trust({"AWS": "arn:aws:iam::111111111111:user/nobody"})
    far = trust({"AWS": ["arn:aws:iam::999999999999:user/unknown", "111111111111"]})
    expected = (
        "MalformedPolicyDocument",
        'Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:user/nobody"',
    )
    call = {"RoleName": "trusts-nobody", "AssumeRolePolicyDocument": nobody}
    assert refusal(iam.create_role, **call) == expected
    assert make_role(lab, "trusts-nobody", far)
    update = {"RoleName": "trusts-nobody", "PolicyDocument": nobody}
    assert refusal(iam.update_assume_role_policy, **update) == expected


# --- MFA


class Device:
    """A virtual MFA device of a user, enabled; its codes are spent from the past on."""

    def __init__(self, lab: Lab, user: str) -> None:
        iam = root(lab).client("iam")
        made = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]
        self.serial: str = made["SerialNumber"]
        self.seed: str = made["Base32StringSeed"].decode()
        step = int(time.time()) // STEP_SECONDS
        self.codes = [code_at(self.seed, step + offset) for offset in (-2, -1, 0, 1)]
        arguments = {"UserName": user, "SerialNumber": self.serial}
        wrong = {"AuthenticationCode1": "000000", "AuthenticationCode2": "111111"}
        assert refusal(iam.enable_mfa_device, **arguments, **wrong)[0] == (
            "InvalidAuthenticationCode"
        )
        iam.enable_mfa_device(
            **arguments, AuthenticationCode1=self.codes[0], AuthenticationCode2=self.codes[1]
        )

    def with_code(self, index: int) -> dict[str, str]:
        return {"SerialNumber": self.serial, "TokenCode": self.codes[index]}


@pytest.fixture(autouse=True)
def _early_in_a_step(request: pytest.FixtureRequest) -> None:
    """Codes last 30 seconds: do not begin a test of them at the end of a step."""
    left = STEP_SECONDS - time.time() % STEP_SECONDS
    if "code" in request.node.name and left < 10:
        time.sleep(left)


NEEDS_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def test_a_role_that_wants_a_code_gets_the_right_one_once(lab: Lab) -> None:
    user, other = make_user(lab, "coded"), make_user(lab, "other-coded")
    users = ["arn:aws:iam::111111111111:user/coded", "arn:aws:iam::111111111111:user/other-coded"]
    role = make_role(lab, "wants-a-code", trust({"AWS": users}, **NEEDS_MFA))
    device = Device(lab, "coded")

    assert refusal(assume(user, role))[0] == "AccessDenied"
    assert refusal(assume(user, role), SerialNumber=device.serial, TokenCode="000000") == (
        "AccessDenied",
        "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    )
    assert refusal(assume(other, role), **device.with_code(2))[0] == "AccessDenied"
    assert user.assume(role, **device.with_code(2))
    assert refusal(assume(user, role), **device.with_code(2))[0] == "AccessDenied"
    assert refusal(assume(user, role), **device.with_code(1))[0] == "AccessDenied"
    assert user.assume(role, **device.with_code(3))


def test_a_session_token_made_with_a_code_carries_mfa_and_a_role_session_does_not(
    lab: Lab,
) -> None:
    listing = statement("s3:ListAllMyBuckets", "*", Condition=NEEDS_MFA)
    user = make_user(lab, "session-coded", listing)
    document = trust({"AWS": "arn:aws:iam::111111111111:user/session-coded"}, **NEEDS_MFA)
    role = make_role(lab, "lists-with-a-code", document, listing)
    device = Device(lab, "session-coded")

    def session(**code: str) -> Caller:
        answer = user.client("sts").get_session_token(**code)
        return with_credentials(lab, answer["Credentials"])

    assert refusal(session().client("s3").list_buckets)[0] == "AccessDenied"
    coded = session(**device.with_code(2))
    assert "Buckets" in coded.client("s3").list_buckets()
    assert refusal(coded.assume(role).client("s3").list_buckets)[0] == "AccessDenied"


def test_an_age_of_the_code_is_a_number_of_seconds(lab: Lab) -> None:
    young = {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}
    user = make_user(lab, "young-coded")
    document = trust({"AWS": "arn:aws:iam::111111111111:user/young-coded"}, **young)
    role = make_role(lab, "wants-a-young-code", document)
    device = Device(lab, "young-coded")
    assert refusal(assume(user, role))[0] == "AccessDenied"
    assert user.assume(role, **device.with_code(2))


# --- web identity

PROVIDER = "https://token.actions.githubusercontent.com"


def unsigned_token(**claims: str) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    times = {"iat": int(time.time()), "exp": int(time.time()) + 600, "iss": PROVIDER}
    return f"{part({'alg': 'none'})}.{part({**times, **claims})}.{part('none')}"


def test_a_web_identity_becomes_the_role_that_names_its_subject(lab: Lab) -> None:
    iam = root(lab).client("iam")
    arn = iam.create_open_id_connect_provider(Url=PROVIDER, ClientIDList=["sts.amazonaws.com"])[
        "OpenIDConnectProviderArn"
    ]
    host = PROVIDER.removeprefix("https://")
    equal = {f"{host}:sub": "repo:o/r:ref:refs/heads/main", f"{host}:aud": "sts.amazonaws.com"}
    document = json.loads(trust({"Federated": arn}, StringEquals=equal))
    document["Statement"][0]["Action"] = "sts:AssumeRoleWithWebIdentity"
    role = make_role(lab, "for-github", json.dumps(document))
    sts = make_user(lab, "carries-a-token").client("sts")

    def call(sub: str, aud: str = "sts.amazonaws.com") -> Any:
        token = unsigned_token(sub=sub, aud=aud)
        return sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="session", WebIdentityToken=token
        )

    assert call("repo:o/r:ref:refs/heads/main")["AssumedRoleUser"]["Arn"].endswith(
        "assumed-role/for-github/session"
    )
    assert refusal(call, sub="repo:o/r:ref:refs/heads/other")[0] == "AccessDenied"
    assert refusal(call, sub="repo:o/r:ref:refs/heads/main", aud="other")[0]
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
