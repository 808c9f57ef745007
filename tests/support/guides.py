"""The commands that a guide shows, so that a test types these very words, and a changed guide changes the test."""

import re
import shlex
from collections.abc import Mapping

from support.checkout import ROOT

_BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (ROOT / "docs" / "guides" / f"{name}.md").read_text()


def commands(name: str) -> list[list[str]]:
    """Return the words of each command in the `sh` blocks of a guide, without its comments."""
    blocks = "\n".join(block for _, block in _BLOCK.findall(page(name)))
    lines = (shlex.split(line, comments=True) for line in blocks.replace("\\\n", "").splitlines())
    return [words for words in lines if words]


def spoken(name: str, heading: str) -> list[list[str]]:
    """Return the words of each command in the sentences below a heading of a guide."""
    below = page(name).partition(f"## {heading}\n")[2].partition("\n## ")[0]
    assert below, f"{name}.md has no heading {heading!r}"
    found = re.findall(r"`((?:aws|whomay|cdk) [^`]*)`", below.replace("\n   ", " "))
    return [shlex.split(one) for one in found]


def filled(words: list[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Return a command with the reader's own values in place of the page's."""
    return tuple(values.get(word, word) for word in words)
