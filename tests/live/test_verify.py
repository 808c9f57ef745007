"""`whomay verify` tells whether an account does what the contract says; IAM's simulator is asked."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from support.aws import root, statement
from support.faulty_proxy import Answer, error
from support.running_lab import lab_of_its_own
from support.verified_app import VerifiedApp, deployed

from whomay.lab.state import Lab

__all__ = ["lab_of_its_own"]
pytestmark = pytest.mark.lab
SIMULATE = "SimulatePrincipalPolicy"
SKEWED = error(
    403,
    "SignatureDoesNotMatch",
    "Signature expired: 20261127T090000Z is now earlier than 20261127T091500Z",
    minutes=20,
)


@pytest.fixture(scope="module")
def app(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VerifiedApp]:
    """One deployment of the app for all tests here."""
    app = deployed(lab, tmp_path_factory.mktemp("verified"), "Kept")
    yield app
    # It names a user that a test has deleted, by an id of which nobody knows the account.
    root(lab).client("s3").delete_bucket_policy(Bucket=app.names["Bucket"])


def test_an_account_that_does_what_the_contract_says_is_verified(app: VerifiedApp) -> None:
    done = app.verify()
    assert done.returncode == 0, done.stdout + done.stderr
    account, region = app.lab.accounts[0], app.lab.region
    place = f"{app.role} in account {account}, stack Kept in {region}"
    assert f"Kept/Reader: {place}\n" in done.stdout
    who = f"arn:aws:iam::{account}:user/{app.names['Caller']}"
    assert done.stderr == f"account {account} as {who}, {region}\n"
    assert f"account {account}: 6 statements: 6 kept\n" in done.stdout


def test_what_the_simulator_ignores_is_answered_by_the_engine_and_said(app: VerifiedApp) -> None:
    done = app.verify("--format", "json")
    [trust] = [
        each
        for each in json.loads(done.stdout)["statements"]
        if each["kind"] == "assumable_only_by"
    ]
    assert (trust["outcome"], trust["questions"]) == ("kept", [])
    assert trust["by engine alone"] == ["the simulator ignores trust policies"]


def test_the_simulator_is_given_the_policy_of_a_resource_for_a_user(app: VerifiedApp) -> None:
    done = app.verify("--format", "json")
    [listing] = [
        each for each in json.loads(done.stdout)["statements"] if each["principal"] == "Kept/Person"
    ]
    assert [(each["simulator"], each["why"]) for each in listing["questions"]] == [
        ("allowed", "by ResourcePolicy")
    ]


def test_a_policy_added_by_hand_is_named_with_both_verdicts(app: VerifiedApp) -> None:
    with app.by_hand(statement("s3:PutObject", "*")):
        done = app.verify()
    assert done.returncode == 1
    key = f"arn:aws:s3:::{app.names['Bucket']}/"
    [line, *_] = [line for line in done.stdout.splitlines() if f"s3:PutObject on {key}" in line]
    assert line.endswith(
        "the contract says denied, the simulator says allowed "
        f"(by role_{app.names['Reader']}_by-hand), our engine says Allowed"
    )
    assert "6 statements: 4 kept, 2 broken" in done.stdout


def test_a_denial_added_by_hand_breaks_what_must_be_allowed(app: VerifiedApp) -> None:
    with app.by_hand({**statement("s3:Get*", "*"), "Effect": "Deny"}):
        done = app.verify("--format", "junit")
    assert done.returncode == 1
    suite = ET.fromstring(done.stdout)  # noqa: S314 - made by the command, in this process's child
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("6", "1", "0")
    [failure] = suite.iter("failure")
    assert "the contract says allowed, the simulator says explicitDeny" in str(failure.text)


def test_another_account_than_the_one_that_is_meant_is_refused(app: VerifiedApp) -> None:
    done = app.verify("--account", "999999999999")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--account: got '999999999999'; these credentials are of" in done.stderr


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (error(403, "AccessDenied"), "iam:SimulatePrincipalPolicy is refused: AccessDenied"),
        (error(429, "Throttling", "Rate exceeded"), "Throttling: Rate exceeded"),
        (error(503, "ServiceUnavailable"), "ServiceUnavailable"),
        (error(403, "ExpiredToken", "The token has expired"), "ExpiredToken"),
        (error(403, "InvalidClientTokenId"), "InvalidClientTokenId"),
        (SKEWED, "the clock of this machine is 20 minutes behind"),
        (Answer(200, b"<Simulate", {"Content-Type": "text/xml"}, 5000), "iam simulate_principal"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_the_simulator_did_not_answer_is_unknown_and_never_broken(
    app: VerifiedApp, answer: Answer, said: str
) -> None:
    done = app.verify(faults={SIMULATE: lambda: answer})
    assert done.returncode == 3, done.stdout
    assert "broken" not in done.stdout
    lines = [line for line in done.stdout.splitlines() if "the simulator gave no answer: " in line]
    assert lines
    assert all(said in line for line in lines)
    assert "6 statements: 1 kept, 5 not known" in done.stdout


def test_an_answer_that_fails_in_the_middle_leaves_the_others_as_they_are(app: VerifiedApp) -> None:
    expired = error(403, "ExpiredToken", "The token has expired")
    answers = iter([None, None, None])
    done = app.verify("--format", "json", faults={SIMULATE: lambda: next(answers, expired)})
    assert done.returncode == 3
    statements = json.loads(done.stdout)["statements"]
    told = [each for one in statements for each in one["questions"]]
    assert {each["simulator"] for each in told} >= {None, "implicitDeny"}
    assert all("ExpiredToken" in each["why"] for each in told if each["simulator"] is None)
    assert "broken" not in {one["outcome"] for one in statements}


def test_a_role_that_was_deleted_by_hand_breaks_its_statements(app: VerifiedApp) -> None:
    iam = root(app.lab).client("iam")
    name = {"UserName": app.names["Person"]}
    iam.delete_user(**name)
    try:
        done = app.verify()
    finally:
        iam.create_user(**name)
    assert done.returncode == 1
    assert f"the account has no arn:aws:iam::{app.lab.accounts[0]}:user/" in done.stdout
