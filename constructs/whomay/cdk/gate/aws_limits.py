"""AWS's own limits over the whole app, as a CDK validation plugin: read from the templates."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
)

from whomay.cdk.gate import template_limits
from whomay.cdk.gate.template_limits import Finding, StackResources

PLUGIN: Final = "AwsLimits"


@jsii.implements(IPolicyValidationPlugin)
class AwsLimits:
    """Reports names that two resources share, policies that are too long, tags and counts.

    Also of what plain CDK constructs, escape hatches and aspects made. A finding is acknowledged as
    `AwsLimits::PolicySize` and the like, for instance when AWS has raised an account's quota.
    """

    @property
    def name(self) -> str:
        """The name before the rule in a finding's id."""
        return PLUGIN

    @property
    def version(self) -> str:
        """The version in the report."""
        return "1"

    @property
    def rule_ids(self) -> list[str]:
        """The names of the rules."""
        return list(template_limits.RULES)

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """Read all templates of the app."""
        found = [
            _violation(one) for one in template_limits.findings(_stacks(context.template_paths))
        ]
        return PolicyValidationPluginReport(success=not found, violations=found)


def _stacks(paths: list[str]) -> Iterator[StackResources]:
    for folder, names in groupby(sorted(map(Path, paths)), key=lambda path: path.parent):
        accounts = _accounts(folder)
        for path in names:
            template = json.loads(path.read_text())
            account = accounts.get(path.name, "unknown-account")
            yield StackResources(str(path), account, template.get("Resources", {}))


def _accounts(folder: Path) -> dict[str, str]:
    """Return the account of each template of one assembly."""
    manifest = json.loads((folder / "manifest.json").read_text())
    return {
        artifact["properties"]["templateFile"]: _account(artifact["environment"])
        for artifact in manifest["artifacts"].values()
        if "templateFile" in artifact.get("properties", {})
    }


def _account(environment: str) -> str:
    return environment.removeprefix("aws://").partition("/")[0]


def _violation(finding: Finding) -> PolicyViolation:
    return PolicyViolation(
        rule_name=finding.rule,
        description=finding.text,
        severity="error" if finding.certain else "warning",
        violating_resources=[
            PolicyViolatingResource(
                locations=[],
                resource_logical_id=finding.logical_id,
                template_path=finding.stack.template,
            )
        ],
    )
