"""Text of a template within Markdown: nothing in it can leave its place."""

from typing import Final

from whomay.iam.patterns.symbols import display

_SPECIAL: Final = frozenset("\\`*_[]<>|#!&~")


def code(text: str) -> str:
    """Return a code span, also for a cell of a table."""
    flat = " ".join(display(text).split()).replace("|", "\\|")
    return f"`` {flat.replace('``', '` `')} ``" if flat else ""


def escaped(text: str) -> str:
    """Return plain text, on one line."""
    flat = " ".join(display(text).split())
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in flat)
