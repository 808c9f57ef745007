"""The table of MiniStack's names that the lab touches: checked at start, complete, nothing stale."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from whomay.lab import server
from whomay.lab.server.internals import TOUCHED

LACKING = """
import sys
from whomay.lab.server import __main__, internals
internals.TOUCHED["ministack.core.router"] += ("not_there",)
sys.argv = ["server", "--state", sys.argv[1]]
__main__.main()
"""


@pytest.mark.lab
def test_a_ministack_that_lacks_a_name_is_refused_in_one_line(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", LACKING, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.returncode == 2
    assert answer.stderr == (
        "whomay lab: ministack 1.5.33 lacks ministack.core.router.not_there: reinstall it\n"
    )


@pytest.mark.lab
def test_without_the_extra_the_lab_says_how_to_get_it(tmp_path: Path) -> None:
    script = (
        "import importlib.metadata, sys\n"
        "def version(name): raise importlib.metadata.PackageNotFoundError(name)\n"
        "importlib.metadata.version = version\n"
        "for name in ('ministack', 'hypercorn', 'cryptography'): sys.modules[name] = None\n"
        "from whomay.lab.server import __main__\n"
        "sys.argv = ['server', '--state', sys.argv[1]]\n"
        "__main__.main()\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.returncode == 2
    assert answer.stderr == (
        "whomay lab: the lab is written for ministack 1.5.33 exactly, found none: "
        "pip install 'whomay[lab]'\n"
    )


def test_every_name_of_the_table_is_used() -> None:
    assert server.__file__
    sources = [
        file.read_text()
        for file in Path(server.__file__).parent.rglob("*.py")
        if file.name != "internals.py"
    ]
    used = set(re.findall(r'"(\w+)"', "".join(sources)))
    assert sorted({name for names in TOUCHED.values() for name in names} - used) == []
