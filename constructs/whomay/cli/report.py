"""`whomay report`: everything about who can do what, on one page."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click

from whomay.cli.deployment import deployment_options
from whomay.cli.inputs import (
    BadInputError,
    Source,
    assembly_argument,
    bad_input_in_one_line,
    contract_of,
    contract_option,
)
from whomay.cli.lock_input import Known, at_option, known
from whomay.cli.replace_file import replace as replace_file
from whomay.engine import Deployment, check, findings
from whomay.engine.contract import Checked
from whomay.engine.proof import matrix
from whomay.engine.rules import Acknowledgement, Finding, acknowledgements
from whomay.iam.patterns.symbols import printable
from whomay.report.data import as_data
from whomay.report.page import Report, as_html
from whomay.report.summary import as_markdown
from whomay.report.trust_graph import edges


@click.command()
@assembly_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; without it HTML goes to report.html, the rest to standard output.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["html", "markdown", "json"]),
    default="html",
    show_default=True,
    help="HTML for people, Markdown for job summaries, JSON for programs.",
)
@at_option
@contract_option
@deployment_options
def command(
    *,
    assembly: Source,
    output: Path | None,
    style: str,
    stated: Path | None,
    at: str | None,
    deployment: Deployment,
) -> None:
    """Write who can do what, who can become whom, the contract, findings and acknowledgements.

    The HTML file needs nothing else: no request leaves it, and it reads without JavaScript. Exit
    code 0 when it is written, whatever it shows; 2 when something cannot be read or written.

    Example: whomay report --format markdown
    """
    with bad_input_in_one_line():
        asked = known(assembly, deployment, at)
        contract, found, accepted = _judged(asked, stated)
        folder = asked.assembly.folder.resolve().parent if asked.assembly else Path()
        report = Report(
            name=asked.lock or folder.name,
            made_from=_made_from(folder if asked.assembly else None),
            principals=asked.snapshot.principals,
            rows=list(matrix(asked.snapshot)),
            edges=edges(asked.snapshot),
            contract=contract,
            findings=found,
            acknowledgements=accepted,
            today=datetime.now(tz=UTC).date(),
        )
        text = _FORMATS[style](report)
    if output is None and style != "html":
        click.echo(text)
        return
    path = output or Path("report.html")
    try:
        replace_file(path, f"{text}\n", mode=0o644)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written: {error.strerror}") from error
    click.echo(f"{path} is written")


def _judged(
    asked: Known, stated: Path | None
) -> tuple[Checked, Sequence[Finding], Sequence[Acknowledgement]]:
    """Return what became of the contract, the findings, and which of them somebody accepts."""
    if asked.assembly is not None:
        statements = contract_of(asked.assembly, stated)
        found = findings(asked.assembly, statements.promised_beside())
        return check(statements, asked.snapshot), found, acknowledgements(asked.assembly)
    if stated is not None:
        raise BadInputError(
            f"{asked.lock} is a lock: a contract is checked on what was synthesized"
        )
    contract = check((), asked.snapshot)
    missing = f"{asked.lock}: the contract and the findings, which no lock holds"
    accepted = [
        Acknowledgement(
            one.path,
            one.id,
            one.reason,
            one.owner,
            _day(one.expires, asked.lock) if one.expires else None,
        )
        for one in asked.snapshot.acknowledged
    ]
    return replace(contract, unread=(*contract.unread, missing)), (), accepted


def _day(text: str, lock: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInputError(
            printable(f"{lock}: expires {text!r} is not a date; write it anew by `whomay lock`")
        ) from None


_FORMATS: Final[dict[str, Callable[[Report], str]]] = {
    "html": as_html,
    "markdown": as_markdown,
    "json": lambda report: json.dumps(as_data(report), indent=1),
}


def _made_from(app: Path | None) -> str:
    """Return the version of this package, and the commit of the app's folder that Git knows."""
    made_by = f"whomay {version('whomay')}"
    if app is None:
        return made_by  # a lock, whose name says where it is from
    try:
        done = subprocess.run(
            ["git", "-C", app, "rev-parse", "--short=12", "HEAD"],  # noqa: S607 - the one on the PATH
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return made_by  # no Git, or no commit
    return f"commit {done.stdout.strip()}, {made_by}"
