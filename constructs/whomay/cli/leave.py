"""`whomay leave`: end the access of a user, so that the next deployment can delete the user."""

import shlex
from pathlib import Path
from typing import Any

import click

from whomay.cli.asking_first import confirmed, yes_option
from whomay.cli.failing import in_one_line
from whomay.files import FileError, read_text
from whomay.iam import unique_json
from whomay.live.errors import LiveError


@click.command()
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Print the steps that are left, and change nothing.")
@yes_option
def command(name: str, *, dry_run: bool, yes: bool) -> None:
    """End the access of the user NAME: everything is denied, then all credentials go.

    A permissions boundary denies all first, to keys, passwords and sessions alike. Then go keys,
    password, certificates, MFA devices, policies and groups, those that deny last. So the user has
    less at every moment, and a run that was stopped half-way is finished by the next.

    The user itself is the stack's: take it out of the configuration and deploy. Without this command
    first, CloudFormation keeps a user who has a device or a key of their own, and reports success.

    Credentials and Region are those of the environment: an administrator's. Exit code 2 when a
    person must look first, or a permission is missing, 3 when AWS did not answer the question.

    Example: whomay leave ada --dry-run
    """
    with in_one_line():
        try:
            from whomay.live.caller import AwsCaller  # noqa: PLC0415 - --help needs no AWS
        except ImportError:
            raise LiveError("boto3 is missing: pip install 'whomay[live]'") from None

        from whomay.live.leaver import Leaver  # noqa: PLC0415 - the same
        from whomay.live.leaving import leaving  # noqa: PLC0415 - the same

        caller = AwsCaller.of_environment(f"leave {name}")
        leaver = Leaver(caller, name)
        held = leaver.held()
        steps = leaving(held)
        leaver.check(held, steps)
        click.echo(str(caller))
        for role in leaver.roles(held):
            click.echo(f"{name} may assume {role}: sessions there go on until they end")
        if steps and not dry_run:
            for step in steps:
                click.echo(f"  to do: {step}")
            confirmed(f"End the access of {name}?", yes=yes)
        if dry_run:
            for step in steps:
                click.echo(f"would {step}")
        else:
            leaver.end(steps, click.echo)
            click.echo(f"{name} has no access any more")
            click.echo(_what_is_left(leaver, name, caller.region))


def _what_is_left(leaver: Any, name: str, region: str) -> str:
    """Say how the user itself goes: by a deployment, or by hand."""
    try:
        stack = leaver.stack()
    except LiveError as error:
        return f"take {name} out of the configuration and deploy (the stack is not known: {error})"
    if stack is None:
        by_hand = f"aws iam delete-user --user-name {shlex.quote(name)}"
        return f"no stack in {region} has the user: deploy in the Region that has it, or {by_hand}"
    where = "the app"
    if _is_in_people(name):
        where = "accounts.hub.people in cdk.json"
    return f"take {name} out of {where}, then: cdk deploy {stack}"


def _is_in_people(name: str) -> bool:
    """Tell whether the cdk.json of this folder has the name among the people of its hub."""
    try:
        found = unique_json.loads(read_text(Path("cdk.json")))
    except (FileError, ValueError):
        return False
    for key in ("context", "accounts", "hub", "people", name):
        found = found.get(key) if isinstance(found, dict) else None
    return found is not None
