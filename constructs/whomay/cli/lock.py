"""`whomay lock`: write who can do what into a file that is reviewed like code."""

import json
import sys
from pathlib import Path

import click

from whomay.cli import lock_file
from whomay.cli.deployment import deployment_options, kept_defaults
from whomay.cli.inputs import (
    BROKEN,
    BadInputError,
    Source,
    assembly_argument,
    bad_input_in_one_line,
)
from whomay.cli.options import format_option
from whomay.cli.replace_file import replace
from whomay.engine import Deployment, Snapshot, read
from whomay.engine.changes import republished, with_text_of
from whomay.iam.patterns.symbols import printable


@click.command()
@assembly_argument
@click.option(
    "-f",
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("access.lock"),
    show_default=True,
    help="The lock.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when the lock is stale.")
@format_option
@deployment_options
def command(
    *, assembly: Source, file: Path, check: bool, style: str, deployment: Deployment
) -> None:
    """Write who can do what, by the templates of the assembly, into access.lock.

    The file is replaced as a whole or not at all. Exit code 0 when it is current, 1 with --check
    when it is stale or missing, 2 when something cannot be read or written.

    Example: whomay lock --check
    """
    with bad_input_in_one_line():
        snapshot = read(assembly, deployment).snapshot
        text = lock_file.text_of(snapshot)
    if check:
        old = lock_file.text_in(file) if file.is_file() else None
        if old == text:
            _say(style, file, "current", snapshot)
            return
        lock_file.refuse_conflict(file, old or "")
        problem = "is missing" if old is None else f"is stale{_by_aws_alone(file, snapshot)}"
        if style == "json":
            _say(style, file, "missing" if old is None else "stale", snapshot)
        click.echo(
            f"{file} {problem}: see `whomay diff {file} {assembly}`, then `whomay lock`", err=True
        )
        sys.exit(BROKEN)
    try:
        if file.is_file() and file.read_bytes() == text.encode():
            _say(style, file, "current", snapshot)
            return
        replace(file, text, mode=0o644)
    except OSError as error:
        raise BadInputError(f"{file}: cannot be written: {error.strerror}") from error
    _say(style, file, "written", snapshot)


def _say(style: str, file: Path, state: str, snapshot: Snapshot) -> None:
    """Print what became of the lock, and what it does not hold."""
    if style == "json":
        found = {
            "file": str(file),
            "state": state,
            "unread": [printable(each.text) for each in snapshot.unseen],
            "defaults": list(snapshot.defaults),
        }
        click.echo(json.dumps(found, indent=1))
    else:
        click.echo("\n".join([f"{file} is {state}", *_not_seen(snapshot)]))


def _by_aws_alone(file: Path, snapshot: Snapshot) -> str:
    """Return which policies AWS changed, where nothing else makes the lock stale."""
    try:
        locked = lock_file.read(file)
    except BadInputError:
        return ""
    if lock_file.text_of(with_text_of(locked, snapshot)) != lock_file.text_of(locked):
        return ""
    return f": {'; '.join(each.told for each in republished(locked, snapshot))}"


def _not_seen(snapshot: Snapshot) -> list[str]:
    kept = [kept_defaults(snapshot)] if snapshot.defaults else []
    return [printable(f"  {each}") for each in (*(u.told for u in snapshot.unseen), *kept)]
