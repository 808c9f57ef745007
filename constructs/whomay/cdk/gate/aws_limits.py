"""AWS's own limits over the whole app, as a CDK validation plugin: read from the templates."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import ClassVar

from aws_cdk import IPolicyValidationContext, PolicyViolatingResource, PolicyViolation

from whomay.cdk.gate import template_limits
from whomay.cdk.gate.template_checks import WARNING, TemplateChecks
from whomay.cdk.gate.template_limits import StackResources


class AwsLimits(TemplateChecks):
    """Reports names that two resources share, policies that are too long, tags and counts.

    It also sees what plain CDK constructs, escape hatches and aspects made. A finding is
    acknowledged as `AwsLimits::PolicySize` and the like, for instance when AWS has raised an
    account's quota.
    """

    NAMESPACE: ClassVar[str] = "AwsLimits"
    RULES: ClassVar[tuple[str, ...]] = template_limits.RULES

    def violations(self, context: IPolicyValidationContext) -> Iterator[PolicyViolation]:
        """Yield what AWS would refuse in the templates of this synth."""
        for found in template_limits.findings(_stacks(context.template_paths)):
            place = PolicyViolatingResource(
                locations=[],
                resource_logical_id=found.logical_id,
                template_path=found.stack.template,
            )
            yield PolicyViolation(
                rule_name=found.rule,
                description=found.text,
                severity="error" if found.certain else WARNING,
                violating_resources=[place],
            )


def _stacks(paths: list[str]) -> Iterator[StackResources]:
    for folder, files in groupby(sorted(map(Path, paths)), key=lambda path: path.parent):
        accounts = _accounts(folder)
        for file in files:
            template = json.loads(file.read_text())
            account = accounts.get(file.name, "unknown-account")
            yield StackResources(str(file), account, template.get("Resources", {}))


def _accounts(folder: Path) -> dict[str, str]:
    """Return the account of each template of one assembly."""
    manifest = json.loads((folder / "manifest.json").read_text())
    return {
        artifact["properties"]["templateFile"]: artifact["environment"]
        .removeprefix("aws://")
        .partition("/")[0]
        for artifact in manifest["artifacts"].values()
        if "templateFile" in artifact.get("properties", {})
    }
