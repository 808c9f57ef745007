"""`whomay snapshot` of several accounts: a folder, with a file for each account that answered."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from whomay.cli import replace_file
from whomay.cli.inputs import HOLDS, UNKNOWN
from whomay.iam.patterns.symbols import printable
from whomay.live.errors import LiveError

if TYPE_CHECKING:
    from whomay.live.snapshot.account import Account
    from whomay.live.snapshot.folder import Run
    from whomay.live.snapshot.several import Told

_COUNTED: Final = {"UserDetailList": "users", "RoleDetailList": "roles", "resources": "resources"}
Opened = Mapping[str, Callable[[], "Account"]]


def by_profiles(folder: Path, profiles: Sequence[str], regions: tuple[str, ...]) -> None:
    """Take the accounts of several profiles into a folder, and exit.

    Raises LiveError for a profile that does not work, and for two of one account.
    """
    from whomay.live.snapshot.account import account  # noqa: PLC0415 - boto3, when it runs

    found: dict[str, Account] = {}
    named: dict[str, str] = {}
    for profile in profiles:
        try:
            opened = account(profile, regions)
        except LiveError as error:
            raise LiveError(f"--profile {profile}: {error}", exit_code=error.exit_code) from error
        if opened.id in found:
            raise LiveError(
                f"--profile {profile}: account {opened.id} is that of --profile "
                f"{named[opened.id]} too: leave one of them out"
            )
        found[opened.id], named[opened.id] = opened, profile
    _take(
        folder, [*found.values()], regions, {one.id: partial(_same, one) for one in found.values()}
    )


def by_role(
    folder: Path,
    role: str,
    profile: str | None,
    accounts: Sequence[str],
    regions: tuple[str, ...],
) -> None:
    """Take accounts into a folder as their role of one name, and exit.

    They are those that are named, or all of the organization. Raises LiveError as `members` does.
    """
    from whomay.live.snapshot import several  # noqa: PLC0415 - boto3, when it runs
    from whomay.live.snapshot.account import account  # noqa: PLC0415 - the same
    from whomay.live.snapshot.organization import is_active, members  # noqa: PLC0415 - the same

    base = account(profile, regions)
    status = dict.fromkeys(accounts, "") or members(base)
    asked = [each for each, told in status.items() if not told or is_active(told)]
    for each in sorted(status.keys() - {*asked}):
        _say(f"{each}: {status[each].lower()}, so it is not asked")
    opened = {each: partial(several.by_role, base, each, role) for each in asked}
    _take(folder, [base], base.regions, opened)


def _same(account: "Account") -> "Account":
    return account


def _take(
    folder: Path, callers: Sequence["Account"], regions: Sequence[str], opened: Opened
) -> None:
    from whomay.live.snapshot import folder as layout  # noqa: PLC0415 - when it runs
    from whomay.live.snapshot.several import Asked, take  # noqa: PLC0415 - the same

    head = folder / layout.HEAD
    with replace_file.only_run(head):
        began = layout.unfinished(folder, regions, opened)
        layout.remove_parts(folder)
        now = datetime.now(tz=UTC).isoformat(timespec="seconds")
        organization = _organization(callers)
        _refuse_strangers(organization, opened)
        run = layout.Run(began or now, callers[0].caller, regions, [*opened], organization)
        accounts = folder / layout.ACCOUNTS
        if accounts.exists() and not accounts.is_dir():
            raise LiveError(f"{accounts} is no folder: remove it, or name another place by -o")
        accounts.mkdir(mode=0o700, exist_ok=True)
        replace_file.replace(head, run.text())
        missing = [one for one in opened if not (began and layout.is_there(folder, one, began))]
        if began:
            kept = len(opened) - len(missing)
            _say(f"going on with the run of {began}: {kept} of {len(opened)} accounts are there")
        told = []
        try:
            for each in take([Asked(one, opened[one]) for one in missing], _writing(folder)):
                _say(_line(each))
                told.append(each)
        except OSError as error:
            raise LiveError(
                f"{error.filename}: {error.strerror}; the accounts that were told stay, and the "
                "same command goes on with what is missing"
            ) from error
        waiting = [each.id for each in told if each.unanswered]
        refused = {each.id: each.refused for each in told if each.refused}
        run = replace(run, refused=refused, finished=not waiting)
        replace_file.replace(head, run.text())
        there = [one for one in opened if one not in refused and one not in waiting]
        some = [one for one in there if layout.refused_something(folder, one)]
    _end(folder, run, waiting, calls=bool(some))


def _writing(folder: Path) -> Callable[[str], AbstractContextManager[TextIO]]:
    from whomay.live.snapshot.folder import account_file  # noqa: PLC0415 - when it runs

    @contextmanager
    def writing(account: str) -> Iterator[TextIO]:
        file = account_file(folder, account)
        try:
            with replace_file.replacing(file) as out:
                yield out
        except OSError as error:  # of a file under another name, until it is whole
            raise OSError(error.errno, error.strerror or str(error), str(file)) from error

    return writing


def _organization(callers: Sequence["Account"]) -> Mapping[str, Any] | None:
    """Return what the organization tells the first caller that it tells all; else the last one."""
    from whomay.live.snapshot.organization import organization  # noqa: PLC0415 - when it runs

    found = None
    for each in callers:
        found = organization(each)
        if found is None or not found["refused"]:
            break
    return found


def _refuse_strangers(organization: Mapping[str, Any] | None, opened: Opened) -> None:
    """Refuse an account that another organization has, or none: it needs a snapshot of its own."""
    if organization is None or organization["refused"]:
        return
    for one in opened:
        if one not in organization["parents"]:
            raise LiveError(
                f"account {one} is not in the organization {organization['id']}: take a snapshot "
                "of its own, and give commands both"
            )


def _line(told: "Told") -> str:
    if told.refused:
        return f"{told.id}: refused: {told.refused}"
    if told.unanswered:
        return f"{told.id}: not answered: {told.unanswered}"
    told_of = [f"{told.counted[key]} {name}" for key, name in _COUNTED.items()]
    calls = [f"{len(told.calls)} calls were refused"] if told.calls else []
    return f"{told.id}: {'; '.join([', '.join(told_of), *calls, *told.parts])}"


def _end(folder: Path, run: "Run", waiting: Sequence[str], *, calls: bool) -> None:
    there = len(run.accounts) - len(run.refused) - len(waiting)
    click.echo(printable(f"{folder}: {there} of {len(run.accounts)} accounts{_above(run)}"))
    organization = run.organization or {}
    for call in organization.get("refused") or ():
        _say(f"refused: {call['call']}: {call['why']}")
    of_policies = [each for each in organization.get("policies") or () if each.get("refused")]
    for each in of_policies:
        _say(f"refused: {each['name']}: {', '.join(each['refused'].values())}")
    if waiting:
        _say(f"{', '.join(waiting)}: missing; the same command goes on with what is missing")
        sys.exit(UNKNOWN)
    some = run.refused or organization.get("refused") or of_policies
    if some or calls:
        _say("what was refused is in the folder, and Unknown")
        sys.exit(UNKNOWN)
    sys.exit(HOLDS)


def _above(run: "Run") -> str:
    if run.organization is None:
        return ", in no organization"
    policies = len(run.organization.get("policies") or ())
    return f", organization {run.organization['id'] or 'not told'}, {policies} policies"


def _say(text: str) -> None:
    click.echo(printable(text), err=True)
