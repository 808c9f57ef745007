"""Text of a template within Markdown: nothing in it is live, and nothing can leave its place.

GitHub makes links of bare addresses, mentions and numbers of issues, but never in a code span:
https://github.github.com/gfm/
"""

import re
from collections.abc import Iterable
from typing import Final

from whomay.iam.patterns.symbols import printable

# Octets: a MiB for all steps of a job, less what others write.
_SUMMARY: Final = 1_000_000
_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>|!&~$]")
_LIVE: Final = re.compile(r"\S*(?:[@#]|://|www\.)\S*", re.IGNORECASE)
_STARTS_A_LIST: Final = re.compile(r"^(\d*)([-+.)])")


def within_summary(lines: Iterable[str]) -> str:
    """Return lines as one text, as many as a job summary takes; the last one counts those left out.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    kept = list(lines)
    total, left = len(kept), _SUMMARY
    for number, line in enumerate(kept):
        left -= len(line.encode()) + 1
        if left < 0:
            told = f"{total - number} more lines are left out: a job summary takes 1 MiB"
            return "\n".join([*kept[:number], "", told])
    return "\n".join(kept)


def code(text: str) -> str:
    """Return a code span, also for a cell of a table, where a vertical bar would end it."""
    flat = _flat(text).replace("|", r"\x7c")
    fence = "`" * max(2, *(len(run) + 1 for run in re.findall("`+", flat) or [""]))
    return f"{fence} {flat} {fence}" if flat else ""


def escaped(text: str) -> str:
    """Return plain text, on one line; what Markdown would make a link or a mention is a code span."""
    parts: list[str] = []
    end = 0
    flat = _flat(text)
    for live in _LIVE.finditer(flat):
        parts += [_escaped(flat[end : live.start()]), code(live[0])]
        end = live.end()
    whole = "".join([*parts, _escaped(flat[end:])])
    return _STARTS_A_LIST.sub(r"\1\\\2", whole)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _flat(text: str) -> str:
    return " ".join(printable(text).split())
