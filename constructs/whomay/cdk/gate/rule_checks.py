"""The rules as a validation plugin of every synth."""

from pathlib import Path

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
)

from whomay.cdk.gate.app_assembly import VERSION, app_assembly
from whomay.engine.rules.findings import PACK, RULES, findings
from whomay.engine.rules.rule import Finding


@jsii.implements(IPolicyValidationPlugin)
class AccessRuleChecks:
    """Looks in the synthesized templates for what hardly any app means to do.

    Add it by `Validations.of(app).add_plugins(AccessRuleChecks())`; `whomay.cdk.synth` does. It
    reads templates, so raw resources and property overrides count. The rules and their ids are in
    docs/reference/rules.md.
    """

    @property
    def name(self) -> str:
        """The namespace of all findings."""
        return PACK

    @property
    def version(self) -> str:
        """The version of this package."""
        return VERSION

    @property
    def rule_ids(self) -> list[str]:
        """The ids of all rules."""
        return [rule.id for rule in RULES]

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """Look at the templates of this synth."""
        templates = {Path(path) for path in context.template_paths}
        app = app_assembly(context)
        found = findings(app.assembly) if app else []
        # An app with Stages is validated once a Stage: each finding is reported where it stands.
        here = [_violation(one) for one in found if one.item.template.file in templates]
        return PolicyValidationPluginReport(
            success=not here, violations=here, plugin_version=self.version
        )


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
