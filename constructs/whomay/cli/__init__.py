"""The command `whomay`. Each subcommand imports what it needs when it runs, and no earlier."""

import gc
import importlib
from typing import Any, Final

import click

from whomay.cli import caller_folders, streams

# name -> (module that defines `command`, its help in one line): imported only when it runs
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "can": ("whomay.cli.can", "Tell whether a principal may do something, and why."),
    "cases": ("whomay.cli.cases", "Decide the cases of a file."),
    "check": ("whomay.cli.check", "Check that the templates keep the app's access contract."),
    "completion": ("whomay.cli.completion", "Print what a shell needs to complete names."),
    "contract": ("whomay.cli.contract", "Begin a contract that states today's access."),
    "demo": ("whomay.cli.demo", "Deploy all into an embedded AWS, and use it."),
    "diff": ("whomay.cli.diff", "Compare who can do what before and after a change."),
    "doctor": ("whomay.cli.doctor", "Find what is in the way of a deployment."),
    "drift": ("whomay.cli.drift", "Compare what was reviewed with what an account has."),
    "empty": ("whomay.cli.empty", "Delete everything in a bucket, all versions included."),
    "lab": ("whomay.cli.lab", "Work with the embedded AWS, one step at a time."),
    "leave": ("whomay.cli.leave", "End a user's access, so that a deployment can delete it."),
    "lock": ("whomay.cli.lock", "Write who can do what into access.lock."),
    "mfa-commands": ("whomay.cli.mfa_commands", "Print how a user enrols an MFA device."),
    "profiles": ("whomay.cli.profiles", "Write the AWS CLI's profiles for every role."),
    "report": ("whomay.cli.report", "Write who can do what on one page."),
    "rotate-key": ("whomay.cli.rotate_key", "Replace a user's access key, also half-way through."),
    "snapshot": ("whomay.cli.snapshot", "Write what a live account says of itself into a file."),
    "trail": ("whomay.cli.trail", "Ask a trail who became whom and did what."),
    "verify": ("whomay.cli.verify", "Tell whether an account does what the contract says."),
    "who": ("whomay.cli.who", "List who may do something, and by which statement."),
}


class BadRuleError(click.ClickException):
    """A rule that a distribution adds and that is none. One line, exit code 2."""

    exit_code = 2


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is named."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command on streams that can be used."""
        streams.settle()
        return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand, with fewer searches for garbage.

        A command needs to its end what it makes, so most searches find nothing. They took a tenth of
        the time of a large contract.
        """
        gc.set_threshold(200_000, 50, 50)
        with caller_folders.missing_in_one_line():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, without an import."""
        return sorted([*super().list_commands(ctx), *COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the subcommand."""
        if cmd_name in COMMANDS:
            module, _ = COMMANDS[cmd_name]
            try:
                command: click.Command = importlib.import_module(module).command
            except ValueError as error:  # a rule of a team that is none
                raise BadRuleError(str(error)) from None
            return command
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; for a name that is none, click is told of those not yet imported."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            names = self.list_commands(ctx)
            raise click.NoSuchCommand(error.command_name, possibilities=names, ctx=ctx) from None

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands with their help, without an import."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="whomay")
def main() -> None:
    """Who may do what in AWS: prove it from templates, show it in an embedded AWS.

    Example: whomay who s3:PutObject '*'
    """
