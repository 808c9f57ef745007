"""`whomay trail unused`: what is granted, against log files as CloudTrail delivers them."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.assemblies import document, role, write_assembly
from support.checkout import ROOT
from support.organization_file import FULL, denying, organization_file

from whomay.cli import main
from whomay.cli.lock_file import text_of
from whomay.engine import read

ACCOUNT = "111122223333"
DEPLOY = f"arn:aws:iam::{ACCOUNT}:role/Deploy"
DAYS = [(date(2026, 11, 1) + timedelta(days=each)).isoformat() for each in range(10)]


def record(call: str, day: str, who: str = DEPLOY, **fields: Any) -> dict[str, Any]:
    service, _, event = call.partition(":")
    session = who.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/ci"
    identity = {
        "type": "AssumedRole",
        "arn": session,
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": who}},
    }
    return {
        "userIdentity": identity,
        "eventTime": f"{day}T08:00:00Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": event,
        "awsRegion": "us-east-1",
        "readOnly": event.startswith(("Get", "List", "Describe")),
        "eventCategory": "Management",
        "recipientAccountId": who.split(":")[4],
        **fields,
    }


def daily(*, who: str = DEPLOY) -> list[dict[str, Any]]:
    """Return a reading and a writing management event of each day, and one of a global service."""
    calls = ("sts:GetCallerIdentity", "config:PutEvaluations", "iam:GetAccountSummary")
    return [record(call, day, who) for day in DAYS for call in calls]


def app(
    folder: Path, *actions: str, name: Any = "Deploy", resource: Any = "*", **more: Any
) -> Path:
    """Write an app with one role, which may do the actions; `more` are properties of the role."""
    policy = {"PolicyName": "P", "PolicyDocument": document(*actions, resource=resource)}
    named = {"RoleName": name} if name else {}
    return app_of(folder, Deploy=role(Policies=[policy], **named, **more))


def app_of(folder: Path, **resources: Any) -> Path:
    return write_assembly(folder / "cdk.out", {"S": {"Resources": resources}})


def trail(**properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudTrail::Trail",
        "Properties": {"IsLogging": True, "IsMultiRegionTrail": True, **properties},
    }


def unused(folder: Path, records: list[dict[str, Any]], *options: str) -> Result:
    (folder / "log.json").write_text(json.dumps({"Records": records}))
    places = (str(folder / "log.json"), "-a", str(folder / "cdk.out"))
    return CliRunner().invoke(main, ["trail", "unused", *places, "--days", "10", *options])


def states(answer: Result) -> Mapping[str, str]:
    [one] = json.loads(answer.stdout)["principals"]
    assert not one["unknown"]
    return {grant["action"]: grant["state"] for grant in one["grants"]}


def proposed(answer: Result) -> list[Any]:
    return [each["becomes"] for each in json.loads(answer.stdout)["proposed"]]


def test_an_action_that_was_never_called_is_unused_and_the_others_are_proposed(
    tmp_path: Path,
) -> None:
    app(tmp_path, "iam:CreateUser", "s3:ListAllMyBuckets", "sts:AssumeRole")
    records = [*daily(), record("s3:ListBuckets", DAYS[3]), record("sts:AssumeRole", DAYS[4])]
    answer = unused(tmp_path, records)
    assert answer.exit_code == 1
    assert answer.stdout.splitlines()[:6] == [
        f"S/Deploy ({DEPLOY})",
        "    unused: iam:CreateUser",
        "    used: s3:ListAllMyBuckets, last 2026-11-04T08:00:00Z",
        "    used: sts:AssumeRole, last 2026-11-05T08:00:00Z",
        "narrower, in place of statement 0 of P (S/Deploy):",
        '    {"Effect": "Allow", "Action": ["s3:ListAllMyBuckets", "sts:AssumeRole"], "Resource": "*"}',
    ]


def test_all_used_is_exit_code_0(tmp_path: Path) -> None:
    app(tmp_path, "iam:CreateUser")
    answer = unused(tmp_path, [*daily(), record("iam:CreateUser", DAYS[0])])
    assert (answer.exit_code, answer.stdout.count("used: iam:CreateUser")) == (0, 1)


def test_what_needs_no_permission_is_not_told(tmp_path: Path) -> None:
    app(tmp_path, "iam:CreateUser", "sts:GetCallerIdentity")
    answer = unused(tmp_path, [*daily(), record("iam:CreateUser", DAYS[0])], "--format", "json")
    assert states(answer) == {"iam:CreateUser": "used"}


def test_a_refused_call_is_no_use_and_neither_is_one_before_the_days(tmp_path: Path) -> None:
    app(tmp_path, "iam:CreateUser", "iam:DeleteUser")
    before = record("iam:CreateUser", "2026-10-31")
    refused = record("iam:DeleteUser", DAYS[1], errorCode="AccessDenied")
    answer = unused(tmp_path, [before, *daily(), refused], "--format", "json")
    assert states(answer) == {"iam:CreateUser": "unused", "iam:DeleteUser": "unused"}
    assert proposed(answer) == [None]


@pytest.mark.parametrize(
    "action",
    [
        *("s3:GetObject", "lambda:InvokeFunction", "dynamodb:PutItem"),
        *("sqs:SendMessage", "sns:Publish", "iam:PassRole"),
        *("ec2:CreateTags", "kms:Decrypt", "ssmmessages:CreateDataChannel"),
    ],
)
def test_what_the_trail_cannot_show_is_never_unused(tmp_path: Path, action: str) -> None:
    app(tmp_path, action)
    answer = unused(tmp_path, daily(), "--format", "json")
    assert (answer.exit_code, states(answer), proposed(answer)) == (3, {action: "not told"}, [])
    [one] = json.loads(answer.stdout)["principals"]
    assert one["grants"][0]["not told"][action]


@pytest.mark.parametrize(
    "held_back",
    [
        {"PermissionsBoundary": {"Ref": "Boundary"}},
        {"Policies": [{"PolicyName": "P", "PolicyDocument": {"Statement": [
            {"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "*"},
            {"Effect": "Deny", "Action": "iam:*", "Resource": "*"},
        ]}}]},
    ],
    ids=["boundary", "deny"],
)  # fmt: skip
def test_what_a_deny_or_a_boundary_holds_back_is_not_granted_so_it_is_not_unused(
    tmp_path: Path, held_back: Any
) -> None:
    own = {"PolicyName": "P", "PolicyDocument": document("iam:CreateUser")}
    limit = {"PolicyDocument": document("s3:*")}
    deploy = role(**{"RoleName": "Deploy", "Policies": [own], **held_back})
    boundary = {"Type": "AWS::IAM::ManagedPolicy", "Properties": limit}
    app_of(tmp_path, Boundary=boundary, Deploy=deploy)
    answer = unused(tmp_path, daily(), "--format", "json")
    assert (answer.exit_code, states(answer)) == (0, {"iam:CreateUser": "held back"})


def test_what_an_organization_denies_is_held_back(tmp_path: Path) -> None:
    app(tmp_path, "iam:CreateUser", "iam:GetUser")
    denied = {"scps": [FULL, denying("iam:Create*")]}
    options = ("--organization", str(organization_file(tmp_path, **denied)), "--format", "json")
    answer = unused(tmp_path, daily(), *options)
    assert states(answer) == {"iam:CreateUser": "held back", "iam:GetUser": "unused"}


def test_a_bucket_policy_that_names_the_role_grants_as_well(tmp_path: Path) -> None:
    allow = {
        "Effect": "Allow",
        "Principal": {"AWS": {"Fn::GetAtt": ["Deploy", "Arn"]}},
        "Action": "s3:GetBucketLocation",
        "Resource": "arn:aws:s3:::reports",
    }
    policy = {"Bucket": "reports", "PolicyDocument": {"Statement": [allow]}}
    app_of(
        tmp_path,
        Deploy=role(RoleName="Deploy"),
        Reports={"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "reports"}},
        Policy={"Type": "AWS::S3::BucketPolicy", "Properties": policy},
    )
    answer = unused(tmp_path, daily())
    assert answer.exit_code == 1
    assert "    unused: s3:GetBucketLocation, by S/Policy\n" in answer.stdout
    assert "narrower" not in answer.stdout


ALL_OBJECTS = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}
OF_REPORTS = {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::reports/"]}


@pytest.mark.parametrize(
    ("selector", "state"),
    [
        ({"DataResources": [OF_REPORTS]}, "unused"),
        ({"DataResources": [ALL_OBJECTS], "ReadWriteType": "All"}, "unused"),
        ({"DataResources": [OF_REPORTS], "ReadWriteType": "ReadOnly"}, "not told"),
        ({"DataResources": [{**OF_REPORTS, "Values": ["arn:aws:s3:::reports/2026/"]}]}, "not told"),
        ({"DataResources": [{**OF_REPORTS, "Values": ["arn:aws:s3:::rep"]}]}, "not told"),
        ({}, "not told"),
    ],
)
def test_data_events_are_missed_only_where_the_trail_selects_all_of_the_bucket(
    tmp_path: Path, selector: Any, state: str
) -> None:
    own = document("s3:PutObject", resource="arn:aws:s3:::reports/*")
    deploy = role(RoleName="Deploy", Policies=[{"PolicyName": "P", "PolicyDocument": own}])
    app_of(tmp_path, Deploy=deploy, Trail=trail(EventSelectors=[selector]))
    assert states(unused(tmp_path, daily(), "--format", "json")) == {"s3:PutObject": state}


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ([], "unused"),
        ([{"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::reports/"]}], "unused"),
        ([{"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::logs/"]}], "not told"),
        ([{"Field": "eventName", "Equals": ["DeleteObject"]}], "not told"),
        ([{"Field": "readOnly", "Equals": ["false"]}], "not told"),
    ],
)
def test_selectors_of_the_deployed_trail_come_from_a_file(
    tmp_path: Path, fields: list[Any], state: str
) -> None:
    app(tmp_path, "s3:PutObject", resource="arn:aws:s3:::reports/*")
    data = {"Field": "eventCategory", "Equals": ["Data"]}
    objects = {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}
    file = tmp_path / "selectors.json"
    selectors = [{"Name": "objects", "FieldSelectors": [data, objects, *fields]}]
    file.write_text(json.dumps({"AdvancedEventSelectors": selectors}))
    options = ("--selectors", str(file), "--format", "json")
    assert states(unused(tmp_path, daily(), *options)) == {"s3:PutObject": state}


@pytest.mark.parametrize("off", [{"IsLogging": False}, {"IsMultiRegionTrail": False}])
def test_a_trail_that_is_off_or_of_one_region_tells_nothing_of_data_events(
    tmp_path: Path, off: Any
) -> None:
    own = document("s3:PutObject", resource="arn:aws:s3:::reports/*")
    deploy = role(RoleName="Deploy", Policies=[{"PolicyName": "P", "PolicyDocument": own}])
    app_of(
        tmp_path,
        Deploy=deploy,
        Trail=trail(EventSelectors=[{"DataResources": [ALL_OBJECTS]}], **off),
    )
    assert states(unused(tmp_path, daily(), "--format", "json")) == {"s3:PutObject": "not told"}


def test_a_trail_of_another_account_tells_nothing_of_data_events(tmp_path: Path) -> None:
    own = document("s3:PutObject", resource="arn:aws:s3:::reports/*")
    deploy = role(RoleName="Deploy", Policies=[{"PolicyName": "P", "PolicyDocument": own}])
    other = trail(EventSelectors=[{"DataResources": [ALL_OBJECTS]}])
    for name, resources, account in (
        ("A", {"Deploy": deploy}, ACCOUNT),
        ("B", {"T": other}, "444455556666"),
    ):
        here = f"aws://{account}/us-east-1"
        write_assembly(tmp_path / "apps" / name, {name: {"Resources": resources}}, here)
    (tmp_path / "log.json").write_text(json.dumps({"Records": daily()}))
    files = [
        f"{tmp_path}/apps/{name}/{name}.template.json@{of}/us-east-1"
        for name, of in (("A", ACCOUNT), ("B", "444455556666"))
    ]
    named = [part for each in files for part in ("-a", each)]
    asked = [
        "trail",
        "unused",
        str(tmp_path / "log.json"),
        *named,
        "--days",
        "10",
        "--format",
        "json",
    ]
    assert states(CliRunner().invoke(main, asked)) == {"s3:PutObject": "not told"}


def test_a_session_of_a_federated_user_uses_what_the_user_is_granted(tmp_path: Path) -> None:
    user = {
        "UserName": "ada",
        "Policies": [{"PolicyName": "P", "PolicyDocument": document("iam:GetUser")}],
    }
    app_of(tmp_path, Ada={"Type": "AWS::IAM::User", "Properties": user})
    ada = f"arn:aws:iam::{ACCOUNT}:user/ada"
    called = record("iam:GetUser", DAYS[1])
    called["userIdentity"] = {
        "type": "FederatedUser",
        "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/visitor",
        "sessionContext": {"sessionIssuer": {"type": "IAMUser", "arn": ada}},
    }
    answer = unused(tmp_path, [*daily(), called], "--format", "json")
    assert states(answer) == {"iam:GetUser": "used"}


def test_a_wildcard_becomes_what_was_used_and_what_the_trail_cannot_show(tmp_path: Path) -> None:
    app(tmp_path, "iam:*User")
    answer = unused(tmp_path, [*daily(), record("iam:CreateUser", DAYS[2])], "--format", "json")
    assert answer.exit_code == 1
    assert proposed(answer) == [
        {
            "Effect": "Allow",
            "Action": ["iam:CreateUser", "iam:TagUser", "iam:UntagUser"],
            "Resource": "*",
        }
    ]


def test_a_pattern_of_which_very_much_is_left_stays_as_it_is(tmp_path: Path) -> None:
    app(tmp_path, "s3:*")
    answer = unused(tmp_path, daily(), "--format", "json")
    assert (states(answer), proposed(answer)) == ({"s3:*": "unused"}, [])


def test_a_statement_stays_where_one_who_has_it_uses_it_or_is_not_known(tmp_path: Path) -> None:
    shared = {"PolicyDocument": document("iam:CreateUser", "iam:GetUser"), "ManagedPolicyName": "M"}
    policy = {"Type": "AWS::IAM::ManagedPolicy", "Properties": shared}
    with_it = {"ManagedPolicyArns": [{"Ref": "Policy"}]}
    other = DEPLOY.replace("Deploy", "Other")
    records = [
        *daily(),
        record("iam:CreateUser", DAYS[1]),
        record("iam:GetUser", DAYS[1], other),
    ]
    deploy, second = role(RoleName="Deploy", **with_it), role(RoleName="Other", **with_it)
    app_of(tmp_path, Policy=policy, Deploy=deploy, Other=second)
    answer = unused(tmp_path, records, "--format", "json")
    assert (answer.exit_code, proposed(answer)) == (1, [])
    app_of(tmp_path, Policy=policy, Deploy=deploy, Other=role(**with_it))
    answer = unused(tmp_path, records, "--format", "json")
    assert (answer.exit_code, proposed(answer)) == (1, [])
    app_of(tmp_path, Policy=policy, Deploy=deploy)
    [narrower] = proposed(unused(tmp_path, records, "--format", "json"))
    assert narrower["Action"] == "iam:CreateUser"


def test_a_call_that_may_need_more_than_its_own_action_hides_what_it_may_need(
    tmp_path: Path,
) -> None:
    app(tmp_path, "secretsmanager:ListSecrets", "secretsmanager:DeleteSecret", "iam:CreateUser")
    for call, hidden in (
        ("secretsmanager:BatchGetSecretValue", {"secretsmanager:ListSecrets"}),
        ("iam:AcquireRole", {"iam:CreateUser"}),
    ):
        answer = unused(tmp_path, [*daily(), record(call, DAYS[3])], "--format", "json")
        assert {each for each, state in states(answer).items() if state == "not told"} == hidden


def test_a_trail_without_events_that_read_or_of_global_services_tells_nothing_of_them(
    tmp_path: Path,
) -> None:
    app(tmp_path, "iam:CreateUser", "ec2:StartInstances")
    writes = [each for each in daily() if not each["readOnly"]]
    answer = unused(tmp_path, writes, "--format", "json")
    assert set(states(answer).values()) == {"not told"}
    regional = [each for each in daily() if each["eventSource"] != "iam.amazonaws.com"]
    answer = unused(tmp_path, regional, "--format", "json")
    assert states(answer) == {"iam:CreateUser": "not told", "ec2:StartInstances": "unused"}


def test_a_role_that_no_record_names_has_not_been_used_at_all(tmp_path: Path) -> None:
    app(tmp_path, "iam:CreateUser")
    answer = unused(tmp_path, daily(who=DEPLOY.replace("Deploy", "Other")))
    assert (answer.exit_code, answer.stdout.count("unused: iam:CreateUser")) == (1, 1)


@pytest.mark.parametrize(
    ("name", "who", "reason"),
    [
        ("Deploy", DEPLOY.replace(ACCOUNT, "444455556666"), "no record is of its account, "),
        (None, DEPLOY, "AWS makes its name at deployment"),
    ],
)
def test_a_principal_whom_the_trail_cannot_know_is_unknown_and_nothing_of_it_unused(
    tmp_path: Path, name: str | None, who: str, reason: str
) -> None:
    app(tmp_path, "iam:CreateUser", name=name)
    answer = unused(tmp_path, daily(who=who))
    assert answer.exit_code == 3
    assert f"    unknown: {reason}" in answer.stdout
    assert "unused" not in answer.stdout


@pytest.mark.parametrize(
    ("fits", "said"),
    [
        (
            lambda at: at > DAYS[6],
            "the records of account 111122223333 span 4 days, 2026-11-07 to 2026-11-10, fewer than 10",
        ),
        (
            lambda at: DAYS[6] not in at,
            "account 111122223333 has no record of 1 of the 10 days: 2026-11-07",
        ),
    ],
)
def test_days_without_records_are_not_enough(tmp_path: Path, fits: Any, said: str) -> None:
    app(tmp_path, "iam:CreateUser")
    answer = unused(tmp_path, [each for each in daily() if fits(each["eventTime"])])
    assert (answer.exit_code, answer.stdout.splitlines()[1]) == (3, f"    unknown: {said}")
    assert "unused" not in answer.stdout


def test_no_records_and_files_that_cannot_be_read_are_not_enough(tmp_path: Path) -> None:
    app(tmp_path, "iam:CreateUser")
    no_record: Any = 1
    for records, said in (
        ([], "unknown: there are no records"),
        ([*daily(), no_record], "unknown: 1 files could not be read"),
    ):
        answer = unused(tmp_path, records)
        assert (answer.exit_code, answer.stdout.splitlines()[0]) == (3, said)
        assert "unused" not in answer.stdout


def test_a_lock_is_asked_as_the_templates_are(tmp_path: Path) -> None:
    folder = app(tmp_path, "iam:CreateUser")
    lock = tmp_path / "access.lock"
    lock.write_text(text_of(read(folder).snapshot))
    (tmp_path / "log.json").write_text(json.dumps({"Records": daily()}))
    asked = ["trail", "unused", str(tmp_path / "log.json"), "-a", str(lock), "--days", "10"]
    answer = CliRunner().invoke(main, asked)
    assert answer.exit_code == 1
    assert "    unused: iam:CreateUser\n" in answer.stdout
    assert "was current" in answer.stdout


def test_bad_input_is_exit_code_2(tmp_path: Path) -> None:
    app(tmp_path, "iam:CreateUser")
    assert unused(tmp_path, daily(), "--days", "0").exit_code == 2
    missing = ["trail", "unused", str(tmp_path / "none"), "-a", str(tmp_path / "cdk.out")]
    assert CliRunner().invoke(main, missing).exit_code == 2
    for text in (None, "[", "[]"):
        file = tmp_path / "selectors.json"
        if text is not None:
            file.write_text(text)
        answer = unused(tmp_path, daily(), "--selectors", str(file))
        assert (answer.exit_code, "--selectors" in answer.stderr) == (2, True)


def test_the_guide_shows_what_the_command_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app(tmp_path, "iam:*User", "iam:PassRole", "s3:ListAllMyBuckets", "s3:PutObject")
    used = [record("iam:CreateUser", DAYS[2]), record("iam:GetUser", DAYS[9])]
    unused(tmp_path, [*daily(), *used])
    monkeypatch.chdir(tmp_path)
    command = "whomay trail unused log.json -a cdk.out --days 10"
    answer = CliRunner().invoke(main, command.split()[1:])
    guide = (ROOT / "docs" / "guides" / "trail.md").read_text()
    assert answer.exit_code == 1
    assert f"```\n$ {command}\n{answer.stdout}```\n" in guide
