"""`whomay diff`: what a change does to who can do what."""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from whomay.cli import lock_file
from whomay.cli.colour import show
from whomay.cli.deployment import deployment_options, kept_defaults
from whomay.cli.inputs import BROKEN, HOLDS, UNKNOWN, BadInputError, bad_input_in_one_line
from whomay.cli.options import CHANGES_FORMAT
from whomay.engine import Change, Deployment, Snapshot, diff, read
from whomay.engine.changes import (
    Difference,
    accepted_changes,
    expiring,
    in_one_environment,
    newcomers,
    republished,
    unseen_in_both,
)
from whomay.engine.snapshot import NOT_SEEN, Unseen
from whomay.iam.patterns.symbols import is_symbolic, printable
from whomay.report.differences import as_data, as_markdown, as_text

_OF_TEMPLATES: Final = (".json", ".template", ".yaml", ".yml")
_CODES: Final = (
    ({Change.WIDER, Change.MOVED}, BROKEN),
    ({Change.UNKNOWN}, UNKNOWN),
)


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@CHANGES_FORMAT
@deployment_options
def command(*, old: Path, new: Path, style: str, deployment: Deployment) -> None:
    """Compare who can do what in OLD and in NEW: locks, templates, or what `cdk synth` wrote.

    Each change is wider, narrower, moved (the same access, another principal), capped (a policy
    grew, and another layer still holds it back) or Unknown. One request shows it, with the
    statement that causes it. Exit code 0 for the same, narrower or capped, 1 for wider or moved, 2
    when a side cannot be compared, 3 for Unknown. What neither side shows is listed as not seen.
    --account, --region and --parameter apply to folders and templates. A lock keeps its own values.

    Example: whomay diff access.lock cdk.out --format markdown
    """
    with bad_input_in_one_line():
        before, after = _sides((old, new), deployment)
    before, after, assumed = in_one_environment(before, after)
    _refuse_incomparable(old, before, new, after)
    found = diff(before, after)
    renamed = list(_renamed(before, after))
    unseen = unseen_in_both(before, after)
    notes = [f"assumed: {assumed}"] if assumed else []
    notes += [each.told for each in republished(before, after)]
    if bool(before.levels) is not bool(after.levels):
        held, free = (old, new) if before.levels else (new, old)
        notes.append(
            f"assumed: only {held} has what an organization attaches above accounts; where it has it "
            f"of an organization file, {free} needs --organization as well"
        )
    notes += [kept_defaults(side) for side in (before, after) if side.defaults][-1:]
    accepted = accepted_changes(before, after) + expiring(after, datetime.now(tz=UTC).date())
    under_old_roles = newcomers(before, after)
    if style == "json":
        listed = [*map(as_data, found), *map(_unseen_as_json, unseen)]
        listed += [_note_as_json("acknowledged", text) for text in accepted]
        listed += [_note_as_json("new", text) for text in under_old_roles]
        click.echo(json.dumps(listed, indent=1))
    else:
        render = as_markdown if style == "markdown" else as_text
        notes += accepted + under_old_roles
        show(shown_lines(render(found, renamed, [each.text for each in unseen], notes)))
    sys.exit(exit_code(found))


def _sides(paths: tuple[Path, Path], deployment: Deployment) -> list[Snapshot]:
    """Return both sides; a parameter that is told must be of one of them at least."""
    known = replace(deployment, all_here=False)
    folders = {
        path: read(path, known) for path in paths if path.is_dir() or path.suffix in _OF_TEMPLATES
    }
    if not folders and deployment != Deployment():
        raise BadInputError(
            "both sides are locks, which have the values that they were written with: leave out "
            "--account, --region, --parameter and --organization, or name a folder"
        )
    deployment.refuse_strangers([each for found in folders.values() for each in found.templates])
    return [folders[path].snapshot if path in folders else lock_file.read(path) for path in paths]


def shown_lines(text: str) -> str:
    """Return text for a terminal, line by line."""
    return "\n".join(printable(line) for line in text.split("\n"))


def exit_code(found: Iterable[Difference]) -> int:
    """Return the exit code that some changes come to."""
    changes = {one.change for one in found}
    return next((code for kinds, code in _CODES if changes & kinds), HOLDS)


def _refuse_incomparable(old: Path, before: Snapshot, new: Path, after: Snapshot) -> None:
    if not any(
        s.principals or s.resources or s.attached or s.latent or s.unseen for s in (before, after)
    ):
        raise BadInputError(
            f"{old} names no principal and no resource, and {new} neither: nothing to compare"
        )
    accounts = [{one.account for one in side.principals} for side in (before, after)]
    written_out = not any(map(is_symbolic, set().union(*accounts)))
    if written_out and all(accounts) and not accounts[0] & accounts[1]:
        names = [", ".join(sorted(printable(one) for one in side)) for side in accounts]
        raise BadInputError(
            f"{old} is of account {names[0]} and {new} of account {names[1]}: compare like with like"
        )


def _renamed(before: Snapshot, after: Snapshot) -> Iterable[tuple[str, str]]:
    """Yield old and new construct path of each principal that kept its ARN."""
    paths = {one.arn: one.path for one in before.principals}
    for one in after.principals:
        if one.arn in paths and paths[one.arn] != one.path:
            yield paths[one.arn], one.path


def _unseen_as_json(unseen: Unseen) -> dict[str, Any]:
    return {
        "principal": printable(unseen.path),
        "change": NOT_SEEN,
        "witness": None,
        "statement": None,
        "text": printable(unseen.told),
    }


def _note_as_json(change: str, text: str) -> dict[str, Any]:
    return {
        "principal": "",
        "change": change,
        "witness": None,
        "statement": None,
        "text": printable(text),
    }
