"""The base of the gate's own validation plugins: they read the templates of the app at every synth.

https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from importlib.metadata import version
from typing import ClassVar, Final

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
)

from whomay.cdk.gate.source_places import place
from whomay.iam.patterns.symbols import printable

WARNING: Final = "warning"
_VERSION: Final = version("whomay")


@jsii.implements(IPolicyValidationPlugin)
class TemplateChecks(ABC):
    """A validation plugin of CDK: a subclass yields the violations.

    `NAMESPACE` comes before the rule in a finding's id, and `RULES` are the names of the rules.
    A warning fails the synth too, unless `WARNINGS_PASS`.
    """

    NAMESPACE: ClassVar[str]
    RULES: ClassVar[tuple[str, ...]]
    WARNINGS_PASS: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The namespace of all findings."""
        return self.NAMESPACE

    @property
    def version(self) -> str:
        """The version of this package."""
        return _VERSION

    @property
    def rule_ids(self) -> list[str]:
        """The names of the rules."""
        return list(self.RULES)

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """Return the report on the templates of this synth."""
        found = list(self.violations(context))
        passed = all(self.WARNINGS_PASS and each.severity == WARNING for each in found)
        return PolicyValidationPluginReport(
            success=passed, violations=found, plugin_version=self.version
        )

    @abstractmethod
    def violations(self, context: IPolicyValidationContext) -> Iterator[PolicyViolation]:
        """Yield what is wrong in the templates of this synth."""


def violation(
    rule: str, description: str, fix: str, severity: str, construct: str, *, at: str = ""
) -> PolicyViolation:
    """Return a violation that CDK shows at the construct of that path, and editors at a line.

    `at` is that file and line, as `stacks/shop.py:31`; empty where there is none.
    """
    return PolicyViolation(
        rule_name=rule,
        description=printable(description),
        fix=printable(fix) or None,
        severity=severity,
        rule_metadata=place(at),
        # CDK does not print a violation that has no resource.
        violating_resources=[PolicyViolatingResource(construct_path=construct, locations=[])],
    )
