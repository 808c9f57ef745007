"""The reference of all rules, as Markdown: `python -m whomay.report.rules_reference`."""

import textwrap
from collections.abc import Iterator

from whomay.engine import Rule
from whomay.engine.rules import RULES

_HEAD = """\
# Rules

`whomay check` and every synth look for these in the templates. A finding is named by its rule and by
what is wrong, `AccessRules::trust-everyone[*]`; accept one with
`acknowledge(construct, "AccessRules::…", reason="…")`. This page is made from the rules themselves.
"""


def markdown() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *_table(), *(line for rule in RULES for line in _section(rule))])


def _table() -> Iterator[str]:
    yield "| rule | severity | finds |"
    yield "|---|---|---|"
    for rule in RULES:
        yield f"| [{rule.id}](#{rule.id}) | {rule.severity} | {rule.title} |"
    yield ""


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id}\n"
    yield f"{rule.why} ([AWS]({rule.page}))\n"
    yield f"**Instead:** {rule.fix}\n"
    yield f"Found, {rule.bad.kind}:\n"
    yield f"```yaml\n{textwrap.dedent(rule.bad.yaml).strip()}\n```\n"
    yield "Not found:\n"
    yield f"```yaml\n{textwrap.dedent(rule.good.yaml).strip()}\n```\n"


if __name__ == "__main__":
    print(markdown(), end="")  # noqa: T201 - this is its output
