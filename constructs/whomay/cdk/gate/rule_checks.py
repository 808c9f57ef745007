"""The rules as a validation plugin of every synth."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from aws_cdk import IPolicyValidationContext, PolicyViolatingResource, PolicyViolation

from whomay.cdk.gate.app_assembly import app_assembly
from whomay.cdk.gate.template_checks import TemplateChecks
from whomay.engine import AssemblyError, findings
from whomay.engine.rules import PACK, RULES, Finding


class AccessRuleChecks(TemplateChecks):
    """Finds in the synthesized templates what hardly any app means to do.

    Add it by `Validations.of(app).add_plugins(AccessRuleChecks())`; `whomay.cdk.synth` does. It
    reads templates, so raw resources and property overrides count. The rules and their ids are in
    docs/reference/rules.md.
    """

    NAMESPACE: ClassVar[str] = PACK
    RULES: ClassVar[tuple[str, ...]] = tuple(rule.id for rule in RULES)

    def violations(self, context: IPolicyValidationContext) -> Iterator[PolicyViolation]:
        """Yield the findings in the templates of this synth."""
        try:
            app = app_assembly(context)
        except AssemblyError:
            return  # the contract's check says so
        # CDK validates an app with Stages once a Stage: report each finding in its own Stage.
        files = {Path(path) for path in context.template_paths}
        for found in findings(app) if app else []:
            if found.item.template.file in files:
                yield _violation(found)


def _violation(finding: Finding) -> PolicyViolation:
    template, logical_id = finding.item.template, finding.item.logical_id
    if logical_id in template.section("Resources"):
        place = PolicyViolatingResource(
            locations=[], resource_logical_id=logical_id, template_path=str(template.file)
        )
    else:  # an output or a parameter: CDK knows no construct of it
        place = PolicyViolatingResource(locations=[], construct_path=template.path)
    return PolicyViolation(
        rule_name=finding.id,
        description=finding.message,
        fix=finding.rule.fix,
        severity=finding.rule.severity,
        rule_metadata={"page": finding.rule.page},
        violating_resources=[place],
    )
