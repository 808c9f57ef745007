"""A pasted message of AWS is read in all its forms: who, what, on what, and by which kind of policy."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.account_file import ACCOUNT, account_file, allow, role

from whomay.cli import main
from whomay.live.errors import LiveError
from whomay.live.refusal import Refusal, decoded, encoded, refusal

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
    ],
)
def test_each_form_of_the_message_is_read(end: str, expected: Refusal) -> None:
    before = "An error occurred (AccessDenied) when calling the GetObject operation: "
    assert refusal(before + DENIED + end) == expected


def test_the_authorization_id_is_read_from_the_link() -> None:
    link = "https://console.aws.amazon.com/iam/home?region=eu-west-1#/authorization-details/ab-12"
    assert refusal(f"{DENIED} on resource: {OBJECT}. {link}").id == "ab-12"


def test_an_event_of_cloudtrail_is_read_by_its_message() -> None:
    event = {"errorCode": "AccessDenied", "errorMessage": f"{DENIED} on resource: {OBJECT}"}
    assert refusal(json.dumps(event)) == Refusal(WHO, "s3:GetObject", OBJECT)


def test_an_encoded_message_is_found_and_what_sts_makes_of_it_is_read() -> None:
    said = "You are not authorized. Encoded authorization failure message: AbC-_1=="
    assert encoded(said) == "AbC-_1=="
    told = {
        "allowed": False,
        "explicitDeny": False,
        "context": {"principal": {"arn": WHO}, "action": "ec2:RunInstances", "resource": "x"},
    }
    assert decoded(json.dumps(told)) == Refusal(WHO, "ec2:RunInstances", "x", explicit=False)


@pytest.mark.parametrize("message", ["Access Denied", "{}", "{", ""])
def test_a_message_that_names_no_call_is_refused(message: str) -> None:
    with pytest.raises(LiveError):
        refusal(message)


def doctor(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["doctor", *arguments])
    return done.exit_code, done.output


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
