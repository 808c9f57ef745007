"""What is found as annotations of GitHub Actions: lines of a job's log that a pull request shows.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterable, Iterator
from typing import Final

from whomay.engine.contract import Outcome, Result
from whomay.engine.rules import PACK
from whomay.iam.patterns.symbols import printable
from whomay.report.finding_groups import FindingGroup
from whomay.report.source_lines import Place, SourceLines

_LEVELS: Final = {
    Outcome.WRONG: "error",
    Outcome.BROKEN: "error",
    Outcome.UNKNOWN: "error",
    Outcome.CAPPED: "warning",
}


def annotations(
    results: Iterable[Result], groups: Iterable[FindingGroup], lines: SourceLines
) -> Iterator[str]:
    """Yield one command for each statement that is not kept and for each kind of finding.

    GitHub shows ten errors and ten warnings of a step: the worst come first.
    """
    for each in results:
        outcome = each.finding.outcome
        if outcome in _LEVELS:
            place = lines.of_statement(each.stated.at)
            title = f"{each.stated.kind} is {outcome}"
            yield command(_LEVELS[outcome], "; ".join(each.lines()), place, title)
    for group in groups:
        one = group.first
        message = f"{group.places}: {group.message}; to fix it: {one.rule.fix}"
        place = lines.of_finding(one)
        yield command(one.rule.severity, message, place, f"{PACK}::{one.id}")


def command(level: str, message: str, place: Place | None = None, title: str = "") -> str:
    """Return one workflow command. No value can end it, begin another one or name a property."""
    properties = {} if place is None else {"file": place.file, "line": str(place.line)}
    properties |= {"title": title} if title else {}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level}{' ' if told else ''}{told}::{_message(message)}"


def _message(text: str) -> str:
    """Return text of a message: a control character is written out, and no older command begins."""
    return printable(text).replace("%", "%25").replace("##[", "## [")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
