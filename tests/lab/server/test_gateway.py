"""What the gateway answers itself: who it is, root's keys, MiniStack's own paths, instance metadata."""

import datetime as dt
import json
import ssl
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from support.aws import (
    Caller,
    make_role,
    make_user,
    refusal,
    root,
    statement,
    trust,
    with_wrong_secret,
)

from whomay.lab.state import OWNER, Lab


def request(url: str, method: str, path: str, ca: str = "", **headers: str) -> tuple[int, str]:
    """Ask without any AWS library; underscores of header names stand for dashes."""
    address = urlsplit(url)
    assert address.hostname
    if address.scheme == "https":
        trusting = ssl.create_default_context(cafile=ca)
        connection: HTTPConnection = HTTPSConnection(
            address.hostname, address.port, context=trusting, timeout=10
        )
    else:
        connection = HTTPConnection(address.hostname, address.port, timeout=10)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, address.path.rstrip("/") + path, headers=names)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_the_server_proves_who_it_is(lab: Lab) -> None:
    owner = {OWNER: lab.root_secret}
    answer = request(lab.endpoint, "GET", "/lab/identity", ca=str(lab.ca), **owner)
    assert answer == (200, json.dumps({"nonce": lab.nonce}))
    caller = root(lab).client("sts").get_caller_identity()
    assert caller["ResponseMetadata"]["HTTPHeaders"]["x-lab-nonce"] == lab.nonce
    assert caller["Arn"] == "arn:aws:iam::111111111111:root"


@pytest.mark.parametrize(
    "path",
    [
        "/lab/identity",
        "/lab/deliver",
        "/lab/stacks",
        "/lab/account",
        "/lab/session/x",
        "/lab/other",
    ],
)
@pytest.mark.parametrize("secret", ["", "wrong"])
def test_a_stranger_gets_none_of_the_labs_own_paths(lab: Lab, path: str, secret: str) -> None:
    assert request(lab.plain, "GET", path, **{OWNER: secret}) == (404, "Not Found")


def test_nobody_trusts_the_server_who_was_not_given_its_certificate(lab: Lab) -> None:
    address = urlsplit(lab.endpoint)
    assert address.hostname
    connection = HTTPSConnection(address.hostname, address.port, timeout=10)
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/lab/identity")


@pytest.mark.parametrize("service", ["sts", "s3", "secretsmanager"])
def test_root_needs_its_secret(lab: Lab, service: str) -> None:
    client = with_wrong_secret(root(lab)).client(service)
    call = {
        "sts": "get_caller_identity",
        "s3": "list_buckets",
        "secretsmanager": "list_secrets",
    }[service]
    expected = {"secretsmanager": "InvalidSignatureException"}
    assert refusal(getattr(client, call))[0] == expected.get(service, "SignatureDoesNotMatch")


@pytest.mark.parametrize("who", ["root", "user"])
@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_that_is_off_by_twenty_minutes_is_refused(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, who: str, minutes: int
) -> None:
    caller = root(lab) if who == "root" else make_user(lab, f"skewed-by-{minutes}")
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None) + dt.timedelta(minutes=minutes)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: now)
    code, message = refusal(caller.client("sts").get_caller_identity)
    assert code == "SignatureDoesNotMatch"
    assert message.startswith("Signature expired" if minutes < 0 else "Signature not yet current")


@pytest.mark.parametrize("key", ["test", "999999999999"])
def test_no_other_key_is_root(lab: Lab, key: str) -> None:
    client = Caller(lab, key, lab.root_secret).client("sts")
    assert refusal(client.get_caller_identity)[0] == "InvalidClientTokenId"


def test_no_key_of_the_lab_can_exist_at_aws(lab: Lab) -> None:
    user = make_user(lab, "with-unreal-keys")
    session = user.client("sts").get_session_token()["Credentials"]["AccessKeyId"]
    base = run_instance(lab, "ec2.amazonaws.com", "with-unreal-keys")
    given = json.loads(read(base, f"{CREDENTIALS}/with-unreal-keys", token(base))[1])
    for key, prefix in (
        (user.access_key, "AKIA0"),  # real ones hold A to Z and 2 to 7 after their prefix
        (session, "ASIA0"),
        (given["AccessKeyId"], "ASIA0"),
    ):
        assert key.startswith(prefix)
        assert len(key) == 20


def test_accounts_are_apart(lab: Lab) -> None:
    root(lab, 0).client("iam").create_user(UserName="apart")
    assert refusal(root(lab, 1).client("iam").get_user, UserName="apart")[0] == "NoSuchEntity"


@pytest.mark.parametrize(
    "path", ["/_ministack/reset", "/_ministack/config", "/latest/meta-data/iam/"]
)
def test_the_administration_of_ministack_is_closed(lab: Lab, path: str) -> None:
    assert request(lab.plain, "POST", path)[0] == 404


def test_an_anonymous_call_is_refused(lab: Lab) -> None:
    root(lab).client("s3").create_bucket(Bucket="not-for-everyone")
    anonymous = boto3.client(
        "s3",
        endpoint_url=lab.endpoint,
        verify=str(lab.ca),
        region_name=lab.region,
        config=Config(signature_version=UNSIGNED),
    )
    assert refusal(anonymous.list_objects_v2, Bucket="not-for-everyone")[0] == "AccessDenied"


# --- instance metadata

TOKEN = "/latest/api/token"
CREDENTIALS = "/latest/meta-data/iam/security-credentials"


def run_instance(lab: Lab, service: str, name: str, **options: Any) -> str:
    """Run an instance whose role trusts `service`; return the base of its metadata."""
    iam, ec2 = root(lab).client("iam"), root(lab).client("ec2")
    make_role(lab, name, trust({"Service": service}), statement("s3:ListAllMyBuckets", "*"))
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    made = ec2.run_instances(
        ImageId="ami-00000000000000001",
        MinCount=1,
        MaxCount=1,
        IamInstanceProfile={"Name": name},
        **options,
    )
    return f"{lab.imds}{made['Instances'][0]['InstanceId']}"


def token(base: str, seconds: str = "60") -> str:
    status, text = request(base, "PUT", TOKEN, X_aws_ec2_metadata_token_ttl_seconds=seconds)
    assert status == 200
    return text


def read(base: str, path: str, token: str) -> tuple[int, str]:
    return request(base, "GET", path, X_aws_ec2_metadata_token=token)


def test_the_credentials_of_an_instance_are_a_session_of_its_role(lab: Lab) -> None:
    base = run_instance(lab, "ec2.amazonaws.com", "metadata")
    instance = base.rsplit("/", 1)[-1]
    own = token(base)
    assert read(base, f"{CREDENTIALS}/", own) == (200, "metadata")
    given = json.loads(read(base, f"{CREDENTIALS}/metadata", own)[1])
    assert given["Code"] == "Success"
    session = Caller(lab, given["AccessKeyId"], given["SecretAccessKey"], given["Token"])
    assert session.client("sts").get_caller_identity()["Arn"] == (
        f"arn:aws:sts::111111111111:assumed-role/metadata/{instance}"
    )
    assert "Buckets" in session.client("s3").list_buckets()
    document = json.loads(read(base, "/latest/dynamic/instance-identity/document", own)[1])
    assert (document["accountId"], document["instanceId"]) == ("111111111111", instance)


def test_metadata_wants_a_token_of_the_instance(lab: Lab) -> None:
    base = run_instance(lab, "ec2.amazonaws.com", "tokens")
    other = run_instance(lab, "ec2.amazonaws.com", "other-tokens")
    assert request(base, "GET", f"{CREDENTIALS}/") == (401, "Unauthorized")
    assert read(base, f"{CREDENTIALS}/", "invented") == (401, "Unauthorized")
    assert read(base, f"{CREDENTIALS}/", token(other)) == (401, "Unauthorized")
    assert request(base, "PUT", TOKEN)[0] == 400
    assert request(base, "PUT", TOKEN, X_aws_ec2_metadata_token_ttl_seconds="21601")[0] == 400
    forwarded = {"X_aws_ec2_metadata_token_ttl_seconds": "60", "X_Forwarded_For": "203.0.113.1"}
    assert request(base, "PUT", TOKEN, **forwarded)[0] == 400


def test_an_instance_with_optional_tokens_answers_version_1(lab: Lab) -> None:
    optional = {"HttpTokens": "optional"}
    base = run_instance(lab, "ec2.amazonaws.com", "optional", MetadataOptions=optional)
    assert request(base, "GET", f"{CREDENTIALS}/") == (200, "optional")


def test_an_instance_without_metadata_answers_nothing(lab: Lab) -> None:
    disabled = {"HttpEndpoint": "disabled"}
    base = run_instance(lab, "ec2.amazonaws.com", "disabled", MetadataOptions=disabled)
    assert request(base, "PUT", TOKEN, X_aws_ec2_metadata_token_ttl_seconds="60")[0] == 403


def test_an_instance_gets_no_credentials_of_a_role_that_does_not_trust_ec2(lab: Lab) -> None:
    base = run_instance(lab, "lambda.amazonaws.com", "not-for-ec2")
    status, text = read(base, f"{CREDENTIALS}/not-for-ec2", token(base))
    assert (status, json.loads(text)["Code"]) == (200, "AssumeRoleUnauthorizedAccess")
    assert "AccessKeyId" not in text


def test_a_terminated_instance_has_no_metadata(lab: Lab) -> None:
    base = run_instance(lab, "ec2.amazonaws.com", "terminated")
    instance = base.rsplit("/", 1)[-1]
    root(lab).client("ec2").terminate_instances(InstanceIds=[instance])
    assert request(base, "PUT", TOKEN, X_aws_ec2_metadata_token_ttl_seconds="60")[0] == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8080", 200),
        ("reports.s3.localhost", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:80", 421),
        ("", 421),
    ],
)
def test_a_page_that_gives_this_address_a_name_gets_no_answer(
    lab: Lab, host: str, status: int
) -> None:
    owner = {OWNER: lab.root_secret}
    assert request(lab.plain, "GET", "/lab/identity", Host=host, **owner)[0] == status


def test_who_signs_nothing_sees_no_list_of_buckets(lab: Lab) -> None:
    unsigned = boto3.client(
        "s3",
        endpoint_url=lab.endpoint,
        region_name="us-east-1",
        verify=str(lab.ca),
        config=Config(signature_version=UNSIGNED),
    )

    assert refusal(unsigned.list_buckets) == ("AccessDenied", "Access Denied")
