"""What cdk-nag and CDK's own validation say: they look at constructs, so templates become some."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import cdk_nag as nag
from aws_cdk import App, CfnResource, Stack, Validations
from aws_cdk.cloudformation_include import CfnInclude

GENERIC: Final = ".generic"  # ends the name of a template that CDK's generic CfnResource makes
PACKS: Final = (
    nag.AwsSolutionsChecks,
    nag.HIPAASecurityChecks,
    nag.NIST80053R4Checks,
    nag.NIST80053R5Checks,
    nag.PCIDSS321Checks,
    nag.ServerlessChecks,
)
CONTEXT: Final = {
    "@aws-cdk/core:failSynthOnValidationErrors": False,
    "@aws-cdk/core:validateAgainstDefaultRules": True,
}


def cdk_nag(folder: Path) -> Mapping[str, set[str]]:
    """Return what six packs and CDK's CloudFormation Validate find."""
    app = App(context=CONTEXT, outdir=str(folder / "cdk.out"))
    names = {}
    for number, file in enumerate(sorted(folder.glob("*.json"))):
        names[f"S{number}"] = file.stem
        stack = Stack(app, f"S{number}")
        if file.stem.endswith(GENERIC):
            for name, properties in json.loads(file.read_text())["Resources"].items():
                CfnResource(
                    stack, name, type=properties["Type"], properties=properties["Properties"]
                )
        else:
            CfnInclude(stack, "Template", template_file=str(file))
    Validations.of(app).add_plugins(*(pack() for pack in PACKS))
    app.synth()
    report = json.loads((folder / "cdk.out" / "validation-report.json").read_text())
    found: dict[str, set[str]] = defaultdict(set)
    for plugin in report["pluginReports"]:
        for finding in plugin["violations"]:
            for construct in finding["violatingConstructs"]:
                found[names[construct["constructPath"].split("/")[0]]].add(finding["ruleName"])
    return found
