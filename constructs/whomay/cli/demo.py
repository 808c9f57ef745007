"""The command `whomay demo`: the whole lab from start to stop."""

import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from whomay.cli.demo_picture import drawn
from whomay.cli.inputs import BROKEN, HOLDS, BadInputError
from whomay.cli.lab_command import LabCommand
from whomay.cli.options import APP, STATE
from whomay.cli.replace_file import replace
from whomay.cli.screen import Screen, tables, worst
from whomay.iam.patterns.symbols import printable
from whomay.lab import journey, node
from whomay.lab.by_hand import ByHand, change_by_hand
from whomay.lab.children import Children
from whomay.lab.context import ALICE, BOB
from whomay.lab.deploy import find_app
from whomay.lab.last_day import LastDay, last_day
from whomay.lab.replay.run import replay
from whomay.lab.watch import watched


@click.command(cls=LabCommand)
@STATE
@APP
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the commands that matter most as an SVG file.",
)
@click.option(
    "--tables",
    "tables_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw all tables as an SVG file.",
)
@click.pass_context
def command(
    ctx: click.Context,
    state: Path | None,
    app: Path,
    picture: Path | None,
    tables_file: Path | None,
) -> None:
    """Deploy everything into an embedded AWS and use it; nothing is left running.

    At the end every request of the contract that a call can ask is asked there. Then two people leave,
    and nobody is left who should not be. Last, the account is compared with access.lock, before one
    change by hand and after it. Exit code 1 where an answer is not the one that was proved.

    Example: whomay demo --picture demo.svg
    """
    node.check()
    lab_folder, screen = journey.workspace(state, app), Screen()
    with lab_folder.held(), Children() as children:
        session = journey.start(lab_folder, children, screen, exit_with_parent=True)
        try:
            with watched(session.lab, lab_folder.root, children):
                journey.deploy_all(session, find_app(app.absolute()))
                results = journey.probe(session, disposable=True)
                with screen.waiting("asking what the contract asks"):
                    replayed = replay(session, lab_folder.assembly, disposable=True)
                ended = last_day(session, find_app(app.absolute()))
                lock = find_app(app.absolute()) / "access.lock"
                changed = change_by_hand(session, lock) if lock.is_file() else None
        finally:
            children.close()
            journey.stop(lab_folder)
    if picture:
        _write(drawn(results), picture)
    if tables_file:
        _write(_as_svg(tables(results)), tables_file)
    codes = [screen.results(results), screen.replayed(replayed), _say_last_day(ended)]
    if changed is not None:
        codes.append(_say_drift(changed))
    ctx.exit(worst(*codes))


def _say_last_day(ended: LastDay) -> int:
    """Show who stayed behind a deployment, and who did not; return the exit code."""
    if ended.problem:
        click.echo(printable(f"last day: {ended.problem}"), err=True)
        return BROKEN
    click.echo(
        f"last day: {ALICE} went through whomay leave, was taken out of the app, and is gone. {BOB} "
        "was only taken out of the app:"
    )
    for name, why in ended.kept:
        click.echo(printable(f"  the deployment reported success and kept {name}: {why}"))
    for line in ended.before.out.splitlines()[:2]:
        click.echo(printable(f"  {line.strip()}"))
    click.echo(f"  after whomay leave {BOB} and aws iam delete-user nobody is left")
    return HOLDS


def _say_drift(changed: ByHand) -> int:
    """Show the one difference that a change by hand made; return the exit code."""
    if changed.problem:
        click.echo(printable(f"drift: {changed.problem}"), err=True)
        return BROKEN
    click.echo("drift: none; then, after one change by hand:")
    for line in changed.after.out.splitlines()[:4]:
        click.echo(printable(f"  {line}"))
    return HOLDS


_COLUMNS: Final = 110


def _as_svg(tables: Iterable[Table]) -> str:
    """Return the tables as SVG. No request leaves it: the viewer's own font is used."""
    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True)
    for table in tables:
        console.print(table)
    picture = console.export_svg(title="make demo", unique_id="demo")
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)


def _write(picture: str, path: Path) -> None:
    """Write a picture; raises BadInputError where the file cannot be written."""
    try:
        replace(path, picture, mode=0o644)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written: {error.strerror}") from error
