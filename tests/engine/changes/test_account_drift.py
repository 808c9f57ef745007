"""An account is compared with the app: the app's own principals by their deployed names, no others."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.account_file import ACCOUNT, account_file, allow, role, stack, trust

from whomay.engine import Deployment, read
from whomay.engine.changes import Drift, drift
from whomay.engine.snapshot import Resource, Snapshot
from whomay.engine.templates import account_told

GET = allow("s3:GetObject", "arn:aws:s3:::reports/*")
MADE = ("Writer", "AWS::IAM::Role", "Reports-Writer-X1")
WRITER = "Reports-Writer-X1"
STACKS = [stack("Reports", MADE, ("Jobs", "AWS::SQS::Queue", "https://q/1/Reports-Jobs-X"))]
JOBS = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:Reports-Jobs-X"
SEND = {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sqs:SendMessage"}


def queue(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    there = {"type": "AWS::SQS::Queue", "name": "Reports-Jobs-X", "arn": JOBS}
    policy = {"policy": {"Statement": [*statements]}} if statements else {}
    return {**there, "region": "eu-west-1", **policy, **more}


def drifted(
    folder: Path, *roles: dict[str, Any], documents: tuple[Any, ...] = (GET,), **more: Any
) -> Drift:
    inline = [{"PolicyName": "p", "PolicyDocument": each} for each in documents]
    properties = {"AssumeRolePolicyDocument": trust(), "Policies": inline}
    statement = {**SEND, "Resource": {"Fn::GetAtt": ["Jobs", "Arn"]}}
    resources = {
        "Writer": {"Type": "AWS::IAM::Role", "Properties": properties},
        "Jobs": {"Type": "AWS::SQS::Queue"},
        "JobsPolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [{"Ref": "Jobs"}],
                "PolicyDocument": {"Statement": [statement]},
            },
        },
    }
    app = folder / "Reports.json"
    app.write_text(json.dumps({"Resources": resources}))
    parts = {"stacks": STACKS, "resources": [queue({**SEND, "Resource": JOBS})], **more}
    file = account_file(folder, *roles, **parts)
    return drift(read(app, Deployment()).snapshot, read(file).snapshot, account_told(file))


def told(found: Drift) -> list[tuple[str, str]]:
    return [(one.principal, str(one.change)) for one in found.differences]


def test_what_is_as_it_was_reviewed_is_no_drift(tmp_path: Path) -> None:
    assert told(drifted(tmp_path, role(WRITER, GET))) == []


def test_a_statement_that_was_added_by_hand_is_wider_and_named(tmp_path: Path) -> None:
    found = drifted(tmp_path, role(WRITER, GET, allow("s3:DeleteObject")))
    assert told(found) == [("Reports/Writer", "wider")]
    assert found.differences[0].statement is not None
    assert found.differences[0].statement.actions == ("s3:DeleteObject",)


def test_a_statement_that_was_taken_away_by_hand_is_narrower(tmp_path: Path) -> None:
    assert told(drifted(tmp_path, role(WRITER))) == [("Reports/Writer", "narrower")]


def test_a_trust_that_was_opened_by_hand_is_wider(tmp_path: Path) -> None:
    opened = role(WRITER, GET, AssumeRolePolicyDocument=trust("lambda.amazonaws.com"))
    assert ("Reports/Writer", "wider") in told(drifted(tmp_path, opened))


def test_a_longer_session_is_wider_where_the_account_tells_it(tmp_path: Path) -> None:
    arn = role(WRITER)["Arn"]
    longer = drifted(tmp_path, role(WRITER, GET), sessions={arn: 43200})
    assert told(longer) == [("Reports/Writer", "wider")]
    refused = [{"call": "iam:ListRoles", "why": "AccessDenied"}]
    not_told = drifted(tmp_path, role(WRITER, GET), sessions={}, refused=refused)
    assert told(not_told) == [(ACCOUNT, "Unknown")]


def test_the_policy_of_a_resource_that_was_opened_by_hand_is_wider(tmp_path: Path) -> None:
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": JOBS}
    found = drifted(tmp_path, role(WRITER, GET), resources=[queue(anybody)])
    assert told(found) == [("Reports/Jobs", "wider"), ("Reports/Writer", "wider")]


def test_a_policy_that_was_refused_is_unknown_and_not_gone(tmp_path: Path) -> None:
    refused = queue(refused={"policy": "GetQueueAttributes, refused as AccessDenied,"})
    found = drifted(tmp_path, role(WRITER, GET), resources=[refused])
    assert {change for _, change in told(found)} == {"Unknown"}


def test_a_list_that_was_refused_is_unknown_and_its_resources_are_not_gone(tmp_path: Path) -> None:
    refused = [{"call": "sqs:ListQueues", "region": "eu-west-1", "why": "AccessDenied"}]
    found = drifted(tmp_path, role(WRITER, GET), resources=[], refused=refused)
    assert told(found) == [(f"{ACCOUNT}/eu-west-1", "Unknown")]


OWN = {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"Condition": OWN}, []),
        ({"Condition": OWN, "Sid": "ByHand"}, ["wider"]),
        ({}, ["wider"]),
        ({"Condition": OWN, "Action": "sns:*"}, ["wider"]),
        ({"Condition": {"StringEquals": {"AWS:SourceOwner": "444455556666"}}}, ["wider"]),
    ],
    ids=["as SNS writes it", "another id", "without its condition", "all actions", "another owner"],
)
def test_the_policy_that_sns_writes_for_a_topic_is_no_drift_unless_it_was_edited(
    tmp_path: Path, more: dict[str, Any], expected: list[str]
) -> None:
    arn = f"arn:aws:sns:eu-west-1:{ACCOUNT}:Reports-Topic-X"
    said = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": arn}
    policy = {"Statement": [{"Sid": "__default_statement_ID"} | said | more]}
    topic = {"type": "AWS::SNS::Topic", "name": "Reports-Topic-X", "arn": arn, "policy": policy}
    app = Snapshot(resources=(Resource(arn, "AWS::SNS::Topic", ACCOUNT, "eu-west-1", "R/T"),))
    file = account_file(tmp_path, resources=[topic | {"region": "eu-west-1"}])
    found = drift(app, read(file).snapshot, account_told(file))
    assert sorted({change for _, change in told(found)}) == expected


def test_a_resource_of_the_app_that_the_account_does_not_list_is_unknown(tmp_path: Path) -> None:
    found = drifted(tmp_path, role(WRITER, GET), resources=[])
    assert told(found) == [("Reports/Jobs", "Unknown")]
    assert found.differences[0].text.startswith(f"the account has no {JOBS}: it was deleted")


@pytest.mark.parametrize(
    "url", ["https://q/1/Reports-Jobs-X", "http://localhost:1/1/Reports-Jobs-X"]
)
def test_a_queue_is_found_by_its_address(tmp_path: Path, url: str) -> None:
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": JOBS}
    stacks = [stack("Reports", MADE, ("Jobs", "AWS::SQS::Queue", url))]
    found = drifted(tmp_path, role(WRITER, GET), stacks=stacks, resources=[queue(anybody)])
    assert told(found) == [("Reports/Jobs", "wider"), ("Reports/Writer", "wider")]


TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1a"


def opened(kind: str, arn: str, whom: Any, **more: Any) -> dict[str, Any]:
    """A resource whose policy lets somebody do all that its service has."""
    service = arn.split(":")[2]
    said = {"Effect": "Allow", "Principal": whom, "Action": f"{service}:*", "Resource": arn}
    name = arn.rpartition("/")[2]
    policy = {"Statement": [said | more]}
    return {"type": kind, "name": name, "arn": arn, "region": "eu-west-1", "policy": policy}


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"])
def test_a_policy_by_hand_on_what_the_apps_stack_made_is_wider(tmp_path: Path, kind: str) -> None:
    stacks = [stack("Reports", MADE, ("Table", kind, "t")), *STACKS]
    stacks[0]["resources"] += stacks.pop()["resources"][1:]
    table = opened("AWS::DynamoDB::Table", TABLE, {"AWS": "444455556666"})
    there = [queue({**SEND, "Resource": JOBS}), table]
    found = drifted(tmp_path, role(WRITER, GET), stacks=stacks, resources=there)
    assert told(found) == [(f"{ACCOUNT}/eu-west-1/dynamodb/table/t", "wider")]


ROLE = f"arn:aws:iam::{ACCOUNT}:role/{WRITER}"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/{WRITER}/s"


@pytest.mark.parametrize(
    ("whom", "more"),
    [
        ({"AWS": ROLE}, {}),
        ({"AWS": [SESSION, "444455556666"]}, {}),
        ("*", {"Condition": {"ArnLike": {"aws:PrincipalArn": f"{ROLE[:-2]}*"}}}),
    ],
    ids=["role", "session", "condition"],
)
def test_a_resource_by_hand_that_names_a_role_of_the_app_makes_the_role_wider_and_nobody_else(
    tmp_path: Path, whom: Any, more: Any
) -> None:
    key = opened("AWS::KMS::Key", KEY, whom, **more)
    there = [queue({**SEND, "Resource": JOBS}), key]
    found = drifted(tmp_path, role(WRITER, GET), resources=there)
    assert told(found) == [("Reports/Writer", "wider")]


@pytest.mark.parametrize("whom", ["*", {"AWS": ACCOUNT}, {"AWS": "444455556666"}])
def test_a_resource_outside_the_app_that_names_nobody_of_it_is_none_of_the_apps(
    tmp_path: Path, whom: Any
) -> None:
    there = [queue({**SEND, "Resource": JOBS}), opened("AWS::KMS::Key", KEY, whom)]
    assert told(drifted(tmp_path, role(WRITER, GET), resources=there)) == []


def test_what_the_apps_stack_made_and_no_snapshot_reads_is_named(tmp_path: Path) -> None:
    stacks = [stack("Reports", MADE, ("Vault", "AWS::Backup::BackupVault", "v")), *STACKS]
    stacks[0]["resources"] += stacks.pop()["resources"][1:]
    found = drifted(tmp_path, role(WRITER, GET), stacks=stacks)
    assert found.taken[-1] == (
        "not compared: policies of the app's AWS::Backup::BackupVault, which a snapshot does not read"
    )


def test_a_grant_of_a_key_that_the_app_does_not_have_is_no_drift(tmp_path: Path) -> None:
    arn = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
    grant = {"GrantId": "g", "GranteePrincipal": "x", "Operations": ["Decrypt"]}
    key = {"type": "AWS::KMS::Key", "name": "1", "arn": arn, "region": "eu-west-1"}
    resources = [queue({**SEND, "Resource": JOBS}), key | {"grants": [grant]}]
    assert told(drifted(tmp_path, role(WRITER, GET), resources=resources)) == []


def test_principals_that_the_app_does_not_have_are_apart_with_their_stack(tmp_path: Path) -> None:
    stacks = [*STACKS, stack("Other", ("R", "AWS::IAM::Role", "other"))]
    strangers = role("other", allow("*")), role("team/by-hand", allow("*"))
    found = drifted(tmp_path, role(WRITER, GET), *strangers, stacks=stacks)
    assert told(found) == []
    assert [(one.path, by) for one, by in found.outside] == [
        (f"{ACCOUNT}/role/other", "Other"),
        (f"{ACCOUNT}/role/team/by-hand", ""),
    ]


def test_a_role_of_the_apps_stack_that_the_app_has_no_more_is_wider(tmp_path: Path) -> None:
    stacks = [stack("Reports", MADE, ("Old", "AWS::IAM::Role", "old")), *STACKS[1:]]
    stacks[0]["resources"] += STACKS[0]["resources"][1:]
    found = drifted(tmp_path, role(WRITER, GET), role("old", allow("s3:*")), stacks=stacks)
    assert told(found) == [(f"{ACCOUNT}/role/old", "wider")] * 2
    assert [one.text for one in found.differences if one.witness is None] == [
        "the app no longer has it, and the stack Reports made it and did not delete it"
    ]


def user(name: str) -> dict[str, Any]:
    return {"Arn": f"arn:aws:iam::{ACCOUNT}:user/people/{name}", "UserName": name}


def hub(folder: Path, *people: str, **undeleted: Any) -> Drift:
    """The drift of a stack with people of fixed names, of whom the app has these, and bob is left."""
    resources = {
        name.title(): {
            "Type": "AWS::IAM::User",
            "Properties": {"UserName": name, "Path": "/people/"},
        }
        for name in people
    }
    app = folder / "Hub.json"
    app.write_text(json.dumps({"Resources": {"All": {"Type": "AWS::IAM::Group"}, **resources}}))
    deployed = [(name.title(), "AWS::IAM::User", name) for name in people]
    made = stack("Hub", ("All", "AWS::IAM::Group", "Hub-All-X"), *deployed) | undeleted
    details = [{"UserDetailList": [user(name) for name in (*people, "bob")]}]
    file = account_file(folder, details=details, stacks=[made], sessions={"arn": 3600})
    return drift(read(app, Deployment()).snapshot, read(file).snapshot, account_told(file))


@pytest.mark.parametrize("people", [("ann",), ()])
def test_a_person_whom_a_deployment_could_not_delete_is_named_though_nothing_is_allowed(
    tmp_path: Path, people: tuple[str, ...]
) -> None:
    found = hub(tmp_path, *people, undeleted=[["Bob", "AWS::IAM::User", "bob"]])
    assert told(found) == [(f"{ACCOUNT}/user/people/bob", "wider")]
    assert found.differences[0].text == (
        "the app no longer has it, and the stack Hub made it and did not delete it: "
        "whomay leave bob; aws iam delete-user --user-name bob"
    )
    assert found.outside == ()


def test_somebody_whom_no_stack_has_made_is_outside_the_app_and_nobody_who_was_left(
    tmp_path: Path,
) -> None:
    found = hub(tmp_path, "ann")
    assert told(found) == []
    assert [(one.path, by) for one, by in found.outside] == [(f"{ACCOUNT}/user/people/bob", "")]


def test_a_person_who_came_back_is_nobody_who_was_left(tmp_path: Path) -> None:
    assert told(hub(tmp_path, "bob", undeleted=[["Bob", "AWS::IAM::User", "bob"]])) == []


def test_a_stack_that_is_not_there_is_unknown(tmp_path: Path) -> None:
    found = drifted(tmp_path, stacks=[], resources=[])
    assert set(told(found)) == {("Reports/Writer", "Unknown"), ("Reports/Jobs", "Unknown")}


@pytest.mark.parametrize("tags", [[], [{"Key": "aws:cloudformation:stack-name", "Value": "x"}]])
def test_tags_that_cloudformation_sets_are_no_drift(tmp_path: Path, tags: list[Any]) -> None:
    assert told(drifted(tmp_path, role(WRITER, GET, Tags=tags))) == []
