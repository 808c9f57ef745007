"""The rotation of a user's key, on the lab's AWS: also killed at every call that changes something."""

import json
import os
import re
import signal
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.aws import Caller, make_user, root
from support.guides import page

from whomay.lab.state import Lab

MARK = "whomay:rotating"
CHANGES = (
    "iam.TagUser",
    "iam.CreateAccessKey",
    "secretsmanager.PutSecretValue",
    "iam.UpdateAccessKey",
    "iam.DeleteAccessKey",
    "iam.UntagUser",
)
# The command, killed or stopped by the system at one moment of one call to AWS.
SIGNALLED = """
import os, signal, sys, boto3
moment, number = sys.argv.pop(1), signal.Signals[sys.argv.pop(1)]
class Session(boto3.Session):
    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.events.register(moment, lambda **_: os.kill(os.getpid(), number))
boto3.Session = Session
from whomay.cli import main
main()
"""


@dataclass
class Subject:
    """A user with one key, and the secret that holds it."""

    lab: Lab
    name: str
    old: str
    cache: Path

    @property
    def admin(self) -> Caller:
        return root(self.lab)

    def statuses(self) -> dict[str, str]:
        found = self.admin.client("iam").list_access_keys(UserName=self.name)["AccessKeyMetadata"]
        return {key["AccessKeyId"]: key["Status"] for key in found}

    def secret(self) -> dict[str, Any]:
        answer = self.admin.client("secretsmanager").get_secret_value(SecretId=self.name)
        value: dict[str, Any] = json.loads(answer["SecretString"])
        return value

    def tags(self) -> list[dict[str, str]]:
        tags: list[dict[str, str]] = self.admin.client("iam").list_user_tags(UserName=self.name)[
            "Tags"
        ]
        return tags

    def identity(self) -> str:
        """Who AWS takes the holder of the secret for."""
        held = self.secret()
        caller = Caller(self.lab, held["AccessKeyId"], held["SecretAccessKey"])
        arn: str = caller.client("sts").get_caller_identity()["Arn"]
        return arn.rpartition("/")[2]


@pytest.fixture
def subject(lab: Lab, tmp_path: Path) -> Subject:
    name = f"user-{uuid.uuid4().hex[:8]}"
    caller = make_user(lab, name)
    value = {"Version": 1, "AccessKeyId": caller.access_key, "SecretAccessKey": caller.secret}
    root(lab).client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(value))
    return Subject(lab, name, caller.access_key, tmp_path)


def started(
    subject: Subject, *options: str, moment: tuple[str, ...] = (), caller: Caller | None = None
) -> "subprocess.Popen[str]":
    """Start the command; `moment` is that of a call, and the signal that it gets there."""
    caller = caller or subject.admin
    program = [SIGNALLED, *moment] if moment else ["from whomay.cli import main; main()"]
    command = ["rotate-key", subject.name, "--secret", subject.name, *options]
    return subprocess.Popen(
        [sys.executable, "-c", *program, *command],
        env={
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": subject.lab.endpoint,
            "AWS_CA_BUNDLE": str(subject.lab.ca),
            "AWS_ACCESS_KEY_ID": caller.access_key,
            "AWS_SECRET_ACCESS_KEY": caller.secret,
            "AWS_DEFAULT_REGION": subject.lab.region,
            "XDG_CACHE_HOME": str(subject.cache),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(
    subject: Subject, *options: str, kill: str = "", caller: Caller | None = None
) -> subprocess.CompletedProcess[str]:
    moment = (kill, "SIGKILL") if kill else ()
    process = started(subject, *options, moment=moment, caller=caller)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def test_a_rotation_replaces_key_and_secret_and_shows_neither(subject: Subject) -> None:
    before = subject.secret()
    result = run(subject)

    after = subject.secret()
    assert result.returncode == 0, result.stderr
    assert subject.statuses() == {after["AccessKeyId"]: "Active"}
    assert after["AccessKeyId"] != subject.old
    assert after.keys() == before.keys()
    assert after["Version"] == 1
    assert subject.identity() == subject.name
    assert subject.tags() == []
    assert result.stdout.splitlines() == [
        f"mark the user: {subject.old} is being replaced",
        "create a new key and store it in the secret",
        "see that AWS accepts the key in the secret",
        f"{subject.old} was never used, as far as IAM knows",
        f"deactivate {subject.old}",
        f"delete {subject.old}",
        "remove the mark",
    ]
    for held in (before, after):
        assert held["SecretAccessKey"] not in result.stdout + result.stderr


@pytest.mark.parametrize("call", CHANGES)
@pytest.mark.parametrize("moment", ["before-call", "after-call"])
def test_a_rotation_killed_at_any_change_is_finished_by_the_next_run(
    subject: Subject, moment: str, call: str
) -> None:
    killed = run(subject, kill=f"{moment}.{call}")
    assert killed.returncode == -9, killed.stdout
    assert subject.identity() == subject.name  # whoever reads the secret has a key that works

    finished = run(subject)

    assert finished.returncode == 0, finished.stderr
    assert subject.statuses() == {subject.secret()["AccessKeyId"]: "Active"}
    assert subject.old not in subject.statuses()
    assert subject.identity() == subject.name
    assert subject.tags() == []


def test_the_next_run_ends_the_rotation_and_begins_no_other(subject: Subject) -> None:
    run(subject, kill="after-call.iam.UpdateAccessKey")
    new = subject.secret()["AccessKeyId"]
    assert run(subject).stdout.splitlines() == [f"delete {subject.old}", "remove the mark"]
    assert subject.statuses() == {new: "Active"}


def test_a_dry_run_tells_the_steps_and_takes_none(subject: Subject) -> None:
    before = subject.secret()
    result = run(subject, "--dry-run")
    assert result.returncode == 0
    assert result.stdout.splitlines() == [
        f"would mark the user: {subject.old} is being replaced",
        "would create a new key and store it in the secret",
        "would see that AWS accepts the key in the secret",
        f"{subject.old} was never used, as far as IAM knows",
        f"would deactivate {subject.old}",
        f"would delete {subject.old}",
        "would remove the mark",
    ]
    assert subject.secret() == before
    assert subject.statuses() == {subject.old: "Active"}
    assert subject.tags() == []


def test_both_keys_work_for_as_long_as_the_overlap(subject: Subject) -> None:
    for _ in range(2):
        result = run(subject, "--overlap", "60")
        assert result.returncode == 0, result.stderr
        assert "both keys work until " in result.stdout.splitlines()[-1]
        assert subject.statuses() == {
            subject.old: "Active",
            subject.secret()["AccessKeyId"]: "Active",
        }
    assert run(subject).returncode == 0
    assert subject.statuses() == {subject.secret()["AccessKeyId"]: "Active"}


def test_the_commands_of_the_page_print_what_it_shows(subject: Subject) -> None:
    [block] = re.findall(
        r"^```\n(\$ whomay rotate-key .*?)^```", page("keys-and-mfa"), re.MULTILINE | re.DOTALL
    )
    parts = [part.partition("\n") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    assert len(parts) == 3
    for command, _, shown in parts:
        _, _, user, secret, name, *options = command.split()
        assert (user, secret, name) == ("uploader", "--secret", "SECRET")
        came = run(subject, *options).stdout
        there = re.sub(r"AKIA\w+", subject.old, shown)
        minute = r"\d{4}-\d\d-\d\d \d\d:\d\d"
        assert re.sub(minute, "then", came) == re.sub(minute, "then", there)


def refused(subject: Subject, reason: str, **how: Any) -> None:
    """See that the command refuses in one line and changes nothing."""
    before = (subject.statuses(), subject.tags())
    result = run(subject, **how)
    assert (result.returncode, result.stdout) == (2, "")
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert (subject.statuses(), subject.tags()) == before


def test_a_second_key_that_no_rotation_made_is_not_touched(subject: Subject) -> None:
    subject.admin.client("iam").create_access_key(UserName=subject.name)
    refused(subject, "has a second key")


def test_a_key_that_somebody_took_out_of_use_is_not_replaced(subject: Subject) -> None:
    subject.admin.client("iam").update_access_key(
        UserName=subject.name, AccessKeyId=subject.old, Status="Inactive"
    )
    refused(subject, f"the key {subject.old} is inactive")


@pytest.mark.parametrize("value", ["hunter2", '["hunter2"]', '{"AccessKeyId": "hunter2"}'])
def test_a_secret_that_holds_no_key_is_refused_and_not_shown(subject: Subject, value: str) -> None:
    secrets = subject.admin.client("secretsmanager")
    secrets.put_secret_value(SecretId=subject.name, SecretString=value)
    refused(subject, "does not hold a key")
    assert "hunter2" not in run(subject).stderr


def test_a_secret_of_another_user_is_refused(subject: Subject, lab: Lab) -> None:
    other = make_user(lab, f"{subject.name}-other")
    value = {"AccessKeyId": other.access_key, "SecretAccessKey": other.secret}
    secrets = subject.admin.client("secretsmanager")
    secrets.put_secret_value(SecretId=subject.name, SecretString=json.dumps(value))
    refused(subject, f"holds {other.access_key}, which is not a key of this user")


def test_nobody_rotates_the_key_that_is_in_use(subject: Subject, lab: Lab) -> None:
    iam = root(lab).client("iam")
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    iam.put_user_policy(UserName=subject.name, PolicyName="all", PolicyDocument=document)
    held = subject.secret()
    own = Caller(lab, held["AccessKeyId"], held["SecretAccessKey"])
    refused(subject, "the credentials in use are a key of this user", caller=own)


def test_what_aws_refuses_is_told_in_its_words(subject: Subject, lab: Lab) -> None:
    stranger = make_user(lab, f"{subject.name}-stranger")
    refused(subject, "AccessDenied", caller=stranger)


def busy(subject: Subject, reason: str) -> None:
    """See that a run ends at once with the code for a busy thing, and changes nothing."""
    before = (subject.statuses(), subject.tags(), subject.secret())
    result = run(subject)
    assert (result.returncode, result.stdout) == (75, "")
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert (subject.statuses(), subject.tags(), subject.secret()) == before


def test_a_second_run_at_once_is_told_so_and_disturbs_nothing(subject: Subject) -> None:
    moment = ("before-call.secretsmanager.PutSecretValue", "SIGSTOP")
    first = started(subject, moment=moment)
    os.waitpid(first.pid, os.WUNTRACED)  # the new key is made, and its secret is in this run alone
    assert len(subject.statuses()) == 2
    busy(subject, "another run is at work on this machine")
    first.send_signal(signal.SIGCONT)
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert subject.statuses() == {subject.secret()["AccessKeyId"]: "Active"}
    assert subject.identity() == subject.name


def test_a_key_that_another_machine_is_about_to_store_is_left_alone(subject: Subject) -> None:
    iam = subject.admin.client("iam")
    iam.tag_user(
        UserName=subject.name, Tags=[{"Key": MARK, "Value": f"{subject.old} other.example"}]
    )
    made = iam.create_access_key(UserName=subject.name)["AccessKey"]["AccessKeyId"]
    busy(subject, f"a run on other.example has just made {made}, and may be about to store it")
