"""The commands `whomay lab shell` and `whomay lab login`: the lab by hand."""

from pathlib import Path
from typing import Final

import click

from whomay.cli.lab_command import LabCommand
from whomay.cli.options import APP, STATE
from whomay.lab import journey
from whomay.lab import shell as shells

# What follows belongs to the command that is run, its options too.
_VERBATIM: Final = {"ignore_unknown_options": True, "allow_interspersed_args": False}
COMMAND: Final = click.argument("command", nargs=-1, type=click.UNPROCESSED)


@click.command(cls=LabCommand, context_settings=_VERBATIM)
@STATE
@APP
@COMMAND
@click.pass_context
def shell(ctx: click.Context, state: Path | None, app: Path, command: tuple[str, ...]) -> None:
    """Open a shell on the lab, or run COMMAND in one.

    In it aws, cdk and whomay talk to the lab. You act as the administrator of the first account. Nothing of it is left in your own home.

    Example: whomay lab shell aws sts get-caller-identity
    """
    place = journey.workspace(state, app)
    lab = journey.running(place)
    if not command:
        click.echo("aws, cdk and whomay talk to the lab here. Leave with: exit", err=True)
    ctx.exit(shells.as_admin(lab, place).run(lab, place, command))


@click.command(cls=LabCommand, context_settings=_VERBATIM)
@STATE
@APP
@click.argument("instance")
@COMMAND
@click.pass_context
def login(
    ctx: click.Context, state: Path | None, app: Path, instance: str, command: tuple[str, ...]
) -> None:
    """Open a shell on INSTANCE as ssm-user, or run COMMAND there.

    INSTANCE is an instance's id, or the stack that made it. The role, the metadata service and
    ~/.aws/config are the instance's.

    Example: whomay lab login Ec2Role aws sts get-caller-identity
    """
    place = journey.workspace(state, app)
    lab = journey.running(place)
    # click keeps the `--` that comes after INSTANCE, which no program is called.
    words = command[1:] if command[:1] == ("--",) else command
    ctx.exit(shells.on_instance(lab, place, instance).run(lab, place, words))
