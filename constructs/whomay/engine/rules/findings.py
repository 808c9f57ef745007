"""All rules, and what they find in the templates of an app."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Final

from whomay.engine.rules import conditions, deployment, permissions, resources, trust
from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity
from whomay.engine.templates.assembly import Assembly
from whomay.engine.templates.template import AssemblyError
from whomay.metadata.records import StatementRecord

PACK: Final = "AccessRules"  # the namespace of the findings' ids

GROUP: Final = "whomay.rules"  # the entry points by which a distribution adds rules of its own


def _of_teams() -> Iterator[Rule]:
    """Yield the rules that installed distributions add.

    Raises AssemblyError, which names the entry point, for what is no rule.
    """
    for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        try:
            rule = point.load()
        except Exception as error:  # noqa: BLE001 - whatever a foreign module raises is told in one line
            raise AssemblyError(f"rule {point.value}: cannot be loaded: {error}") from None
        if not isinstance(rule, Rule):
            raise AssemblyError(f"rule {point.value}: got {type(rule).__name__}; allowed is a Rule")
        yield rule


# Found by walking the families, so that no list can lack one; then those of teams.
RULES: Final[tuple[Rule, ...]] = (
    *(
        import_module(f"{family.__name__}.{module.name}").RULE
        for family in (trust, conditions, permissions, resources, deployment)
        for module in iter_modules(family.__path__)
    ),
    *_of_teams(),
)


def findings(assembly: Assembly, promised: Iterable[StatementRecord] = ()) -> list[Finding]:
    """Return what the rules find in the templates, worst first, then rule by rule.

    `promised` are statements of a contract beside those that the app states.

    >>> from whomay.engine import findings, read
    >>> [(found.rule.id, found.path) for found in findings(read("open.out"))]
    [('trust-everyone', 'Reports/Role')]

    Acknowledged findings are among them.
    """
    app = App(assembly, promised)
    found = [finding for rule in RULES for finding in rule.find(app)]
    return sorted(found, key=lambda finding: list(Severity).index(finding.rule.severity))
