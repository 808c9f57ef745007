"""What is allowed in place of a name in a file, the nearest first."""

from collections.abc import Collection
from difflib import get_close_matches


def nearest(name: str, known: Collection[str]) -> str:
    """Say what is allowed in place of a name, the nearest first."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    near = f"nearest is {close[0]!r}; " if close else ""
    return f"{near}allowed: {', '.join(known) or 'nothing'}"
