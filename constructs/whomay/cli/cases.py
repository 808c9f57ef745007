"""`whomay cases`: decide the cases of a file and compare them with what is expected."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from whomay.engine import unique_json
from whomay.engine.cases import CaseError, Outcome, run_case
from whomay.engine.mutations import Mutated, run_mutations


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
    """Decide every case of FILE and compare with what it expects.

    FILE holds decisions, one JSON object a line, or one JSON object of mutations. Exit code 1 when
    a verdict or a change is not the expected one, 2 when something cannot be read; the cases on
    other lines are decided all the same.
    """
    text = _read(file)
    mutations = _mutations(file, text)
    unreadable: list[str] = []
    if mutations is None:
        outcomes = list(_outcomes(file, text, unreadable))
        lines = [f"{o.id}: {o.verdict}, expected {o.expected}\n    {o.reason}" for o in outcomes]
        data = [_outcome_as_json(o) for o in outcomes]
        good = [o.as_expected for o in outcomes]
    else:
        lines = [f"{m.id}: {m.change}, expected to {m.direction}" for m in mutations]
        data = [_mutation_as_json(m) for m in mutations]
        good = [m.as_expected for m in mutations]
    if style == "json":
        click.echo(json.dumps(data, indent=1))
    else:
        for line, as_expected in zip(lines, good, strict=True):
            if not as_expected:
                click.echo(line)
        click.echo(f"{len(good)} cases, {good.count(False)} not as expected")
    if unreadable:
        raise BadFile("\n".join(unreadable))
    if not good:
        raise BadFile(f"{file}: holds no case")
    if not all(good):
        sys.exit(1)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{file}: cannot be read: {error}") from error


def _mutations(file: Path, text: str) -> list[Mutated] | None:
    """Return the mutations of a file that holds one object of them; None when it holds lines."""
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    if not isinstance(document, dict) or "mutations" not in document:
        return None
    try:
        return run_mutations(unique_json.loads(text))
    except ValueError as error:  # CaseError is one
        raise BadFile(f"{file}: {error}") from error


def _outcomes(file: Path, text: str, unreadable: list[str]) -> Iterator[Outcome]:
    """Decide line by line, and add to `unreadable` what is wrong with the lines that are bad."""
    for number, line in enumerate(text.split("\n"), 1):  # a text in JSON may hold other line ends
        if not line.strip():
            continue
        try:
            yield run_case(unique_json.loads(line))
        except CaseError as error:
            unreadable.append(f"{file}:{number}: {error}")
        except (ValueError, RecursionError) as error:
            unreadable.append(f"{file}:{number}: not a JSON object on one line: {error}")


class BadFile(click.ClickException):
    """A file that cannot be read; the text names the line."""

    exit_code = 2


def _outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "verdict": outcome.verdict,
        "expected": outcome.expected,
        "reason": outcome.reason,
    }


def _mutation_as_json(mutated: Mutated) -> dict[str, Any]:
    witness = None if mutated.witness is None else mutated.witness.as_data()
    return {"id": mutated.id, "change": mutated.change, "witness": witness}
