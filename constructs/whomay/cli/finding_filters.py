"""Which findings a command shows and judges: by severity, by rule, by construct path."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import wraps
from typing import Any

import click

from whomay.engine.rules import RULES, AcknowledgedFindings, Finding


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """What is looked at: findings of this severity or worse, of these rules, at these paths."""

    severity: str
    rules: tuple[str, ...]
    paths: tuple[str, ...]

    def of(self, found: AcknowledgedFindings) -> tuple[AcknowledgedFindings, int]:
        """Return the findings that pass it, and how many open ones are left out."""
        kept = tuple(filter(self._passes, found.open))
        accepted = tuple(one for one in found.accepted if self._passes(one[0]))
        return replace(found, open=kept, accepted=accepted), len(found.open) - len(kept)

    def _passes(self, finding: Finding) -> bool:
        named = not self.rules or finding.rule.id in self.rules
        severe = self.severity == "warning" or finding.rule.severity == "error"
        return severe and named and (not self.paths or any(map(self._at(finding), self.paths)))

    @staticmethod
    def _at(finding: Finding) -> Callable[[str], bool]:
        """Return whether a pattern names the finding's construct, or one that holds it."""
        return lambda pattern: (
            fnmatchcase(finding.path, pattern) or fnmatchcase(finding.path, f"{pattern}/*")
        )


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command gets one argument of them, `only`."""

    @wraps(command)
    def with_filter(
        *, severity: str, rules: tuple[str, ...], paths: tuple[str, ...], **others: Any
    ) -> Any:
        return command(only=FindingFilter(severity, rules, paths), **others)

    for option in (_PATH, _RULE, _SEVERITY):
        with_filter = option(with_filter)
    return with_filter


def _known(_ctx: click.Context, _param: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    known = [rule.id for rule in RULES]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else "; docs/reference/rules.md has all"
            raise click.BadParameter(f"{name!r} is no rule{hint}")
    return names


_SEVERITY = click.option(
    "--severity",
    type=click.Choice(["error", "warning"]),
    default="warning",
    show_default=True,
    help="Findings of this severity or worse; the contract counts whatever it is.",
)
_RULE = click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="RULE",
    callback=_known,
    help="Findings of this rule alone; repeat it for more.",
)
_PATH = click.option(
    "--path",
    "paths",
    multiple=True,
    metavar="PATTERN",
    help="Findings at this construct path, or below it; * stands for anything.",
)
