"""Colour of what a terminal shows; none in a file, and none where NO_COLOR says so.

https://no-color.org/
"""

import os
import re
from typing import Final

import click

_COLOURS: Final = {
    "wider": "red",
    "moved": "yellow",
    "Unknown": "yellow",
    "capped": "yellow",
    "narrower": "green",
}
_WORD: Final = re.compile(r"^(\w+)(?=: )", re.MULTILINE)


def show(text: str) -> None:
    """Print text whose control characters are written out; the word that begins a line is coloured."""
    shown = text if os.environ.get("NO_COLOR") else _WORD.sub(_coloured, text)
    click.echo(shown)


def _coloured(found: re.Match[str]) -> str:
    colour = _COLOURS.get(found[1])
    return click.style(found[1], fg=colour, bold=True) if colour else found[1]
