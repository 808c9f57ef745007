"""All rules, and what they find in the templates of an app."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from whomay.engine.rules import conditions, deployment, permissions, resources, trust
from whomay.engine.rules.app import App
from whomay.engine.rules.rule import Finding, Rule, Severity
from whomay.engine.templates.assembly import Assembly

PACK: Final = "AccessRules"  # the namespace of the findings' ids

# Found by walking the families, so that no list can lack one.
RULES: Final[tuple[Rule, ...]] = tuple(
    import_module(f"{family.__name__}.{module.name}").RULE
    for family in (trust, conditions, permissions, resources, deployment)
    for module in iter_modules(family.__path__)
)


def findings(assembly: Assembly) -> list[Finding]:
    """Return what the rules find in the templates, worst first, then rule by rule.

    >>> from whomay.engine import findings, read
    >>> [(found.rule.id, found.path) for found in findings(read("open.out"))]
    [('trust-everyone', 'Reports/Role')]

    Acknowledged findings are among them.
    """
    app = App(assembly)
    found = [finding for rule in RULES for finding in rule.find(app)]
    return sorted(found, key=lambda finding: list(Severity).index(finding.rule.severity))
