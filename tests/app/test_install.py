"""The set-up on a machine that lacks something: one line that says what, and nothing half-done."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.commands import LONG

COMPILED = """
import sys
sys.path.insert(0, sys.argv[1])
import install
sys.exit(install.compiled(*sys.argv[2:]).wait())
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout that holds what the set-up reads, not yet set up."""
    for name in ("scripts/install.py", "requirements.txt", "requirements/editable.txt"):
        (tmp_path / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "copy" / name)
    return tmp_path / "copy"


def install(copy: Path, start: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the set-up on a Python that runs `start` first."""
    site = copy.parent / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(start)
    return subprocess.run(
        [sys.executable, str(copy / "scripts" / "install.py")],
        env={**os.environ, "PYTHONPATH": str(site), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (
            "import sys; sys.version_info = (3, 8, 18)",
            "Python 3.11 or newer is needed, this is 3.8: make PYTHON=python3.12",
        ),
        (
            "import sys; sys.modules['venv'] = None",
            "this Python lacks the module venv (on Debian: apt-get install python3-venv)",
        ),
        (
            "import shutil; shutil.which = lambda name: None",
            "git is needed: install it, then run make again (on Debian: apt-get install git)",
        ),
    ],
)
def test_what_the_machine_lacks_is_one_line(copy: Path, start: str, says: str) -> None:
    done = install(copy, start)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"install: {says}\n")
    assert not (copy / ".venv").exists()


def test_a_download_that_fails_is_said_and_begun_again_next_time(copy: Path) -> None:
    """As without a network: pip may ask no index, and finds none of the packages."""
    done = install(copy, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "install: the pinned Python packages (a minute or two) failed: see the lines above; make "
        "runs the whole set-up again next time"
    )
    assert not (copy / ".venv" / ".ready").exists()


def test_an_environment_that_cannot_be_made_is_said(copy: Path) -> None:
    (copy / ".venv").write_text("a file where the folder should be")
    done = install(copy)
    assert done.returncode == 2
    assert done.stderr.startswith("install: no virtual environment in .venv: ")
    assert len(done.stderr.splitlines()) == 1


def test_what_a_newer_python_warns_of_in_other_packages_is_not_shown(tmp_path: Path) -> None:
    """As Python 3.12 warns of an escape that is none, which 3.11 passes over."""
    (tmp_path / "odd.py").write_text('"\\("\n')
    (tmp_path / "bad.py").write_text("(\n")
    done = subprocess.run(
        [sys.executable, "-c", COMPILED, str(ROOT / "scripts"), sys.executable, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "default"},
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    assert len(list(tmp_path.glob("__pycache__/odd.*.pyc"))) == 1
