"""A pasted message of AWS is read in all its forms: who, what, on what, and by which kind of policy."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.account_file import ACCOUNT, account_file, allow, role

from whomay.cli import main
from whomay.live.errors import LiveError
from whomay.live.refusal import Refusal, decoded, encoded, refusal
from whomay.live.refused_event import refused_event

WHO = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/i-1"
OBJECT = "arn:aws:s3:::reports/a.csv"
DENIED = f"User: {WHO} is not authorized to perform: s3:GetObject"
SCP = "arn:aws:organizations::999988887777:policy/o-1/service_control_policy/p-1"


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("", Refusal(WHO, "s3:GetObject")),
        (f" on resource: {OBJECT}", Refusal(WHO, "s3:GetObject", OBJECT)),
        (
            f' on resource: "{OBJECT}" because no identity-based policy allows the s3:GetObject action',
            Refusal(WHO, "s3:GetObject", OBJECT, "identity-based", explicit=False),
        ),
        (
            f" on resource: {OBJECT} with an explicit deny",
            Refusal(WHO, "s3:GetObject", OBJECT, explicit=True),
        ),
        (
            f" on resource: {OBJECT} with an explicit deny in a service control policy: {SCP}",
            Refusal(WHO, "s3:GetObject", OBJECT, "service control", explicit=True, policy=SCP),
        ),
        (
            f" on resource: {OBJECT} because no VPC endpoint policy allows the s3:GetObject action",
            Refusal(WHO, "s3:GetObject", OBJECT, "VPC endpoint", explicit=False),
        ),
        (
            f" on resource: {OBJECT} with an explicit deny in an identity-based policy",
            Refusal(WHO, "s3:GetObject", OBJECT, "identity-based", explicit=True),
        ),
        *(
            (f" on resource: {OBJECT}{behind}", Refusal(WHO, "s3:GetObject", OBJECT))
            for behind in (
                " (Service: AmazonS3; Status Code: 403; Error Code: AccessDenied; Request ID: 1)",
                ' (Service: S3, Status Code: 403, Request ID: 1)" (RequestToken: 2, HandlerErrorCode: 3)',
                '" (RequestToken: 2, HandlerErrorCode: AccessDenied)',
                "\n\tstatus code: 403, request id: 1",
                ", request id: 1",
            )
        ),
    ],
)
def test_each_form_of_the_message_is_read(end: str, expected: Refusal) -> None:
    before = "An error occurred (AccessDenied) when calling the GetObject operation: "
    assert refusal(before + DENIED + end) == expected


def test_an_action_that_the_call_needs_besides_is_the_one_that_was_refused() -> None:
    endpoint = f"arn:aws:ec2:eu-west-2:{ACCOUNT}:vpc-endpoint/*"
    message = (
        f"User: {WHO} is not authorized to perform: ec2:CreateVpcEndpoint on resource: {endpoint} "
        "because no identity-based policy allows the vpce:AllowMultiRegion action."
    )
    assert refusal(message) == Refusal(
        WHO, "vpce:AllowMultiRegion", endpoint, "identity-based", explicit=False
    )


# The forms of AWS's page, and of messages that people quote in public issues.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
JOHN = "User: arn:aws:iam::123456789012:user/John is not authorized to perform:"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:*"
GROUP = "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*"
REAL = {
    f"{JOHN}\ncodecommit:ListRepositories because no service control policy allows the "
    "codecommit:ListRespositories action": ("service control", False, ""),
    f"{JOHN}\ncodecommit:ListRepositories with an explicit deny in a service control policy": (
        "service control",
        True,
        "",
    ),
    f"{JOHN}\nsecretsmanager:GetSecretValue on resource: {SECRET} with an explicit deny in a "
    "resource control policy": ("resource control", True, SECRET),
    f"{JOHN}\ncodecommit:ListRepositories because no VPC endpoint policy allows the "
    "codecommit:ListRepositories action": ("VPC endpoint", False, ""),
    f"{JOHN}\ncodedeploy:ListDeployments on resource: {GROUP} with an explicit deny in a VPC endpoint "
    "policy": ("VPC endpoint", True, GROUP),
    f"{JOHN}\ncodedeploy:ListDeployments on resource: {GROUP} because no permissions boundary allows "
    "the codedeploy:ListDeployments action": ("permissions boundary", False, GROUP),
    f"{JOHN}\nsagemaker:ListModels with an explicit deny in a permissions boundary": (
        "permissions boundary",
        True,
        "",
    ),
    f"{JOHN}\ncodecommit:ListRepositories because no session policy allows the "
    "codecommit:ListRepositories action": ("session", False, ""),
    f"{JOHN}\ncodedeploy:ListDeployments on resource: {GROUP} with an explicit deny in a sessions "
    "policy": ("session", True, GROUP),
    f"{JOHN}\nsts:AssumeRole because no role trust policy allows the sts:AssumeRole action": (
        "role trust",
        False,
        "",
    ),
    f"{JOHN}\nsts:AssumeRole with an explicit deny in the role trust policy": (
        "role trust",
        True,
        "",
    ),
    f"{JOHN}\nSNS:Publish on resource: arn:aws:sns:us-east-1:444455556666:role-name-2\nwith an explicit "
    "deny in a VPC endpoint policy transitively through a service control policy": (
        "service control",
        True,
        "arn:aws:sns:us-east-1:444455556666:role-name-2",
    ),
    f'{JOHN} s3:PutObject on resource: "arn:aws:s3:::b/a file.txt" because public ACLs are prevented by '
    "the BlockPublicAcls setting in S3 Block Public Access": (
        "S3 Block Public Access (BlockPublicAcls)",
        True,
        "arn:aws:s3:::b/a file.txt",
    ),
    f"{JOHN} iam:ListAttachedUserPolicies on resource: user Adam because no permissions boundary allows "
    "the iam:ListAttachedUserPolicies action": (
        "permissions boundary",
        False,
        "arn:aws:iam::123456789012:user/Adam",
    ),
}


@pytest.mark.parametrize("message", REAL)
def test_a_message_as_aws_and_people_quote_it_is_read(message: str) -> None:
    found = refusal(message)
    assert (found.kind, found.explicit, found.resource) == REAL[message]
    assert found.who == "arn:aws:iam::123456789012:user/John"


HALVES_SAID = {
    "service control": "a service control policy of the caller's organization",
    "resource control": "a resource control policy of the resource's organization",
    "VPC endpoint": "the policy of the VPC endpoint",
    "permissions boundary": "the caller's permissions boundary",
    "session": "the policy that the session was made with",
    "role trust": "the trust policy of the role",
}


@pytest.mark.parametrize("kind", HALVES_SAID)
def test_the_half_that_a_message_tells_is_named(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for message, (told, explicit, _) in REAL.items():
        if told == kind:
            code, said = doctor(message)
            denies = "a Deny in" if explicit else "no Allow in"
            assert f"AWS says: {denies} {HALVES_SAID[kind]}\n" in said
            assert code == 1


def test_a_web_identity_without_a_name_is_refused_by_the_trust() -> None:
    found = refusal("(AccessDenied) Not authorized to perform sts:AssumeRoleWithWebIdentity")
    assert found == Refusal(action="sts:AssumeRoleWithWebIdentity", kind="role trust")


def test_an_id_alone_and_the_console_s_link_are_read() -> None:
    identity = "0123456789abcdef0123"
    link = f"https://eu-west-1.console.aws.amazon.com/iam/home?region=eu-west-1#/authorization-details/{identity}"
    assert refusal(identity) == Refusal(id=identity)
    assert refusal(link) == Refusal(id=identity, region="eu-west-1")
    whole = f"{DENIED} on resource: {OBJECT}. Go to {link} for complete details, or call the "
    end = f"GetRequestAuthorizationDetails API with the following authorization id: {identity}"
    assert refusal(whole + end) == Refusal(
        WHO, "s3:GetObject", OBJECT, id=identity, region="eu-west-1"
    )


def test_the_authorization_id_is_read_from_the_link() -> None:
    link = "https://console.aws.amazon.com/iam/home?region=eu-west-1#/authorization-details/0123456789abcdef"
    assert refusal(f"{DENIED} on resource: {OBJECT}. {link}").id == "0123456789abcdef"


def test_an_event_of_cloudtrail_is_read_by_its_message() -> None:
    event = {"errorCode": "AccessDenied", "errorMessage": f"{DENIED} on resource: {OBJECT}"}
    assert refused_event(json.dumps(event))[0] == Refusal(WHO, "s3:GetObject", OBJECT)


ROLE = f"arn:aws:iam::{ACCOUNT}:role/people/Reader"
EVENT = {
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "eventTime": "2026-11-27T10:00:00Z",
    "awsRegion": "eu-west-1",
    "sourceIPAddress": "203.0.113.7",
    "userAgent": "aws-cli/2",
    "vpcEndpointId": "vpce-1",
    "tlsDetails": {"tlsVersion": "TLSv1.3"},
    "errorCode": "AccessDenied",
    "errorMessage": "Access Denied",
    "resources": [{"type": "AWS::S3::Object", "ARN": OBJECT}, {"ARN": "arn:aws:s3:::reports"}],
    "userIdentity": {
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLE:i-1",
        "arn": WHO,
        "sessionContext": {
            "sessionIssuer": {"arn": ROLE},
            "attributes": {"mfaAuthenticated": "false"},
        },
    },
}
CONTEXT = {
    "aws:PrincipalArn": ROLE,
    "aws:userid": "AROAEXAMPLE:i-1",
    "aws:MultiFactorAuthPresent": "false",
    "aws:RequestedRegion": "eu-west-1",
    "aws:SourceVpce": "vpce-1",
    "aws:UserAgent": "aws-cli/2",
    "aws:CurrentTime": "2026-11-27T10:00:00Z",
    "aws:SourceIp": "203.0.113.7",
    "aws:SecureTransport": "true",
}


@pytest.mark.parametrize(
    "document",
    [
        EVENT,
        {"Records": [{"eventName": "ListBuckets"}, EVENT]},
        {"Events": [{"EventId": "1", "CloudTrailEvent": json.dumps(EVENT)}]},
        {"source": "aws.s3", "detail": EVENT},
        [EVENT],
    ],
)
def test_what_a_message_leaves_out_is_taken_from_the_event(document: Any) -> None:
    found, _ = refused_event(json.dumps(document))
    assert found == Refusal(WHO, "s3:GetObject", OBJECT, region="eu-west-1", context=CONTEXT)


def test_an_event_tells_the_external_id_and_the_role_that_was_asked_for() -> None:
    asked = {"roleArn": ROLE, "externalId": "course", "roleSessionName": "me"}
    event = {
        "eventSource": "sts.amazonaws.com",
        "eventName": "AssumeRole",
        "errorCode": "AccessDenied",
        "userIdentity": {"arn": f"arn:aws:iam::{ACCOUNT}:user/anne"},
        "requestParameters": asked,
    }
    found, _ = refused_event(json.dumps(event))
    assert (found.action, found.resource) == ("sts:AssumeRole", ROLE)
    assert found.context == {"sts:ExternalId": "course", "sts:RoleSessionName": "me"}


@pytest.mark.parametrize(
    ("document", "says"),
    [("{", "not JSON"), ("{}", "no refused call"), (json.dumps([EVENT, EVENT]), "2 refused calls")],
)
def test_what_holds_no_refused_call_or_several_is_refused(document: str, says: str) -> None:
    with pytest.raises(LiveError, match=says):
        refused_event(document)


def test_an_encoded_message_is_found_and_what_sts_makes_of_it_is_read() -> None:
    said = "You are not authorized. Encoded authorization failure message: AbC-_1=="
    assert encoded(said) == "AbC-_1=="
    told = {
        "allowed": False,
        "explicitDeny": False,
        "context": {"principal": {"arn": WHO}, "action": "ec2:RunInstances", "resource": "x"},
    }
    assert decoded(json.dumps(told)) == Refusal(WHO, "ec2:RunInstances", "x", explicit=False)


def test_a_decoded_message_tells_condition_keys_and_the_statement_that_denied() -> None:
    values = {"items": [{"value": "t3.micro"}]}
    conditions = {"items": [{"key": "ec2:InstanceType", "values": values}]}
    told = {
        "allowed": False,
        "explicitDeny": True,
        "matchedStatements": {"items": [{"statementId": "OnlySmall", "effect": "DENY"}]},
        "failures": {"items": []},
        "context": {
            "principal": {"id": "AROAEXAMPLE:i-1", "arn": WHO},
            "action": "ec2:RunInstances",
            "resource": "arn:aws:ec2:eu-west-1:111122223333:instance/*",
            "conditions": conditions,
        },
    }
    found = decoded(json.dumps(told))
    assert (found.context, found.sids) == ({"ec2:InstanceType": "t3.micro"}, ("OnlySmall",))


@pytest.mark.parametrize("message", ["Access Denied", "{}", "accessdenied", ""])
def test_a_message_that_names_no_call_is_refused(message: str) -> None:
    with pytest.raises(LiveError):
        refusal(message)


def doctor(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["doctor", *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (
            f"with an explicit deny in a service control policy: {SCP}",
            f"a Deny in a service control policy of the caller's organization: {SCP}",
        ),
        ("with an explicit deny", "a Deny in a policy"),
        (
            "because no resource-based policy allows the s3:GetObject action",
            "no Allow in the policy of the resource",
        ),
        (
            "with an explicit deny in an identity-based policy",
            "a Deny in an identity policy of the",
        ),
        ("because no identity-based policy allows the s3:GetObject action", ""),
        ("", ""),
    ],
)
def test_a_half_that_aws_names_and_the_policies_do_not_show_is_said_before_the_change(
    tmp_path: Path, end: str, said: str
) -> None:
    file = account_file(tmp_path, role("Reader", allow("s3:ListBucket")))
    code, told = doctor(f"{DENIED} on resource: {OBJECT} {end}", "-a", str(file))
    assert code == 1
    assert "least change: Allow s3:GetObject" in told
    lines = [each for each in told.splitlines() if each.startswith("AWS names ")]
    assert len(lines) == bool(said)
    assert all(f"AWS names {said}" in line for line in lines)
    assert all("account.json does not show that" in line for line in lines)


def test_the_nearest_statement_and_the_least_change_are_told(tmp_path: Path) -> None:
    file = account_file(tmp_path, role("Reader", allow("s3:ListBucket")))
    end = "because no identity-based policy allows the s3:GetObject action"
    code, said = doctor(f"{DENIED} on resource: {OBJECT} {end}", "-a", str(file))
    assert code == 1
    assert said.startswith(f"refused: {WHO} s3:GetObject {OBJECT}\n")
    assert "AWS says: no Allow in an identity policy of the caller\n" in said
    assert "account.json says: ImplicitDeny" in said
    assert f"least change: Allow s3:GetObject on {OBJECT} to {WHO}" in said


def test_without_policies_it_says_what_aws_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = doctor(f"{DENIED} on resource: {OBJECT} with an explicit deny")
    assert code == 1
    assert "AWS says: a Deny in a policy\n" in said
    assert "cdk.out is not there" in said
    assert doctor(DENIED)[0] == 3


def test_the_message_may_be_in_a_file_or_come_in(tmp_path: Path) -> None:
    file = account_file(tmp_path, role("Reader", allow("s3:*"), Path="/people/", Arn=ROLE))
    event = tmp_path / "event.json"
    event.write_text(json.dumps(EVENT))
    code, said = doctor(str(event), "-a", str(file))
    assert "account.json says: Allowed" in said
    assert code == 3
    done = CliRunner().invoke(
        main, ["doctor", "-", "-a", str(file)], input=f"{DENIED} on resource: {OBJECT}\n"
    )
    assert done.output.startswith(f"refused: {WHO} s3:GetObject {OBJECT}\n")


def test_a_condition_key_of_the_event_decides(tmp_path: Path) -> None:
    inside = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    document = allow("s3:GetObject")
    document["Statement"][0]["Condition"] = inside
    file = account_file(tmp_path, role("Reader", document, Path="/people/", Arn=ROLE))
    code, said = doctor(json.dumps(EVENT), "-a", str(file))
    assert code == 1
    assert "IpAddress aws:SourceIp 10.0.0.0/8 fails: the request has '203.0.113.7'" in said
    assert "least change: call so that IpAddress aws:SourceIp 10.0.0.0/8 holds" in said


def test_a_caller_that_the_policies_do_not_have_is_unknown_and_named(tmp_path: Path) -> None:
    file = account_file(tmp_path, role("Writer", allow("s3:GetObject")))
    code, said = doctor(f"{DENIED} on resource: {OBJECT}", "-a", str(file))
    assert code == 3
    assert (
        f"account.json says: Unknown\n  it does not have {WHO}; -a takes a file of `whomay snapshot` too\n"
        in said
    )


def test_without_credentials_an_id_cannot_be_asked_and_a_message_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    identity = "0123456789abcdef0123"
    code, said = doctor(identity, "--region", "us-east-1")
    assert (code, said) == (2, "Error: no credentials: give --profile, or log in\n")
    end = f"call the API with the following authorization id: {identity}"
    code, said = doctor(f"{DENIED} with an explicit deny. {end}", "--region", "us-east-1")
    assert code == 1
    assert f"AWS has more for a day: authorization id {identity}\n" in said
    assert "AWS was not asked: no credentials: give --profile, or log in\n" in said
