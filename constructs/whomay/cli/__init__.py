"""The command `whomay`. Each subcommand imports what it needs when it runs, and no earlier."""

import importlib
from typing import Final

import click

# name -> module that defines `command`; imported only when that subcommand runs or asks for help
COMMANDS: Final[dict[str, str]] = {
    "cases": "whomay.cli.cases",
}


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, without an import."""
        return sorted([*super().list_commands(ctx), *COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the subcommand."""
        if cmd_name in COMMANDS:
            command: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="whomay")
def main() -> None:
    """Who may do what in AWS: prove it from templates, show it in an embedded AWS."""
