"""The page on the engine as a library: its examples run, and its list of names is the door's."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT

import whomay.engine

PAGE = ROOT / "docs" / "reference" / "engine.md"
APP, *EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
REVIEW = ROOT / "examples" / "engine" / "review.py"


@pytest.fixture(scope="module")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the page's app was synthesized."""
    folder = tmp_path_factory.mktemp("page")
    subprocess.run([sys.executable, "-c", APP], cwd=folder, check=True)
    return folder


def test_the_examples_print_what_the_page_shows(
    assemblies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(assemblies)
    test = doctest.DocTestParser().get_doctest("".join(EXAMPLES), {}, PAGE.name, str(PAGE), 0)
    printed: list[str] = []

    failed, attempted = doctest.DocTestRunner().run(test, out=printed.append)

    assert failed == 0, "".join(printed)
    assert attempted > 25


def test_the_table_lists_the_names_of_the_door() -> None:
    table = PAGE.read_text().split("| name | |")[1].split("\n\n")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines()[2:]]

    listed = [name for cell in first_cells for name in re.findall("`(\\w+)`", cell)]

    assert sorted(listed) == whomay.engine.__all__


@pytest.mark.parametrize(
    ("before", "after", "code", "printed"),
    [
        ("main.out", "cdk.out", 1, "Reports/Reader is wider: "),
        ("cdk.out", "main.out", 1, "Reports/Reader/DefaultPolicy: the policy "),
        ("main.out", "elsewhere", 2, "elsewhere holds no cloud assembly"),
    ],
)
def test_the_example_reviews_a_change(
    assemblies: Path, before: str, after: str, code: int, printed: str
) -> None:
    done = subprocess.run(
        [sys.executable, str(REVIEW), before, after],
        cwd=assemblies,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code
    assert (done.stdout or done.stderr).startswith(printed)
