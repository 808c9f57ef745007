"""Colour of what a terminal shows; none in a file, and none where NO_COLOR says so.

https://no-color.org/
"""

import os
import re
from typing import Final

import click

_COLOURS: Final = {
    "Allowed": "green",
    "ExplicitDeny": "red",
    "ImplicitDeny": "red",
    "broken": "red",
    "wrong": "red",
    "not known": "yellow",
    "wider": "red",
    "moved": "yellow",
    "Unknown": "yellow",
    "capped": "yellow",
    "narrower": "green",
}
# A verdict or a change begins its line, and what became of a statement ends it.
_WORD: Final = re.compile(r"^ *(\w+)(?=:? )|(?<=is )(broken|wrong|not known)$", re.MULTILINE)


def show(text: str) -> None:
    """Print text whose control characters are written out; verdicts and changes are coloured."""
    shown = text if os.environ.get("NO_COLOR") else _WORD.sub(_coloured, text)
    click.echo(shown)


def _coloured(found: re.Match[str]) -> str:
    word = found[1] or found[2]
    colour = _COLOURS.get(word)
    styled = click.style(word, fg=colour, bold=True) if colour else word
    return found[0].replace(word, styled)
