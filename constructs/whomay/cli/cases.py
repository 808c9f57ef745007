"""`whomay cases`: decide the cases of a file and compare them with what is expected."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from whomay.cli import cases_record
from whomay.engine.cases import CaseError, CaseResult, run_case
from whomay.files import FileError, read_text
from whomay.iam import unique_json


class CasesGroup(click.Group):
    """A command that takes a file, with a subcommand beside."""

    def resolve_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        args: list[str],
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what names no subcommand for the file, or an option before it."""
        name = args[0] if args[0] in self.commands else "run"
        return name, self.commands[name], args[1:] if name == args[0] else args

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Leave the options of a file to the subcommand."""
        own = args[:1] in (["-h"], ["--help"])
        return super().parse_args(ctx, args if own or not args else ["--", *args])


@click.group(cls=CasesGroup)
def command() -> None:
    """Decide the cases of a file, or record how AWS evaluated a refused call.

    `whomay cases FILE` is short for `whomay cases run FILE`.

    Example: whomay cases run cases.jsonl
    """


@command.command("run")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the outcome.",
)
def run(file: Path, style: str) -> None:
    """Decide every case of FILE and compare with what it expects.

    FILE holds decisions, one JSON object a line. Exit code 1 when a verdict is not the expected
    one, 2 when something cannot be read. The cases on other lines are decided all the same.

    Example: whomay cases run cases.jsonl
    """
    unreadable: list[str] = []
    outcomes = list(_outcomes(file, _read(file), unreadable))
    good = [o.as_expected for o in outcomes]
    if style == "json":
        click.echo(json.dumps([_as_json(each) for each in outcomes], indent=1))
    else:
        for each in outcomes:
            if not each.as_expected:
                click.echo(
                    f"{each.id}: {each.verdict}, expected {each.expected}\n    {each.reason}"
                )
        click.echo(f"{len(good)} cases, {good.count(False)} not as expected")
    if unreadable:
        raise BadFile("\n".join(unreadable))
    if not good:
        raise BadFile(f"{file}: holds no case")
    if not all(good):
        sys.exit(1)


command.add_command(cases_record.command)


def _read(file: Path) -> str:
    try:
        return read_text(file)
    except FileError as error:
        raise BadFile(str(error)) from None


def _outcomes(file: Path, text: str, unreadable: list[str]) -> Iterator[CaseResult]:
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


def _as_json(outcome: CaseResult) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "verdict": outcome.verdict,
        "expected": outcome.expected,
        "reason": outcome.reason,
    }
