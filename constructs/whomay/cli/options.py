"""Options that several commands share."""

from pathlib import Path
from typing import Final

import click

STATE: Final = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that the lab lives in. By default .lab beside cdk.json.",
)
APP: Final = click.option(
    "--app",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=".",
    help="The folder of cdk.json, or one below it. By default this one.",
)
