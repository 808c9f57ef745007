"""`whomay cases record`: what the lab denies becomes a line that decides the same and holds no names."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.aws import Caller, make_role, make_user, policy, refusal, root, statement, trust
from support.lab_user import on_lab

from whomay.engine import Verdict
from whomay.lab.state import Lab
from whomay.live.authorization import Authorization, EvaluatedPolicy, Evaluation
from whomay.live.errors import LiveError
from whomay.live.recorded import recorded

ACCOUNT = "111111111111"


def deny(action: str, **more: Any) -> dict[str, Any]:
    return {**statement(action, "*"), "Effect": "Deny", **more}


@pytest.fixture(scope="module")
def admin(lab: Lab) -> Caller:
    return make_user(lab, "records-cases", statement("*", "*"))


def test_what_was_denied_is_recorded_and_decides_the_same(
    lab: Lab, admin: Caller, tmp_path: Path
) -> None:
    boundary = (
        root(lab)
        .client("iam")
        .create_policy(PolicyName="payroll-limits", PolicyDocument=policy(statement("s3:*", "*")))[
            "Policy"
        ]["Arn"]
    )
    own = statement(
        "iam:GetUser",
        f"arn:aws:iam::{ACCOUNT}:user/payroll-*",
        Condition={"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}},
    )
    role = make_role(lab, "payroll", trust({"AWS": ACCOUNT}), own, PermissionsBoundary=boundary)
    session = make_user(lab, "payroll-anne", statement("sts:AssumeRole", "*")).assume(role)
    denied = make_user(lab, "payroll-bert", statement("*", "*"), deny("iam:*", Sid="PayrollNever"))
    calls = [
        (session.client("iam").get_user, {"UserName": "payroll-anne"}),
        (denied.client("iam").list_users, {}),
    ]
    file = tmp_path / "cases.jsonl"
    for call, parameters in calls:
        message = refusal(call, **parameters)[1]
        done = on_lab(admin, "cases", "record", message, "-f", str(file))
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["expected"] for line in lines] == ["ImplicitDeny", "ExplicitDeny"]
    assert [*lines[0]["policies"]] == ["identity", "boundary"]
    text = file.read_text().lower()
    assert [
        each for each in ("payroll", "anne", "bert", ACCOUNT, "127.0.0.1") if each in text
    ] == []
    ran = on_lab(admin, "cases", str(file))
    assert (ran.returncode, ran.stdout) == (0, "2 cases, 0 not as expected\n")


def test_a_policy_that_may_not_be_read_makes_the_case_unknown_and_names_itself(lab: Lab) -> None:
    may = statement("iam:GetRequestAuthorizationDetails", "*")
    user = make_user(lab, "records-blind", may)
    message = refusal(user.client("iam").list_users)[1]
    done = on_lab(user, "cases", "record", message.rpartition(" ")[2])
    assert done.returncode == 3
    [line] = done.stdout.splitlines()
    assert json.loads(line)["policies"] == {
        "identity": [{"not_given": "AWS did not give the policy"}]
    }
    assert "Unknown, and AWS decided ImplicitDeny" in done.stderr


def told(effect: str, *statements: dict[str, Any], resource: str = "*") -> Authorization:
    document = json.loads(policy(*statements))
    context = {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/anne"}
    evaluation = Evaluation("s3:GetObject", resource, context, effect)
    own = EvaluatedPolicy("urn:1", "IDENTITY_BASED_POLICY", (), document)
    return Authorization("0123456789abcdef", (evaluation,), (own,))


def test_a_disagreement_is_recorded_with_both_verdicts() -> None:
    [one] = recorded(told("IMPLICIT_DENY", statement("*", "*")))
    assert (one.aws, one.ours.verdict) == (Verdict.IMPLICIT_DENY, Verdict.ALLOWED)
    assert one.case["expected"] == "ImplicitDeny"


def test_names_whose_middle_a_pattern_matches_are_not_replaced_in_silence() -> None:
    denied = told(
        "EXPLICIT_DENY",
        deny("*", Resource="arn:aws:s3:::*payroll/*"),
        resource="arn:aws:s3:::mypayroll/a",
    )
    with pytest.raises(LiveError, match="a pattern matches the middle or the end of a name"):
        list(recorded(denied))


def test_what_allows_is_no_case() -> None:
    assert list(recorded(told("ALLOW", statement("*", "*")))) == []
