"""`make clean` removes what the project has made, and nothing else."""

import shutil
import subprocess
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.commands import LONG, environment, processes_of, whomay

MADE = (
    ".venv/bin/python",
    ".venvs/checkov/bin/python",
    "node_modules/aws-cdk/package.json",
    "cdk.out/manifest.json",
    "cdk.out/committed.lock",
    ".lab/server.log",
    "dist/whomay-0.1.0.tar.gz",
    "constructs/dist/whomay-0.1.0-py3-none-any.whl",
    "report.html",
    "site/index.html",
    ".site/index.md",
    ".cache/a",
    ".mypy_cache/3.11/cache.db",
    ".ruff_cache/CACHEDIR.TAG",
    ".pytest_cache/CACHEDIR.TAG",
    ".hypothesis/examples/a",
    ".import_linter_cache/a",
    "stacks/__pycache__/hub.cpython-311.pyc",
    "constructs/whomay/cdk/__pycache__/access.cpython-311.pyc",
    "tests/__pycache__/conftest.cpython-311.pyc",
)
FOREIGN = (
    "notes.txt",
    "report.html.old",
    "cdk.context.json",
    "outputs.json",
    ".env",
    ".idea/workspace.xml",
    "venv/lib/site-packages/other/__pycache__/other.cpython-311.pyc",
    "elsewhere/cdk.out/manifest.json",
    "elsewhere/node_modules/a/package.json",
)


def put(folder: Path, name: str, text: str = "") -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def clean(folder: Path) -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "clean"],  # within `make test` it would name its folders
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Every file that is in the repository, by its name; the Makefile with its text."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this checkout is not a git repository: git ls-files lists nothing")
    for name in done.stdout.splitlines():
        put(tmp_path / "checkout", name)
    shutil.copy(ROOT / "Makefile", tmp_path / "checkout")
    return tmp_path / "checkout"


def test_clean_removes_what_make_has_made_and_nothing_else(copy: Path) -> None:
    ours = files(copy)
    assert {"app.py", "access.lock", "tests/conftest.py", "docs/demo.svg"} <= ours
    for name in (*MADE, *FOREIGN):
        put(copy, name)
    outside = copy.parent / "outside"
    put(outside, "kept.txt")
    (copy / "link").symlink_to(outside)
    shutil.rmtree(copy / "node_modules")
    (copy / "node_modules").symlink_to(outside)

    clean(copy)

    assert files(copy) == ours | set(FOREIGN) | {"link"}
    assert files(outside) == {"kept.txt"}
    clean(copy)
    assert files(copy) == ours | set(FOREIGN) | {"link"}


def test_all_that_git_ignores_is_made_and_removed() -> None:
    """A new kind of made file is both ignored and cleaned away."""
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().split()}
    by_pip = "*.egg-info"  # of an editable install by other tools than ours
    assert {name for name in ignored - {by_pip} if not any(name in made for made in MADE)} == set()


@pytest.mark.lab
def test_clean_stops_the_lab_that_runs_here(copy: Path, checkout: Path) -> None:
    place = ("--state", str(copy / ".lab"), "--app", str(checkout))
    code, _, said = whomay("lab", "start", *place, cwd=checkout)
    assert (code, said) == (0, "")
    (copy / ".venv").symlink_to(ROOT / ".venv")

    clean(copy)

    assert processes_of(copy / ".lab") == []
    assert not (copy / ".lab").exists()
    assert (ROOT / ".venv/.ready").exists()
