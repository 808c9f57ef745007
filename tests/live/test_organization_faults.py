"""A snapshot of an organization survives faults: none is smaller than it says, and no file is a half."""

import json
import subprocess
import threading
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM, Signals

import pytest
from support.aws import Caller
from support.faulty_proxy import Answer, Fault, Proxy, always, error, json_error, proxy
from support.lab_organization import (
    ALL,
    AUDITOR,
    DEV,
    HUB,
    PROD,
    command,
    environment,
    files,
    organization,
    taken,
)
from support.running_lab import lab_of_its_own

from whomay.engine import read
from whomay.lab.state import Lab

__all__ = ["lab_of_its_own"]
pytestmark = pytest.mark.lab
JSON = {"Content-Type": "application/x-amz-json-1.1"}
CUT = Answer(200, b'{"Accounts": [{"Id": "1111', JSON)
THROTTLED = json_error(400, "TooManyRequestsException", "AWS Organizations can't complete")
EXPIRED = json_error(400, "ExpiredTokenException", "The security token is expired")
NOT_THERE = json_error(503, "ServiceUnavailable")
DELETED = json_error(400, "UnrecognizedClientException", "The security token is invalid")
CODES = {SIGINT: 130, SIGTERM: 143, SIGKILL: -9}
PAGE = Answer(200, b"<html><body>Please log in</body></html>", {"Content-Type": "text/html"})


@pytest.fixture(scope="module")
def auditor(lab: Lab) -> Caller:
    """Who takes the snapshot of an organization with a policy above production."""
    return organization(lab)


def in_turn(*answers: Answer | None) -> Fault:
    """Give each answer once, and the last one from then on."""
    left = [*answers]
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def page(listed: str, **entry: str) -> Answer:
    """Return the first page of a list, with one entry."""
    return Answer(200, json.dumps({listed: [entry], "NextToken": "2"}).encode(), JSON)


@pytest.mark.parametrize(
    ("operation", "fault", "said"),
    [
        ("ListAccounts", always(CUT), "organizations list_accounts: the answer was cut"),
        ("ListAccounts", always(THROTTLED), "TooManyRequestsException"),
        ("ListAccounts", always(NOT_THERE), "ServiceUnavailable"),
        ("ListAccounts", always(EXPIRED), "ExpiredTokenException"),
        ("ListAccounts", always(DELETED), "UnrecognizedClientException"),
        ("ListAccounts", always(PAGE), "a proxy or a sign-in page"),
        ("ListAccounts", in_turn(page("Accounts", Id=HUB, Status="ACTIVE"), CUT), "was cut"),
        (
            "ListAccounts",
            in_turn(page("Accounts", Id=HUB, Status="ACTIVE"), NOT_THERE),
            "ServiceUnavailable",
        ),
        ("DescribeOrganization", always(CUT), "the answer was cut"),
        ("ListRoots", always(CUT), "the answer was cut"),
        ("ListAccountsForParent", always(CUT), "the answer was cut"),
        ("ListAccountsForParent", in_turn(None, THROTTLED), "TooManyRequestsException"),
        ("ListOrganizationalUnitsForParent", in_turn(None, NOT_THERE), "ServiceUnavailable"),
        ("ListPolicies", always(CUT), "organizations list_policies: the answer was cut"),
        ("ListPolicies", always(DELETED), "UnrecognizedClientException"),
        ("DescribePolicy", in_turn(None, CUT), "organizations describe_policy: the answer was cut"),
        ("DescribePolicy", in_turn(None, THROTTLED), "TooManyRequestsException"),
        ("ListTargetsForPolicy", in_turn(None, EXPIRED), "ExpiredTokenException"),
        (
            "ListTargetsForPolicy",
            in_turn(page("Targets", TargetId=HUB, Arn="-", Name="-", Type="ACCOUNT"), CUT),
            "the answer was cut",
        ),
    ],
)
def test_what_the_organization_did_not_answer_is_one_line_code_3_and_no_file(
    auditor: Caller, tmp_path: Path, operation: str, fault: Fault, said: str
) -> None:
    folder = tmp_path / "organization"
    done, _ = taken(auditor, folder, faults={operation: fault})
    assert (done.returncode, done.stdout) == (3, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("Error: organizations ")
    assert said in line
    assert "refused" not in line
    assert files(folder) == []


@pytest.mark.parametrize(
    "answer",
    [
        error(400, "Throttling", "Rate exceeded"),
        error(403, "InvalidClientTokenId", "The security token is invalid"),
        Answer(200, b"<AssumeRoleRes", {"Content-Type": "text/xml"}),
    ],
)
def test_a_role_that_was_not_given_is_not_taken_for_a_refusal(
    auditor: Caller, tmp_path: Path, answer: Answer
) -> None:
    folder = tmp_path / "organization"
    done, _ = taken(auditor, folder, faults={"AssumeRole": always(answer)})
    assert done.returncode == 3
    told = [line for line in done.stderr.splitlines() if line.startswith((DEV, PROD))]
    assert len([line for line in told if ": not answered: sts assume_role: " in line]) == 2
    assert "refused" not in done.stderr
    assert files(folder) == [f"accounts/{HUB}.json", "organization.json"]
    again, _ = taken(auditor, folder)
    assert again.returncode == 0, again.stderr
    assert files(folder) == ALL


def test_a_full_disk_leaves_no_half_file_and_the_next_run_goes_on(
    auditor: Caller, tmp_path: Path
) -> None:
    folder = tmp_path / "organization"
    taken(auditor, folder)
    head, *accounts = (len((folder / name).read_bytes()) for name in reversed(ALL))
    assert head < min(accounts) - 100
    for each in ALL:
        (folder / each).unlink()
    done, _ = taken(auditor, folder, most_bytes=(head + min(accounts)) // 2)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert line.startswith(f"Error: {folder}/accounts/")
    assert ".json: File too large; " in line
    assert line.endswith("the same command goes on with what is missing")
    assert files(folder) == ["organization.json"]
    assert len(read(folder).snapshot.unseen) == 3
    again, _ = taken(auditor, folder)
    assert again.returncode == 0, again.stderr
    assert ": 0 of 3 accounts are there\n" in again.stderr
    assert files(folder) == ALL


def test_a_full_disk_at_the_first_file_is_one_line(auditor: Caller, tmp_path: Path) -> None:
    folder = tmp_path / "organization"
    done, _ = taken(auditor, folder, most_bytes=500)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Error: {folder}/organization.json: File too large\n"
    assert files(folder) == []


def started(auditor: Caller, folder: Path, before: Proxy, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(folder, "--role", AUDITOR),
        env=environment(auditor, before.address) | more,
        stderr=subprocess.PIPE,
        text=True,
    )


def is_whole(auditor: Caller, folder: Path, sent: Signals) -> str:
    """Check that each file is whole, and that the next run goes on; return what that one says."""
    for name in files(folder):
        assert sent == SIGKILL or name in ALL
        if name in ALL:
            assert json.loads((folder / name).read_text())
    again, _ = taken(auditor, folder)
    assert again.returncode == 0, again.stderr
    assert files(folder) == ALL
    return again.stderr


@pytest.mark.parametrize(
    ("sent", "moment"),
    [
        (SIGINT, "ListRoots"),
        (SIGINT, "GetAccountAuthorizationDetails"),
        (SIGTERM, "AssumeRole"),
        (SIGKILL, "AssumeRole"),
        (SIGKILL, "ListStacks"),
    ],
)
def test_a_run_that_is_ended_leaves_no_half_file_and_the_next_goes_on(
    auditor: Caller, tmp_path: Path, sent: Signals, moment: str
) -> None:
    folder = tmp_path / "organization"
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go_on.wait(30)

    with (
        proxy(auditor.lab.plain, {moment: wait}) as before,
        started(auditor, folder, before) as child,
    ):
        assert reached.wait(60)
        child.send_signal(sent)
        go_on.set()
        child.communicate(timeout=60)
    assert child.returncode == CODES[sent]
    is_whole(auditor, folder, sent)


# Python runs it in the command first, which then signals itself as it is about to do this to a file.
AT_FILE = """
import os, sys, threading

asked, lock = [], threading.Lock()


def at_file(event, arguments):
    if event != {event!r} or not os.path.basename(arguments[{which}]).startswith({name!r}):
        return
    with lock:
        asked.append(event)
        now = len(asked) == {time}
    if now:
        os.kill(os.getpid(), {sent})


sys.addaudithook(at_file)
"""
MADE, RENAMED = "tempfile.mkstemp", "os.rename"


@pytest.mark.parametrize(
    ("at", "sent", "there"),
    [
        # the first file is written, and has no name yet
        ((RENAMED, "organization.json", 1), SIGTERM, None),
        ((RENAMED, "organization.json", 1), SIGKILL, None),
        # the file of an account is begun; it is written, and has no name yet
        ((MADE, PROD, 1), SIGINT, None),
        ((MADE, PROD, 1), SIGKILL, None),
        ((RENAMED, DEV, 1), SIGTERM, None),
        ((RENAMED, DEV, 1), SIGKILL, None),
        # between the two writes of the first file; the second one is written, and has no name yet
        ((MADE, "organization.json", 2), SIGINT, 3),
        ((MADE, "organization.json", 2), SIGKILL, 3),
        ((RENAMED, "organization.json", 2), SIGTERM, 3),
        ((RENAMED, "organization.json", 2), SIGKILL, 3),
    ],
)
def test_a_run_that_is_ended_at_a_file_leaves_no_half_file_and_the_next_goes_on(
    auditor: Caller,
    tmp_path: Path,
    at: tuple[str, str, int],
    sent: Signals,
    there: int | None,
) -> None:
    folder, site = tmp_path / "organization", tmp_path / "site"
    site.mkdir()
    event, name, time = at
    which = 1 if event == RENAMED else 0  # of the arguments is the file
    hook = AT_FILE.format(event=event, which=which, name=name, time=time, sent=int(sent))
    (site / "sitecustomize.py").write_text(hook)
    with (
        proxy(auditor.lab.plain, {}) as before,
        started(auditor, folder, before, PYTHONPATH=str(site)) as child,
    ):
        child.communicate(timeout=120)
    assert child.returncode == CODES[sent]
    said = is_whole(auditor, folder, sent)
    if there is not None:
        assert f": {there} of 3 accounts are there\n" in said
