"""`whomay drift`: what is otherwise in an account than it was reviewed."""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from whomay.cli import lock_file
from whomay.cli.colour import show
from whomay.cli.diff import exit_code, shown_lines
from whomay.cli.failing import in_one_line
from whomay.cli.inputs import HOLDS, UNKNOWN, BadInputError, bad_input_in_one_line
from whomay.cli.lab_command import LabCommand
from whomay.cli.live_options import profile_option, regions_option
from whomay.cli.options import CHANGES_FORMAT
from whomay.engine import Snapshot, read
from whomay.engine.changes import Drift, Orphan, drift, orphans
from whomay.engine.snapshot import Principal, PrincipalKind, Unseen
from whomay.engine.templates import AccountSnapshot, OrganizationFolder, account_told
from whomay.iam.patterns.symbols import is_symbolic, printable
from whomay.live.credentials import Weakness, last_used, weaknesses
from whomay.report.differences import as_data, as_markdown, as_text

# Others in the account may: they are told apart.
_NOTHING: Final = "nobody of the app may do more or less"


@dataclass(frozen=True, slots=True)
class _Found:
    """All that is told of an account."""

    told: AccountSnapshot
    drift: Drift
    orphans: tuple[Orphan, ...]
    weaknesses: tuple[Weakness, ...]


@click.command(cls=LabCommand)
@click.argument("app", type=click.Path(path_type=Path, exists=True))
@click.argument("account", type=click.Path(path_type=Path, exists=True), required=False)
@profile_option
@regions_option
@CHANGES_FORMAT
def command(
    *,
    app: Path,
    account: Path | None,
    profile: str | None,
    regions: tuple[str, ...],
    style: str,
) -> None:
    """Compare APP, a lock or what `cdk synth` wrote, with ACCOUNT, a file of `whomay snapshot`.

    Of its folder of several accounts, those that the app has something in are compared. Without
    ACCOUNT the account of the profile is asked now; all calls read. Each difference is
    wider, narrower, moved, capped or Unknown, as `whomay diff` has it: what the account allows and
    the app does not is wider. Principals that the app does not have are listed apart, by the stack
    that made them. So are ids of deleted principals in policies, and what credentials lack.

    Exit code 0 for no drift, narrower or capped, 1 for wider or moved, 2 for bad input, 3 for Unknown.
    What is listed apart does not count.

    Example: whomay drift access.lock account.json
    """
    if account is not None and (profile or regions):
        raise BadInputError(
            f"{account} says itself which account and Regions it is of: leave out --profile and "
            "--region, or leave out the file to ask the account now"
        )
    with in_one_line(), bad_input_in_one_line():
        reviewed = read(app).snapshot if app.is_dir() else _of_file(app)
        untold: list[str] = []
        if account is None:
            with tempfile.TemporaryDirectory() as folder:
                found = [_compared(app, reviewed, _taken(Path(folder), profile, regions))]
        elif account.is_dir():
            files, untold = _of_folder(app, reviewed, account)
            found = [_compared(app, reviewed, file) for file in files]
        else:
            found = [_compared(app, reviewed, account)]
    if style == "json":
        data = [_data(each, reviewed.unseen) for each in found]
        is_one = account is None or not account.is_dir()
        told = data[0] if is_one else {"accounts": data, "not compared": untold}
        click.echo(json.dumps(told, indent=1))
    else:
        render = as_markdown if style == "markdown" else as_text
        unseen = [one.text for one in reviewed.unseen]
        for each in found:
            differences, notes = each.drift.differences, [*_notes(each)]
            show(shown_lines(render(differences, [], unseen, notes, _NOTHING)))
        if untold:
            show(shown_lines(render([], [], [], untold, "accounts of the app that told nothing")))
    code = exit_code(one for each in found for one in each.drift.differences)
    sys.exit(code if code != HOLDS or not untold else UNKNOWN)


def _of_folder(app: Path, reviewed: Snapshot, folder: Path) -> tuple[list[Path], list[str]]:
    """Return the files of the app's accounts, and why the others of them have none."""
    organization, accounts = OrganizationFolder(folder), _accounts(reviewed)
    there = {one.path.stem: one.path for one in organization.files()}
    if not accounts or any(map(is_symbolic, accounts)):
        raise BadInputError(
            f"{app} has stacks that name no account, so nothing tells which account of {folder} is "
            f"theirs: give its file, {folder}/accounts/ID.json"
        )
    why = {one.path: one.why for one in organization.not_told()}
    if not accounts & {*there, *why}:
        names = [", ".join(sorted(some)) for some in (accounts, {*there, *why})]
        raise BadInputError(
            f"{app} is of account {names[0]} and {folder} of {names[1]}: compare like with like"
        )
    missing = sorted(accounts - {*there})
    untold = [f"account {each}: {why.get(each, f'it is not in {folder}')}" for each in missing]
    return [there[each] for each in sorted(accounts & {*there})], untold


def _of_file(app: Path) -> Snapshot:
    return lock_file.read(app) if app.suffix == ".lock" else read(app).snapshot


def _taken(folder: Path, profile: str | None, regions: tuple[str, ...]) -> Path:
    """Ask the account now, and return the file."""
    from whomay.live.snapshot.account import account  # noqa: PLC0415 - boto3, when it is needed
    from whomay.live.snapshot.file import write  # noqa: PLC0415 - the same

    asked = account(profile, regions)
    where = ", ".join(asked.regions)
    click.echo(printable(f"account {asked.id} as {asked.caller}, {where}"), err=True)
    file = folder / "account.json"
    with file.open("w", encoding="utf-8") as stream:
        write(asked, stream, lambda _: None)
    return file


def _compared(app: Path, reviewed: Snapshot, file: Path) -> _Found:
    told = account_told(file)
    _refuse_incomparable(app, reviewed, told.account)
    there = read(file).snapshot
    lacking = weaknesses(
        told.of("credentials"), told.of("password policy"), told.of("summary"), datetime.now(tz=UTC)
    )
    found = drift(reviewed, there, told)
    return _Found(told, found, tuple(orphans(there, told.ids())), tuple(lacking))


def _accounts(reviewed: Snapshot) -> set[str]:
    accounts = {one.account for one in reviewed.principals}
    return accounts | {one.account for one in reviewed.resources}


def _refuse_incomparable(app: Path, reviewed: Snapshot, account: str) -> None:
    """Refuse an app that has nothing in this account: no difference would be no answer."""
    accounts = _accounts(reviewed)
    if not accounts and not (reviewed.attached or reviewed.latent or reviewed.unseen):
        raise BadInputError(f"{app} names no principal and no resource: nothing to compare")
    if accounts and account not in accounts and not any(map(is_symbolic, accounts)):
        names = ", ".join(sorted(accounts))
        raise BadInputError(
            f"{app} is of account {names} and the account that was read is {account}: compare like "
            "with like"
        )


def _notes(found: _Found) -> Iterator[str]:
    """Yield what is told apart, in lines."""
    where = ", ".join(found.told.regions)
    yield f"account {found.told.account} as of {found.told.taken}, {where}"
    alone = [
        (one, stack)
        for one, stack in found.drift.outside
        if not stack or one.kind is PrincipalKind.USER
    ]
    made = Counter(stack for each in found.drift.outside if each not in alone for stack in each[1:])
    for stack, number in sorted(made.items()):
        yield f"outside the app: {number} of stack {stack}"
    for one, stack in alone:
        by = f"of stack {stack}" if stack else f"of no stack in {where}"
        yield f"outside the app, {by}: {one.path}{_use(found.told, one)}"
    for each in found.orphans:
        whose = f"which {each.whose} has" if each.whose else "which nobody has any more"
        yield f"orphan: the policy of {each.path} names {each.id}, {whose}"
    for lack in found.weaknesses:
        yield f"CIS {lack.cis}: {lack.who} {lack.text}"
    yield from found.drift.taken


def _use(told: AccountSnapshot, one: Principal) -> str:
    """Return when a user was seen last, where the credential report tells it."""
    rows = [row for row in told.of("credentials") or () if row.get("arn") == one.arn]
    if not rows:
        return ""
    day = last_used(rows[0])
    return f", last used {day}" if day else ", never used"


def _data(found: _Found, unseen: Sequence[Unseen]) -> dict[str, Any]:
    return {
        "account": found.told.account,
        "taken": found.told.taken,
        "regions": [*found.told.regions],
        "differences": [as_data(one) for one in found.drift.differences],
        "outside": [
            {"principal": one.path, "arn": one.arn, "stack": stack}
            for one, stack in found.drift.outside
        ],
        "orphans": [
            {"path": each.path, "id": each.id, "whose": each.whose} for each in found.orphans
        ],
        "credentials": [asdict(each) for each in found.weaknesses],
        "not seen": [
            {"path": printable(each.path), "text": printable(each.text)} for each in unseen
        ],
        "not compared": [*found.drift.taken],
    }
