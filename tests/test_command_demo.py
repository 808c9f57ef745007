"""`whomay demo`, run as a user runs it, on good days and on bad ones."""

import os
import re
import shutil
import signal
from pathlib import Path

import pytest
from commands import LEFT, ended, environment, left_after, processes_of, running, whomay
from test_lab_environment import FOREIGN

from whomay.lab import state
from whomay.lab.probes import LAST, PROBES

WAITS = (
    "starting the lab",
    "making administrators",
    "synthesizing the app and bootstrapping the accounts",
    "deploying Ec2Role, UserAssumeRole, UserAssumeRoleMfa, Hub, Delivery, Audit",
    "deploying Spoke-dev, Spoke-prod as a job of GitHub",
    "reading the instances",
    "preparing the probes",
    "probing",
    "asking what the contract asks",
)
# the last thing it says
REPLAYED = re.compile(
    r"\d+ requests of the projects' contract asked: \d+ agree \(\d+ allowed, \d+ refused\), none answered "
    r"otherwise, \d+ cannot be sent \([^()]*\)\.$"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lab"


def test_the_demo_works_from_any_folder_whatever_the_environment_holds(
    tmp_path: Path, checkout: Path
) -> None:
    folder = tmp_path / "Ünïcode and spaces" / "lab"
    temporary, home = tmp_path / "temporary", tmp_path / "home"
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

    code, shown, said = whomay(
        *("demo", "--app", str(checkout), "--state", str(folder)),
        cwd=tmp_path,
        env=hostile,
        umask=0,
    )

    assert (code, said) == (0, "")
    assert f"{len(PROBES) + len(LAST)} probes, none not as AWS answers." in shown
    assert REPLAYED.search(" ".join(shown.split()))
    assert "\x1b" not in shown
    told = " ".join(shown.split())
    assert [what for what in WAITS if f"{what} ..." not in told] == []
    assert processes_of(folder) == []
    assert sorted(file.name for file in folder.iterdir()) == LEFT
    assert {file.stat().st_mode & 0o077 for file in (folder, *folder.iterdir())} == {0}
    assert list(temporary.iterdir()) == []
    assert list(home.iterdir()) == []


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


def test_a_demo_that_is_killed_leaves_an_engine_that_ends_by_itself(
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
