"""`whomay contract`: begin an access-contract.yaml, and what editors need for it."""

import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import click
import yaml

from whomay.cli.deployment import deployment_options
from whomay.cli.inputs import (
    CONTRACT,
    HOLDS,
    UNKNOWN,
    BadInputError,
    Source,
    assembly_argument,
    bad_input_in_one_line,
)
from whomay.cli.lock_file import Lists
from whomay.cli.options import format_option
from whomay.cli.replace_file import replace
from whomay.engine import Deployment, read
from whomay.engine.contract import EntryToday, access_today, schema
from whomay.iam.patterns.symbols import printable

SCHEMA = (
    "https://raw.githubusercontent.com/whomay/whomay/main/"
    "constructs/whomay/engine/contract/access-contract.schema.json"
)
HEAD = f"""\
# yaml-language-server: $schema={SCHEMA}
# What each principal may do, and who may become it. `whomay contract init` wrote what the templates
# allow today. Read it, narrow it, keep it: from now on `whomay check` proves that nobody may more.
version: 1
statements:
"""


@click.group()
def command() -> None:
    """Begin an access-contract.yaml, or print its schema for editors.

    Example: whomay contract init
    """


@command.command()
@assembly_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"The file to write. Default: {CONTRACT} beside the assembly.",
)
@format_option
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@deployment_options
def init(
    *, assembly: Source, output: Path | None, style: str, force: bool, deployment: Deployment
) -> None:
    """Write today's access as a contract: a closed world for each principal.

    Every statement is proved before it is written. One that is not kept, or not known, is written as
    a comment with the reason.

    Exit code 0 when all are proved, 3 when some are not, 2 when nothing can be written.

    Example: whomay contract init -a template.yaml
    """
    with bad_input_in_one_line():
        loaded = read(assembly, deployment)
        file = output or loaded.folder.parent / CONTRACT
        if file.exists() and not force:
            raise BadInputError(f"{file} is there already: give --force to replace it, or -o FILE")
        entries = access_today(loaded)
    proved = [each for each in entries if not each.open]
    if not proved:
        why = printable(entries[0].open) if entries else "there is no role and no user"
        raise BadInputError(f"{assembly}: nothing can be stated: {why}")
    try:
        replace(file, HEAD + "".join(_groups(entries)), mode=0o644)
    except OSError as error:
        raise BadInputError(f"{file}: cannot be written: {error.strerror}") from None
    left = len(entries) - len(proved)
    if style == "json":
        click.echo(json.dumps({"file": str(file), "entries": [*map(_as_json, entries)]}, indent=1))
    else:
        comments = f", and {left} that are not proved, as comments" if left else ""
        click.echo(f"{file} is written: {len(proved)} statements{comments}")
    sys.exit(UNKNOWN if left else HOLDS)


@command.command(name="schema")
def print_schema() -> None:
    """Print the JSON schema of access-contract.yaml, for an editor that has no network.

    Example: whomay contract schema > access-contract.schema.json
    """
    click.echo(json.dumps(schema(), indent=1))


def _as_json(each: EntryToday) -> dict[str, Any]:
    return {
        "principal": printable(each.principal),
        "entry": each.data,
        "open": printable(each.open) or None,
    }


def _groups(entries: list[EntryToday]) -> Iterator[str]:
    for path, group in groupby(entries, lambda each: each.principal):
        yield f"\n  # {printable(path)}\n"
        for each in group:
            text = yaml.dump(
                [each.data],
                Dumper=Lists,
                sort_keys=False,
                width=100,
                allow_unicode=True,
                default_flow_style=None,
            )
            if each.open:
                yield f"  # not proved: {printable(each.open)}\n"
            yield "".join(f"  {'# ' if each.open else ''}{line}\n" for line in text.splitlines())
