"""Check what the working tree touches: format, lint, types, import rules, and the tests of its rooms.

    python scripts/quick.py

Touched is what differs from the last commit or, when nothing does, what the branch has beyond main.
A room's tests run without those that start a lab: `make test` has them. Exit codes: 0 all holds,
1 something does not, 2 git cannot say what is touched.
"""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
CHECKS = (
    ("format", ("ruff", "format", "--quiet", "--check", ".")),
    ("lint", ("ruff", "check", "--quiet", ".")),
    ("types", ("mypy",)),
    ("import rules", ("lint-imports", "--no-logo")),
)
PYTEST = ("pytest", "-m", "not lab", "--numprocesses", "auto", "--maxprocesses", "4")
NOTHING_TO_RUN = 5  # pytest's exit code when every test of a room starts a lab


def main() -> int:
    """Run the checks one after the other, then the tests; stop at the first that fails."""
    rooms = tests_of(touched())
    steps = [*CHECKS, (f"tests of {', '.join(rooms)}", (*PYTEST, *rooms))] if rooms else CHECKS
    for name, command in steps:
        begun = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        holds = done.returncode in (0, NOTHING_TO_RUN)
        print(f"{time.monotonic() - begun:5.1f} s  {name}{'' if holds else ': FAILED'}", flush=True)
        if not holds:
            print(done.stdout + done.stderr, end="")
            return 1
    return 0


def touched() -> list[str]:
    """Return the paths that differ from the last commit, else those that differ from main."""
    new = _git("ls-files", "--others", "--exclude-standard")
    return [*_git("diff", "--name-only", "HEAD"), *new] or _git("diff", "--name-only", "main...")


def tests_of(paths: Iterable[str]) -> list[str]:
    """Return the folders and files of tests that are about these paths, each once."""
    return sorted({str(test.relative_to(ROOT)) for path in paths for test in _about(Path(path))})


def _about(path: Path) -> Iterable[Path]:
    match path.parts:
        case ("constructs", "whomay", *room, _) if mirror := _nearest(TESTS.joinpath(*room)):
            return [mirror]
        case ("tests", "support" | "cases", *_):
            return _users(path)
        case ("tests", *_, "conftest.py"):
            return [(ROOT / path).parent]
        case ("tests", *_):
            return [ROOT / path] if (ROOT / path).exists() else []
        case _ if path.suffix == ".md":
            return [TESTS / "pages"]
    return [file for file in _naming(_name(path)) if file.name.startswith("test_")]


def _nearest(room: Path) -> Path | None:
    """Return the folder of tests that mirrors a room, or the nearest one above it."""
    while not room.is_dir():
        room = room.parent
    return None if room == TESTS else room


def _naming(text: str) -> Iterator[Path]:
    return (file for file in TESTS.rglob("*.py") if text in file.read_text("utf-8"))


def _users(path: Path) -> Iterator[Path]:
    """Return the tests that name a helper or a file of cases, also by way of another helper."""
    names, seen = [_name(path)], set[Path]()
    for name in names:
        for file in {*_naming(name)} - seen:
            seen.add(file)
            if file.is_relative_to(TESTS / "support"):
                names.append(_name(file.relative_to(ROOT)))
            else:
                yield file.parent if file.name == "conftest.py" else file


def _name(path: Path) -> str:
    """Return how a test names a file: a module of ours by its import, any other by its name."""
    match path.with_suffix("").parts:
        case ("tests", "support", helper, *_):
            return f"support.{helper}"
        case ("constructs" | "stacks" as top, *rest):
            return ".".join(rest if top == "constructs" else ("stacks", *rest))
    return path.name


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"quick: git {' '.join(arguments)} failed: {done.stderr.strip()}", file=sys.stderr)
        sys.exit(2)
    return done.stdout.splitlines()


if __name__ == "__main__":
    sys.exit(main())
