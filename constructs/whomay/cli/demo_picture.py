"""The demo as a picture: for each project the few commands that matter, and what came of them."""

from collections.abc import Sequence
from html import escape
from string import Template
from typing import Final

from whomay.lab.deploy import EC2_ROLE, USER_ASSUME_ROLE
from whomay.lab.probing import ProbeResult

# The commands that a stranger understands at once: what works, then what does not.
SHOWN: Final = {
    EC2_ROLE: (
        "copy a report into the bucket",
        "copy it back",
        "copy into another bucket",
        "delete its report",
    ),
    USER_ASSUME_ROLE: (
        "assume the role for an hour",
        "upload under the prefix",
        "upload without assuming the role",
        "assume it without the external id",
    ),
}
_TITLES: Final = {
    EC2_ROLE: "An EC2 instance uses one bucket through its role",
    USER_ASSUME_ROLE: "A user may do nothing but assume a role",
}
_WIDTH, _ROW, _HEAD = 900, 34, 54  # pixels
_STYLE: Final = """
  .back { fill: #ffffff; stroke: #d0d7de }
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328 }
  .title { font: 600 17px system-ui, sans-serif }
  .who { fill: #59636e }
  .yes { fill: #1a7f37; font-weight: 600 }
  .no { fill: #d1242f; font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117; stroke: #3d444d }
    text { fill: #f0f6fc }
    .who { fill: #9198a1 }
    .yes { fill: #3fb950 }
    .no { fill: #ff7b72 }
  }
"""
# What a command says of this lab alone, in the reader's words.
_NAMES: Final = {
    "report": "report.csv",
    "ec2_bucket": "its-bucket",
    "user_bucket": "bucket",
    "user_role": "ROLE",
    "external_id": "course-2026",
}
_OTHER: Final = {"user_bucket": "other-bucket"}  # as project 1 sees it

# Options that tell a reader nothing here.
_SHORTER: Final = (
    (" --role-session-name probe", ""),
    (" --duration-seconds 3600", ""),
    (
        "s3api delete-object --bucket its-bucket --key report.csv",
        "s3 rm s3://its-bucket/report.csv",
    ),
)


def drawn(results: Sequence[ProbeResult]) -> str:
    """Return the picture as SVG, in light and dark; what is wrong is in it as WRONG."""
    found = {(result.probe.project, result.probe.title): result for result in results}
    lines: list[str] = []
    top = 14
    for project, titles in SHOWN.items():
        lines.append(_text(24, top + 28, "title", _TITLES[project]))
        for number, title in enumerate(titles):
            lines += _row(found[project, title], top + _HEAD + number * _ROW)
        top += _HEAD + len(titles) * _ROW + 8
    height = top + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="What each project may do, and what AWS refuses">\n'
        f"<style>{_STYLE}</style>\n"
        f'<rect class="back" x="1" y="1" width="{_WIDTH - 2}" height="{height - 2}" rx="10"/>\n'
        + "\n".join(lines)
        + "\n</svg>\n"
    )


def _row(result: ProbeResult, top: int) -> list[str]:
    code = result.reply.answer.code
    kind, mark, answer = ("no", "✗", code) if code else ("yes", "✓", "allowed")
    if result.problem:
        kind, mark, answer = "no", "?", "WRONG"
    return [
        _text(30, top + 20, kind, mark),
        _text(58, top + 20, "", f"$ {_typed(result)}"),
        _text(_WIDTH - 150, top + 20, kind, answer),
    ]


def _typed(result: ProbeResult) -> str:
    """Return the command as a reader would type it, without what is this lab's."""
    probe = result.probe
    names = _NAMES | (_OTHER if probe.project == EC2_ROLE else {})
    words = Template(" ".join(probe.command.argv).replace("$run/", "")).safe_substitute(names)
    for long, short in _SHORTER:
        words = words.replace(long, short)
    return words


def _text(left: int, base: int, kind: str, text: str) -> str:
    return f'<text x="{left}" y="{base}" class="{kind}" xml:space="preserve">{escape(text)}</text>'
