"""A lock in place of an assembly: who could do what on the day of a lock, of today or from git."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from whomay.cli.inputs import BadInputError, Source
from whomay.engine import Assembly, Deployment, Snapshot, read
from whomay.iam.patterns.symbols import printable

F = TypeVar("F", bound=Callable[..., Any])
_DEFAULT: Final = Path("cdk.out")
_LOCK: Final = Path("access.lock")


@dataclass(frozen=True, slots=True)
class Known:
    """What answers a question. `assembly` is None where it is a lock, which `lock` names."""

    snapshot: Snapshot
    assembly: Assembly | None
    lock: str = ""

    @property
    def assumed(self) -> list[str]:
        """What an answer takes for granted besides, in sentences."""
        return (
            [f"{self.lock} was current: it says what templates held, not these"]
            if self.lock
            else []
        )


def at_option(command: F) -> F:
    """Add the option that reads the lock of a commit; the argument is called `at`."""
    return click.option(
        "--at",
        metavar="REF",
        help="Ask the access.lock of this commit, branch or tag of git, or the lock that -a names.",
    )(command)


def known(source: Source, deployment: Deployment, at: str | None) -> Known:
    """Return what the templates or the lock say.

    Raises:
        BadInputError: git has no such commit or no such file in it, or the lock cannot be read. Or an
            option tells of a deployment what a lock already holds.
        AssemblyError: the templates cannot be read.

    """
    if at is None and not _is_lock(source):
        assembly = read(source, deployment)
        return Known(assembly.snapshot, assembly)
    from whomay.cli import lock_file  # noqa: PLC0415 - YAML, where there is a lock

    if deployment != Deployment():
        raise BadInputError(
            "a lock has the values that it was written with: leave out --account, --region, "
            "--parameter and --organization"
        )
    if at is None:
        path = Path(str(source))
        return Known(lock_file.read(path), None, str(path))
    path = _LOCK if source == _DEFAULT else Path(str(source))
    if path.suffix != ".lock":
        raise BadInputError(
            f"--at reads a lock from git, and {source} is none: name it by -a access.lock"
        )
    named = f"{path} at {at}"
    return Known(lock_file.parsed(_in_git(path, at), named), None, named)


def _is_lock(source: Source | Path) -> bool:
    """Tell whether it is a lock: by its name, or a pipe that a lock comes through."""
    if not isinstance(source, Path):
        return False
    return source.suffix == ".lock" or (
        source.exists() and not source.is_dir() and not source.is_file()
    )


def _in_git(path: Path, at: str) -> str:
    """Return the text of a file as a commit has it."""
    folder = path.parent
    commit = _git(
        folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{at}^{{commit}}"
    )
    if commit is None:
        raise BadInputError(printable(f"--at {at}: git has no such commit, branch or tag here"))
    text = _git(folder, "cat-file", "blob", f"{commit.strip()}:./{path.name}")
    if text is None:
        raise BadInputError(printable(f"--at {at}: {path} is not in that commit"))
    return text


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git says; None when it refuses."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the git of the caller's path
            capture_output=True,
            check=False,
        )
        return done.stdout.decode() if done.returncode == 0 else None
    except FileNotFoundError:
        raise BadInputError("--at needs git, which is not on the path") from None
    except UnicodeDecodeError:
        raise BadInputError(f"--at: a file in {folder} is not UTF-8 text") from None
