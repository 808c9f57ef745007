"""`whomay cases`: decide the cases of a file and compare them with what is expected."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from whomay.engine.cases import CaseError, Outcome, run_case


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the outcome.",
)
def command(file: Path, style: str) -> None:
    """Decide every case of FILE, one JSON object a line, and compare with `expected`.

    Exit code 1 when a verdict is not the expected one, 2 when a line cannot be read.
    """
    outcomes = [_outcome(file, number, line) for number, line in _lines(file)]
    if style == "json":
        click.echo(json.dumps([_as_json(outcome) for outcome in outcomes], indent=1))
    else:
        _print(outcomes)
    if not all(outcome.as_expected for outcome in outcomes):
        sys.exit(1)


def _lines(file: Path) -> list[tuple[int, str]]:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadFile(f"{file}: not UTF-8 text: {error}") from error
    return [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]


def _outcome(file: Path, number: int, line: str) -> Outcome:
    try:
        return run_case(json.loads(line))
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadFile(f"{file}:{number}: not a JSON object on one line: {error}") from error
    except CaseError as error:
        raise BadFile(f"{file}:{number}: {error}") from error


class BadFile(click.ClickException):
    """A file that cannot be read; the text names the line."""

    exit_code = 2


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "verdict": outcome.verdict,
        "expected": outcome.expected,
        "reason": outcome.reason,
    }


def _print(outcomes: list[Outcome]) -> None:
    wrong = [outcome for outcome in outcomes if not outcome.as_expected]
    for outcome in wrong:
        click.echo(f"{outcome.id}: {outcome.verdict}, expected {outcome.expected}")
        click.echo(f"    {outcome.reason}")
    click.echo(f"{len(outcomes)} cases, {len(wrong)} not as expected")
