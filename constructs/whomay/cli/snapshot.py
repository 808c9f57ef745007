"""`whomay snapshot`: write what an account says of itself into one file."""

import sys
from pathlib import Path
from typing import Final

import click

from whomay.cli import replace_file
from whomay.cli.failing import in_one_line
from whomay.cli.inputs import HOLDS, UNKNOWN
from whomay.cli.lab_command import LabCommand
from whomay.iam.patterns.symbols import printable
from whomay.live.errors import LiveError

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
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("account.json"),
    show_default=True,
    help="The file.",
)
@click.option("--profile", metavar="PROFILE", help="The profile of the AWS CLI to ask with.")
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="REGION",
    help="Where to read resources and stacks; repeat it for more. Default: that of the profile.",
)
def command(*, file: Path, profile: str | None, regions: tuple[str, ...]) -> None:
    """Write who is in an account and who may do what there into FILE.

    All calls read, and none reads an object's data or a secret's value. Each command takes the file
    in place of cdk.out. A call that the account refuses is in the file, and what it would have told
    is Unknown. The file is written as a whole or not at all.

    Exit code 0 when all was told, 3 when something was refused or not answered, 2 for bad input.

    Example: whomay snapshot -o account.json --region eu-west-1
    """
    from whomay.live.snapshot.account import account  # noqa: PLC0415 - boto3, when it runs
    from whomay.live.snapshot.file import REFUSED, write  # noqa: PLC0415 - the same

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
    of_resources = {each: n for each, n in counted.items() if each.startswith(REFUSED)}
    for what, number in of_resources.items():
        click.echo(printable(f"{what}: {number}"), err=True)
    refused = bool(asked.refused or of_resources)
    if refused:
        click.echo("what was refused is in the file, and Unknown", err=True)
    sys.exit(UNKNOWN if refused else HOLDS)


def _say(what: str) -> None:
    """Show on a terminal what is asked for now."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{f'asking for {what} ...' if what else ''}")
        sys.stderr.flush()
