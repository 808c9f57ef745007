"""Options that several commands share."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Folder(click.Path):
    """A folder that is named: an empty name, as of a variable that is not set, would be this one."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        """Return the path."""
        if not os.fspath(value):
            self.fail(
                "the name of the folder is empty; name it, or leave the option out", param, ctx
            )
        return super().convert(value, param, ctx)


STATE: Final = click.option(
    "--state",
    type=Folder(path_type=Path, file_okay=False),
    help="The folder that the lab lives in. By default .lab beside cdk.json.",
)
APP: Final = click.option(
    "--app",
    type=Folder(path_type=Path, file_okay=False, exists=True),
    default=".",
    help="The folder of cdk.json, or one below it. By default this one.",
)


def format_option(command: F) -> F:
    """Add the option that chooses between text and JSON; the argument is called `style`."""
    return click.option(
        "--format",
        "style",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How to print the answer.",
    )(command)


CHANGES_FORMAT: Final = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to print the changes.",
)
