"""`whomay demo`, run as a user runs it, on good days and on bad ones."""

import os
import re
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.commands import (
    LEFT,
    ended,
    environment,
    left_after,
    processes_of,
    refused,
    running,
    whomay,
)
from support.foreign_environment import FOREIGN

from whomay.lab import state
from whomay.lab.probes import LAST, PROBES

pytestmark = pytest.mark.lab

WAITS = (
    "starting the lab",
    "making administrators",
    "synthesizing the app and bootstrapping the accounts",
    (
        "deploying Ec2Role, UserAssumeRole, UserAssumeRoleMfa, Hub, Delivery, Audit, AuditAlerts, "
        "AuditForward-us-east-2"
    ),
    "deploying Spoke-dev, Spoke-prod as a job of GitHub",
    "reading the instances",
    "preparing the probes",
    "probing",
    "asking what the contract asks",
    "ending the access of two people",
    "comparing the account with what was reviewed",
)
# the last thing it says
REPLAYED = re.compile(
    r"\d+ requests of the projects' contract asked: \d+ agree \(\d+ allowed, \d+ refused\), none answered "
    r"otherwise, \d+ cannot be sent \([^()]*\)\. "
    r"last day: alice went through whomay leave, was taken out of the app, and is gone\. bob was only "
    r"taken out of the app: the deployment reported success and kept bob: AWS::IAM::User delete failed: "
    r"DeleteConflict: Cannot delete entity, must delete MFA device first\. "
    r"wider: 111111111111/user/people/bob the app no longer has it, and the stack Hub made it and did "
    r"not delete it: whomay leave bob; aws iam delete-user --user-name bob "
    r"after whomay leave bob and aws iam delete-user nobody is left "
    r"drift: none; then, after one change by hand: wider: Ec2Role/Project/Role "
)


EMPTY_NETWORK = ("unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$0" "$@"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lab"


@dataclass(frozen=True)
class Run:
    """A demo that was run to its end, and where."""

    folder: Path
    temporary: Path
    home: Path
    no_empty_network: str
    code: int
    shown: str
    said: str


def no_empty_network() -> str:
    """Return why no command can be run where only loopback exists; "" where one can."""
    if refused("unshare", "-n", "true"):
        return "this system lets nobody take the network away: unshare -n is refused"
    return "" if shutil.which("ip") else "this system has no ip command to bring loopback up"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Run:
    """The demo from another folder, in a foreign environment, without a network if that is possible."""
    place = tmp_path_factory.mktemp("elsewhere")
    folder, temporary, home = (
        place / "Ünïcode and spaces" / "lab",
        place / "temporary",
        place / "home",
    )
    temporary.mkdir()
    home.mkdir()
    cache = os.environ.get(
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(Path.home() / ".cache/aws/jsii/package-cache")
    )
    hostile = environment(
        **FOREIGN,
        COLUMNS="40",
        HOME=str(home),
        LC_ALL="C",
        JSII_RUNTIME_PACKAGE_CACHE_ROOT=cache,
        NO_COLOR="1",
        TMPDIR=str(temporary),
    )
    del hostile["PYTHONHOME"]  # with it no Python starts at all
    without = no_empty_network()
    found = whomay(
        *("demo", "--app", str(checkout), "--state", str(folder)),
        cwd=place,
        env=hostile,
        umask=0,
        through=() if without else EMPTY_NETWORK,
    )
    return Run(folder, temporary, home, without, *found)


def test_the_demo_works_from_any_folder_whatever_the_environment_holds(elsewhere: Run) -> None:
    assert (elsewhere.code, elsewhere.said) == (0, "")
    told = " ".join(elsewhere.shown.split())
    assert f"{len(PROBES) + len(LAST)} probes; every answer matches AWS's documentation." in told
    assert REPLAYED.search(told)
    assert "\x1b" not in elsewhere.shown
    assert [what for what in WAITS if f"{what} ..." not in told] == []
    folder = elsewhere.folder
    assert processes_of(folder) == []
    assert sorted(file.name for file in folder.iterdir()) == LEFT
    assert {file.stat().st_mode & 0o077 for file in (folder, *folder.iterdir())} == {0}
    assert list(elsewhere.temporary.iterdir()) == []
    assert list(elsewhere.home.iterdir()) == []


def test_the_demo_needs_no_network(elsewhere: Run) -> None:
    """That demo ran where nothing but loopback exists: no call leaves the machine."""
    if elsewhere.no_empty_network:
        pytest.skip(elsewhere.no_empty_network)
    assert (elsewhere.code, elsewhere.said) == (0, "")
    assert "every answer matches AWS's documentation." in " ".join(elsewhere.shown.split())


@pytest.mark.parametrize(
    ("moment", "number", "code"),
    [
        ("iam create-user", signal.SIGHUP, 129),
        ("cdk synth", signal.SIGTERM, 143),
        ("cdk deploy", signal.SIGINT, 130),
    ],
)
def test_a_demo_that_is_interrupted_leaves_nothing(
    checkout: Path, folder: Path, moment: str, number: signal.Signals, code: int
) -> None:
    arguments = ("demo", "--app", str(checkout), "--state", str(folder))
    with running(*arguments, cwd=checkout, until=moment) as demo:
        ended_with, said, seconds = ended(demo, number)

    assert (ended_with, said) == (code, f"whomay demo: ended by {number.name}\n")
    assert seconds < 30
    assert processes_of(folder) == []
    assert sorted(file.name for file in folder.iterdir()) == LEFT


def test_a_second_demo_names_the_first_and_disturbs_it_in_nothing(
    checkout: Path, folder: Path
) -> None:
    arguments = ("demo", "--app", str(checkout), "--state", str(folder))
    with running(*arguments, cwd=checkout, until="cdk synth") as first:
        code, shown, said = whomay(*arguments, cwd=checkout)

        assert (code, shown) == (75, "")
        assert f"in use by the run of process {first.pid}, since" in said
        assert len(said.splitlines()) == 1
        assert first.poll() is None
        assert state.read(folder)


def test_a_demo_that_is_killed_leaves_a_server_that_ends_by_itself(
    checkout: Path, folder: Path
) -> None:
    arguments = ("demo", "--app", str(checkout), "--state", str(folder))
    with running(*arguments, cwd=checkout, until="cdk synth") as demo:
        code, _, _ = ended(demo, signal.SIGKILL)

    assert code == -signal.SIGKILL
    assert left_after(folder, 60) == []
    shutil.rmtree(folder / "work")
    code, _, said = whomay(
        "lab", "start", "--app", str(checkout), "--state", str(folder), cwd=checkout
    )
    assert (code, said) == (0, "")
    assert whomay("lab", "stop", "--state", str(folder), cwd=checkout)[0] == 0
