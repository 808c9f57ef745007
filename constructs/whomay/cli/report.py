"""`whomay report`: everything about who can do what, on one page."""

from datetime import UTC, datetime
from pathlib import Path

import click

from whomay.cli.deployment import deployment_options
from whomay.cli.inputs import (
    BadInputError,
    assembly_option,
    bad_input_in_one_line,
    contract_of,
    contract_option,
)
from whomay.cli.replace_file import replace
from whomay.engine import Deployment, check, findings, read
from whomay.engine.proof import matrix
from whomay.engine.rules import acknowledgements
from whomay.report.page import Report, as_html
from whomay.report.summary import as_markdown
from whomay.report.trust_graph import edges


@click.command()
@assembly_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; without it HTML goes to report.html, Markdown to standard output.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["html", "markdown"]),
    default="html",
    show_default=True,
    help="HTML for people, Markdown for job summaries.",
)
@contract_option
@deployment_options
def command(
    *,
    assembly: Path,
    output: Path | None,
    style: str,
    stated: Path | None,
    deployment: Deployment,
) -> None:
    """Write who can do what, who can become whom, the contract, findings and acknowledgements.

    The HTML file needs nothing else: no request leaves it, and it reads without JavaScript. Exit
    code 0 when it is written, whatever it shows; 2 when something cannot be read or written.
    """
    with bad_input_in_one_line():
        loaded = read(assembly, deployment)
        known = loaded.snapshot
        report = Report(
            name=assembly.resolve().parent.name,
            principals=known.principals,
            rows=list(matrix(known)),
            edges=edges(known),
            contract=check(contract_of(loaded, stated), known),
            findings=findings(loaded),
            acknowledgements=acknowledgements(loaded),
            today=datetime.now(tz=UTC).date(),
        )
    text = as_html(report) if style == "html" else as_markdown(report)
    if output is None and style == "markdown":
        click.echo(text)
        return
    path = output or Path("report.html")
    try:
        replace(path, f"{text}\n", mode=0o644)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written: {error.strerror}") from error
    click.echo(f"{path} is written")
