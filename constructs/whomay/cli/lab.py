"""The command `whomay lab`: the embedded AWS, one step at a time."""

import json
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path

import click

from whomay.cli.lab_command import LabCommand
from whomay.cli.lab_shell import login, shell
from whomay.cli.options import APP, STATE, format_option
from whomay.cli.screen import Screen
from whomay.lab import deployed, journey, node
from whomay.lab.accounts import ADMIN
from whomay.lab.any_app import deploy_app
from whomay.lab.children import Children
from whomay.lab.deploy import find_app, is_course
from whomay.lab.environment import KEPT, with_cdk, with_profile
from whomay.lab.session import LabSession
from whomay.lab.watch import watched
from whomay.lab.workspace import Workspace

# what a child needs and a shell has of its own
LEFT_TO_THE_SHELL = frozenset({"HOME", "PATH", "TMPDIR", "PYTHONDONTWRITEBYTECODE", *KEPT})


class _Group(click.Group):
    command_class = LabCommand


@click.group(cls=_Group)
def command() -> None:
    """Work with the embedded AWS, one step at a time.

    Example: whomay lab start
    """


command.add_command(shell)
command.add_command(login)


@contextmanager
def session(lab_folder: Workspace, screen: Screen) -> Iterator[LabSession]:
    """Hold the folder, find its lab, and end every child at the end."""
    with lab_folder.held(), Children() as children:
        lab = journey.running(lab_folder)
        with watched(lab, lab_folder.root, children):
            yield LabSession(lab, lab_folder, children, screen)


@command.command()
@STATE
@APP
def start(state: Path | None, app: Path) -> None:
    """Start a fresh AWS of three accounts.

    Each account has an administrator.

    Example: whomay lab start --state /tmp/lab
    """
    lab_folder, screen = journey.workspace(state, app), Screen()
    with lab_folder.held(), Children() as children:
        opened = journey.start(lab_folder, children, screen)
    screen.say(f"The lab runs at {opened.lab.endpoint}. Next: whomay lab deploy")


@command.command()
@STATE
@APP
@format_option
def status(state: Path | None, app: Path, style: str) -> None:
    """Say whether a lab runs, and what is in it.

    It lists the stacks, each with its instances. Exit code 2 when no lab runs, or it hangs.

    Example: whomay lab status
    """
    lab_folder = journey.workspace(state, app)
    lab = journey.answering(lab_folder)
    stacks = deployed.stacks(lab)
    if style == "json":
        found = {
            "process": lab.pid,
            "folder": str(lab_folder.root),
            "endpoint": lab.endpoint,
            "accounts": list(lab.accounts),
            "region": lab.region,
            "deployed": [stack.name for stack in stacks],
            "stacks": [asdict(stack) for stack in stacks],
        }
        click.echo(json.dumps(found, indent=1))
        return
    click.echo(f"running    process {lab.pid} in {lab_folder.root}")
    click.echo(f"endpoint   {lab.endpoint}")
    click.echo(f"accounts   {', '.join(lab.accounts)} in {lab.region}")
    lines = [
        f"{each.account} {each.name}: {', '.join((each.status, *each.instances))}"
        for each in stacks
    ]
    for word, line in zip_longest(["deployed"], lines or ["nothing; next: whomay lab deploy"]):
        click.echo(f"{word or '':10} {line}")


@command.command()
@STATE
@APP
def env(state: Path | None, app: Path) -> None:
    """Print what your own shell needs to use aws and cdk by hand.

    The aws CLI keeps the sessions of roles that it assumes in ~/.aws/cli/cache of your own home.
    `whomay lab shell` leaves nothing there.

    Example: eval "$(whomay lab env)"
    """
    lab_folder = journey.workspace(state, app)
    values = with_cdk(
        with_profile(journey.running(lab_folder), lab_folder, ADMIN),
        journey.running(lab_folder),
        lab_folder,
    )
    own = {name: value for name, value in values.items() if name not in LEFT_TO_THE_SHELL}
    foreign = [name for name in os.environ if name.startswith("AWS_") and name not in own]
    for name in sorted(foreign):
        click.echo(f"unset {name}")
    for name, value in own.items():
        click.echo(f"export {name}={shlex.quote(value)}")
    click.echo(f'export PATH={shlex.quote(str(lab_folder.programs))}:"$PATH"')


@command.command()
@STATE
@APP
@click.argument("stacks", nargs=-1)
def deploy(state: Path | None, app: Path, stacks: tuple[str, ...]) -> None:
    """Deploy STACKS of the app in this folder, by default all.

    The CDK CLI bootstraps the accounts and deploys. Each stack goes to the account that the app
    names, or to the first one.
    Of this repository's app all are the projects, the hub, the spokes and the trail.

    Example: whomay lab deploy Ec2Role
    """
    node.check()
    screen, folder = Screen(), find_app(app.absolute())
    with session(journey.workspace(state, app), screen) as opened:
        if is_course(folder) and not stacks:
            outputs = journey.deploy_all(opened, folder)
        else:
            outputs = deploy_app(opened, folder, stacks)
    for stack, values in outputs.items():
        for name, value in values.items():
            screen.say(f"{stack}.{name} = {value}")


@command.command()
@STATE
@APP
@click.pass_context
def probe(ctx: click.Context, state: Path | None, app: Path) -> None:
    """Try what is allowed and what is refused.

    It uses the stacks of this repository's app, with the aws CLI.

    Example: whomay lab probe
    """
    screen = Screen()
    with session(journey.workspace(state, app), screen) as opened:
        results = journey.probe(opened)
    ctx.exit(screen.results(results))


@command.command()
@STATE
@APP
def stop(state: Path | None, app: Path) -> None:
    """Stop the lab and remove everything in it.

    Example: whomay lab stop
    """
    lab_folder = journey.workspace(state, app)
    with lab_folder.held():
        stopped = journey.stop(lab_folder)
    click.echo("The lab is stopped." if stopped else "No lab was running.")
