"""`whomay snapshot`: write what an account says of itself into one file, or several into a folder."""

import re
import sys
from pathlib import Path
from typing import Final

import click

from whomay.cli import progress, replace_file
from whomay.cli.failing import in_one_line
from whomay.cli.inputs import HOLDS, UNKNOWN, BadInputError
from whomay.cli.lab_command import LabCommand
from whomay.cli.live_options import account_id, profile_name, regions_option
from whomay.iam.facts import limits
from whomay.iam.patterns.symbols import printable
from whomay.live.errors import LiveError

_FOLDER: Final = "organization"
_FILE: Final = "account.json"
_ROLE: Final = re.compile(rf"(?:{limits.NAME.pattern}/)*{limits.NAME.pattern}", re.ASCII)
_COUNTED: Final = {
    "UserDetailList": "users",
    "RoleDetailList": "roles",
    "GroupDetailList": "groups",
    "Policies": "policies",
    "providers": "identity providers",
    "resources": "resources",
    "stacks": "stacks",
}


@click.command(cls=LabCommand)
@click.option(
    "-o",
    "--output",
    metavar="FILE|FOLDER",
    help="Where to write. Default: account.json, or the folder organization for several accounts.",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="PROFILE",
    callback=profile_name,
    help="The profile of the AWS CLI to ask with; repeat it for more accounts.",
)
@click.option(
    "--role",
    metavar="NAME",
    help="Take all accounts of the organization, each as its role of this name.",
)
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="ID",
    callback=account_id,
    help="With --role: this account instead of all of them; repeat it for more.",
)
@regions_option
def command(
    *,
    output: str | None,
    profiles: tuple[str, ...],
    role: str | None,
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
) -> None:
    """Write who is in an account and who may do what there into a file, or several into a folder.

    All calls read, and none reads an object's data or a secret's value. Each command takes the file
    or the folder in place of cdk.out. What an account refuses is in it, and what it would have told
    is Unknown. A file is written as a whole or not at all. The folder has the policies of the
    organization besides. A run that was interrupted goes on with the accounts that are missing.

    Exit code 0 when all was told, 3 when something was refused or not answered, 2 for bad input.

    Example: whomay snapshot -o account.json --region eu-west-1

    Example: whomay snapshot -o organization --role Auditor --region eu-west-1
    """
    from whomay.cli import snapshot_folder  # noqa: PLC0415 - when it runs

    _refuse_contradictions(profiles, role, accounts)
    several = bool(role) or len(profiles) > 1
    place = _place(output, several=several)
    with in_one_line():
        try:
            if role:
                profile = next(iter(profiles), None)
                snapshot_folder.by_role(place, role, profile, accounts, regions)
            elif several:
                snapshot_folder.by_profiles(place, profiles, regions)
        except OSError as error:
            raise LiveError(f"{place}: {error.strerror or error}") from error
    _one(place, next(iter(profiles), None), regions)


def _refuse_contradictions(
    profiles: tuple[str, ...], role: str | None, accounts: tuple[str, ...]
) -> None:
    """Refuse options that do not go together."""
    if role is not None and not _ROLE.fullmatch(role):
        raise BadInputError(
            f"--role {role!r}: allowed is the name of a role that each account has, letters, digits "
            "and any of +=,.@_-, perhaps after its path"
        )
    if role and len(profiles) > 1:
        raise BadInputError("--role is asked for by one profile: give --profile once")
    if accounts and not role:
        raise BadInputError("--account needs --role: the name of the role to become there")


def _place(output: str | None, *, several: bool) -> Path:
    """Return where to write; what cannot be written there is refused before anything is asked."""
    if output == "":
        raise BadInputError("-o '': the name is empty; name a file or a folder, or leave -o out")
    place = Path(output or (_FOLDER if several else _FILE))
    try:
        _refuse_place(place, several=several)
    except OSError as error:  # it may not even be looked at
        raise BadInputError(f"-o {place}: {error.strerror}") from None
    return place


def _refuse_place(place: Path, *, several: bool) -> None:
    if several and place.exists() and not place.is_dir():
        raise BadInputError(
            f"-o {place} is a file: several accounts go into a folder; name another"
        )
    if not several and place.is_dir():
        raise BadInputError(
            f"-o {place} is a folder: one account goes into a file, such as {place / _FILE}"
        )
    if not place.absolute().parent.is_dir():
        raise BadInputError(f"-o {place}: there is no folder {place.parent}: make it first")


def _one(file: Path, profile: str | None, regions: tuple[str, ...]) -> None:
    """Write one account into a file, and exit."""
    from whomay.live.snapshot.account import account  # noqa: PLC0415 - boto3, when it runs
    from whomay.live.snapshot.file import refused_parts, write  # noqa: PLC0415 - the same

    with in_one_line():
        asked = account(profile, regions)
        where = ", ".join(asked.regions)
        click.echo(printable(f"account {asked.id} as {asked.caller}, {where}"), err=True)
        try:
            with replace_file.replacing(file) as stream:
                counted = write(asked, stream, _say)
        except OSError as error:
            raise LiveError(f"{file}: {error.strerror or error}") from error
        finally:
            _say("")
    told = [f"{counted[key]} {name}" for key, name in _COUNTED.items()]
    click.echo(printable(f"{file}: {', '.join(told)}"))
    for each in asked.refused:
        region = f" in {each['region']}" if each["region"] else ""
        click.echo(printable(f"refused: {each['call']}{region}: {each['why']}"), err=True)
    of_resources = refused_parts(counted)
    for part in of_resources:
        click.echo(printable(part), err=True)
    refused = bool(asked.refused or of_resources)
    if refused:
        click.echo("what was refused is in the file, and Unknown", err=True)
    sys.exit(UNKNOWN if refused else HOLDS)


def _say(what: str) -> None:
    """Show on a terminal what is asked for now."""
    progress.say(f"asking for {what} ..." if what else "")
