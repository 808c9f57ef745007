"""A case without names decides as it did, and nobody can read the names out of it."""

import json
import re
from typing import Any

import pytest
from support.decision_cases import DECISIONS

from whomay.engine.cases import run_case
from whomay.live.disguise import Disguise

KEY = b"k" * 32
ACCOUNT = "448812345678"
ORGANIZATION = "o-a1b2c3d4e5"


def shown(text: str, key: bytes = KEY) -> str:
    return Disguise(key).text(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (
            f"arn:aws:iam::{ACCOUNT}:role/people/Payroll",
            r"arn:aws:iam::\d{12}:role/[a-z]{6}/[A-Z][a-z]{6}",
        ),
        (
            f"arn:aws:sts::{ACCOUNT}:assumed-role/Pay/anne@acme.io",
            r"arn:aws:sts::\d{12}:assumed-role/\w{3}/\w{4}@\w{4}\.\w\w",
        ),
        ("arn:aws:s3:::acme-payroll/2026/*", r"arn:aws:s3:::[a-z]{4}-[a-z]{7}/\d{4}/\*"),
        (
            f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/Pay/index/By",
            r"arn:aws:dynamodb:eu-west-1:\d{12}:table/\w{3}/index/\w\w",
        ),
        (
            f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            r"arn:aws:kms:eu-west-1:\d{12}:key/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        ),
        ("AROAEXAMPLEEXAMPLE12:anne", r"AROA[A-Z]{14}\d\d:[a-z]{4}"),
        (ORGANIZATION, r"o-[a-z]\d[a-z]\d[a-z]\d[a-z]\d[a-z]\d"),
        ("203.0.113.7", r"\d+\.\d+\.\d+\.\d+"),
        ("2001:db8::1", r"[0-9a-f:]+"),
    ],
)
def test_each_is_replaced_by_one_of_its_form(text: str, form: str) -> None:
    assert re.fullmatch(form, shown(text)), shown(text)
    assert shown(text) != text
    assert shown(text) == shown(text)
    assert shown(text) != shown(text, b"x" * 32)


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "ec2.amazonaws.com",
        "*",
        "arn:aws:s3:::*",
        "arn:aws:iam::*:role/aws-service-role/a.amazonaws.com/B",
        "${aws:username}",
        "0.0.0.0/0",
    ],
)
def test_the_words_of_aws_remain(text: str) -> None:
    assert shown(text) == text


def test_the_same_is_replaced_by_the_same_wherever_it_is() -> None:
    role = shown(f"arn:aws:iam::{ACCOUNT}:role/people/Payroll")
    session = shown(f"arn:aws:sts::{ACCOUNT}:assumed-role/Payroll/anne")
    account = shown(ACCOUNT)
    assert role.split(":")[4] == session.split(":")[4] == account
    assert role.rsplit("/", 1)[1] == session.split("/")[1]
    assert shown("PAYROLL").lower() == shown("payroll")


def test_what_begins_alike_begins_alike_again_and_addresses_keep_their_ranges() -> None:
    assert shown("arn:aws:s3:::acme-payroll/a").startswith(
        shown("arn:aws:s3:::acme-pay*").rstrip("*")
    )
    import ipaddress  # noqa: PLC0415 - of this test

    inside = ipaddress.ip_address(shown("203.0.113.7"))
    assert inside in ipaddress.ip_network(shown("203.0.113.0/24"))
    assert inside not in ipaddress.ip_network(shown("203.0.112.0/24"))


CASE: dict[str, Any] = {
    "id": "0a1b2c3d4e5f6a7b8c9d-1",
    "policies": {
        "identity": [
            {
                "Version": "2012-10-17",
                "Id": "AcmePolicy",
                "Statement": {
                    "Sid": "AcmePayroll",
                    "Effect": "Allow",
                    "Action": "s3:Get*",
                    "Resource": "arn:aws:s3:::acme-payroll/${aws:PrincipalTag/Team}/*",
                    "Condition": {
                        "StringEquals": {"aws:PrincipalOrgID": ORGANIZATION},
                        "Bool": {"aws:SecureTransport": "true"},
                        "IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]},
                    },
                },
            }
        ],
        "boundary": [{"not_given": "arn:aws:iam::448812345678:policy/Acme was not given"}],
    },
    "request": {
        "principal": f"arn:aws:iam::{ACCOUNT}:user/people/anne",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::acme-payroll/blue/a.csv",
        "context": {
            "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/people/anne",
            "aws:PrincipalTag/team": "blue",
            "aws:principalorgid": ORGANIZATION,
            "aws:SecureTransport": True,
            "aws:SourceIp": "203.0.113.7",
            "aws:UserAgent": "aws-cli/2 secret-host",
            "sts:ExternalId": "very-secret",
        },
        "resource_account": ACCOUNT,
    },
    "expected": "Unknown",
}
PRIVATE = (
    "acme",
    "payroll",
    "anne",
    "blue",
    "team",
    "secret",
    "448812345678",
    "a1b2c3",
    "203.0.113",
)


def test_nothing_private_remains_and_what_no_policy_reads_is_left_out() -> None:
    found = Disguise(KEY).case(CASE)
    text = json.dumps(found).lower()
    assert [each for each in PRIVATE if each in text] == []
    assert len(found["request"]["context"]) == 5
    assert found["policies"]["boundary"] == [{"not_given": "AWS did not give the policy"}]
    assert found["request"]["context"]["aws:SecureTransport"] is True


def test_a_case_without_names_decides_as_it_did() -> None:
    allowed = {**CASE, "expected": "Allowed"}
    del allowed["policies"]["boundary"]
    assert run_case(allowed).as_expected
    for key in (b"a", b"b", b"c"):
        assert run_case(Disguise(key).case(allowed)).as_expected


@pytest.mark.parametrize("key", [b"one", b"two"])
def test_nearly_all_of_the_corpus_decides_as_it_did(key: bytes) -> None:
    """What does not has a pattern in the middle or at the end of a name, and `record` refuses it."""
    disguise = Disguise(key)
    cases = [{"policies": {}, **one} for one in DECISIONS if one.get("complete", True)]
    for one in cases:
        one["policies"] = {name: each for name, each in one["policies"].items() if each}
        one["request"] = {"context": {}, **one["request"]}
    wrong = [one["id"] for one in cases if not run_case(disguise.case(one)).as_expected]
    assert len(cases) > 300
    assert len(wrong) < len(cases) * 0.05, wrong
