"""`whomay trail unused`: what policies grant, and a trail has not seen used."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click

from whomay.cli.deployment import deployment_options
from whomay.cli.failing import in_one_line
from whomay.cli.inputs import (
    BROKEN,
    HOLDS,
    UNKNOWN,
    BadInputError,
    Source,
    assembly_option,
    bad_input_in_one_line,
)
from whomay.cli.lock_input import Known, at_option, known
from whomay.cli.options import format_option
from whomay.cli.trail_reading import (
    asked,
    one_of,
    places_or_athena,
    summary,
    tell_unreadable,
    told_by,
)
from whomay.engine import Deployment
from whomay.files import FileError, read_text
from whomay.iam.patterns.symbols import printable
from whomay.iam.written import written_statement
from whomay.live import trail_answers
from whomay.live.asking import Reading
from whomay.live.trail_athena import Athena, first_day
from whomay.live.trail_proposal import Narrower, narrower
from whomay.live.trail_selectors import SELECTORS, Selected, selected
from whomay.live.trail_unused import Holding, State, Use, holdings
from whomay.live.trail_used import Used

_MOST_DAYS: Final = 3660
_LATE: Final = 2  # days that the last record may be behind: log files arrive within the hour


@click.command()
@places_or_athena
@click.option(
    "--days",
    type=click.IntRange(1, _MOST_DAYS),
    default=90,
    show_default=True,
    help="How many days, up to the last record, a call counts as use.",
)
@click.option(
    "--selectors",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What `aws cloudtrail get-event-selectors` says of the trail: which data events it has. "
    "Without it, a trail in the templates tells.",
)
@format_option
@assembly_option
@at_option
@deployment_options
def command(
    *,
    places: tuple[str, ...],
    athena: str | None,
    days: int,
    selectors: Path | None,
    style: str,
    assembly: Source,
    at: str | None,
    deployment: Deployment,
) -> None:
    """Say which granted actions the trail has not seen used, for each user and role.

    What is granted is read from -a: cdk.out, access.lock, or a file of `whomay snapshot`, which
    has the names that AWS made. A Deny, a boundary and an organization's policies hold back. What
    a trail cannot show is named and never called unused. A narrower statement is proposed where
    all who have it use less of it.

    Exit code 0 when all is used, 1 when something is unused, 2 for bad input. It is 3 when the
    records do not tell: they do not cover the days, or all that is left is what they cannot show.

    Example: whomay trail unused logs/ -a access.lock --days 90
    """
    with bad_input_in_one_line():
        granted = known(assembly, deployment, at)
    selections = _selections(selectors, granted)
    one_of(places, athena)
    used, reading, told, about = _used(places, athena, days)
    lacking = [*_lacking(reading)]
    found = [] if lacking else [*holdings(granted.snapshot, used, days, selections)]
    proposed = [*narrower(found)]
    notes = [printable(each) for each in _assumed(used, granted, selections)]
    if style == "json":
        data = {
            **about,
            "days": days,
            "lacking": lacking,
            "principals": [_data(one) for one in found],
            "proposed": [_proposal(each) for each in proposed],
            "assumed": notes,
        }
        click.echo(json.dumps(data, indent=1))
    else:
        shown = (*lacking, *(line for one in found for line in _lines(one)))
        for line in (*shown, *(line for each in proposed for line in _proposed_lines(each))):
            click.echo(printable(line))
        click.echo(told)
        for each in notes:
            click.echo(f"  assumed: {each}")
    tell_unreadable(reading)
    sys.exit(UNKNOWN if lacking else _exit_code(found, whole=not granted.snapshot.unseen))


def _used(
    places: tuple[str, ...], workgroup: str | None, days: int
) -> tuple[Used, Reading, str, dict[str, Any]]:
    """Return what was used, what was read, and the same for people and as data."""
    if workgroup is None:
        used = Used()
        reading = asked(used, places)
        return (
            used,
            reading,
            f"{reading.records} records of {reading.files} files",
            summary(reading),
        )
    with in_one_line():
        athena = Athena(workgroup)
        since = first_day(days + _LATE)
        used, records = trail_answers.used(athena, since)
    data = {"athena": workgroup, "since": since, "scanned": athena.scanned, "records": records}
    return used, Reading(records=records), f"{records} records; {told_by(athena)}", data


def _selections(file: Path | None, granted: Known) -> list[Selected]:
    """Return which data events are recorded: as the file says, or the trails of the templates."""
    if file is not None:
        try:
            data = json.loads(read_text(file))
        except (FileError, FileNotFoundError, json.JSONDecodeError, RecursionError) as error:
            raise BadInputError(printable(f"--selectors {file}: {error}")) from None
        if not isinstance(data, dict):
            raise BadInputError(
                printable(
                    f"--selectors {file}: allowed is the object that get-event-selectors writes"
                )
            )
        return [*selected(data)]
    if granted.assembly is None:
        return []
    return [
        each
        for trail in granted.assembly.items.of("AWS::CloudTrail::Trail")
        if trail.plain("IsLogging") is True and trail.plain("IsMultiRegionTrail") is True
        for each in selected(
            {name: trail.plain(name) for name in SELECTORS}, trail.template.account
        )
    ]


def _lacking(reading: Reading) -> Iterator[str]:
    """Yield why nothing can be called unused."""
    if reading.unreadable:
        yield f"unknown: {len(reading.unreadable)} files could not be read"
    if not reading.records:
        yield "unknown: there are no records"


def _assumed(used: Used, granted: Known, selections: Sequence[Selected]) -> Iterator[str]:
    """Yield what the answer takes for granted, in sentences."""
    for account, seen in sorted(used.accounts.items()):
        days, where = sorted(seen.days), ", ".join(sorted(seen.regions - {""})) or "none"
        yield (
            f"these are all log files of account {account or 'unknown'} from {days[0]} to "
            f"{days[-1]}; their Regions: {where}"
        )
    if selections:
        yield "the trail had the event selectors that it has now, in all Regions and on all of the days"
    yield "what a service calls in a principal's name is recorded as the principal's call"
    yield "what session policies hold back, and who may act as a role, is not counted"
    yield from granted.assumed
    yield from (each.told for each in granted.snapshot.unseen)


def _exit_code(found: Sequence[Holding], *, whole: bool) -> int:
    states = {use.state for one in found for use in one.uses}
    if State.UNUSED in states:
        return BROKEN
    told = whole and State.NOT_TOLD not in states and not any(one.unknown for one in found)
    return HOLDS if told else UNKNOWN


def _lines(one: Holding) -> Iterator[str]:
    yield f"{one.principal.path} ({one.principal.arn})"
    if one.unknown:
        yield f"    unknown: {one.unknown}"
    for use in one.uses:
        for line in _told(use):
            yield f"    {line}"


def _told(use: Use) -> Iterator[str]:
    """Yield one line for each state that actions of the pattern are in."""
    grant = use.granted
    where = "" if grant.own else f", by {grant.statement.source.path}"
    for each, at in use.used.items():
        yield f"used: {each}, last {at}{where}"
    if use.unused:
        yield f"unused: {_some(use.unused, grant.pattern)}{where}"
    if use.held_back:
        yield f"held back: {_some(use.held_back, grant.pattern)}, allowed here and denied elsewhere{where}"
    for why in dict.fromkeys(use.hidden.values()):
        hidden = [each for each, reason in use.hidden.items() if reason == why]
        yield f"not told: {_some(hidden, grant.pattern)}{where}: {why}"


def _some(actions: Sequence[str], pattern: str) -> str:
    """Return the actions for people: at most three of a pattern, and how many there are."""
    if list(actions) == [pattern]:
        return pattern
    shown = ", ".join(actions[:3]) + (" ..." if len(actions) > 3 else "")  # noqa: PLR2004 - as many as one reads
    return f"{len(actions)} of {pattern} ({shown})"


def _proposed_lines(each: Narrower) -> Iterator[str]:
    source = each.was.source
    yield f"narrower, in place of statement {source.index} of {source.policy} ({source.path}):"
    becomes = (
        "no statement" if each.becomes is None else json.dumps(written_statement(each.becomes))
    )
    yield f"    {becomes}"


def _proposal(each: Narrower) -> dict[str, Any]:
    source = each.was.source
    return {
        "path": printable(source.path),
        "policy": printable(source.policy),
        "index": source.index,
        "was": written_statement(each.was),
        "becomes": None if each.becomes is None else written_statement(each.becomes),
    }


def _data(one: Holding) -> dict[str, Any]:
    return {
        "principal": printable(one.principal.path),
        "arn": printable(one.principal.arn),
        "unknown": printable(one.unknown),
        "grants": [
            {
                "action": printable(use.granted.pattern),
                "by": printable(use.granted.statement.source.path),
                "state": use.state.value,
                "used": dict(use.used),
                "unused": [*use.unused],
                "held back": [*use.held_back],
                "not told": {printable(each): why for each, why in use.hidden.items()},
            }
            for use in one.uses
        ],
    }
