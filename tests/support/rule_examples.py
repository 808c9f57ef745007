"""Rules at work on YAML, as their examples and the tests have it."""

import json
import textwrap
from pathlib import Path
from typing import Any

import yaml

from support.assemblies import ENVIRONMENT, write_assembly
from whomay.engine import findings, read
from whomay.engine.rules import Example, ExampleKind, Finding

EC2 = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}


def template_of(example: Example) -> dict[str, Any]:
    """Return the example as a template; a statement is put into a role's policy."""
    content = yaml.safe_load(textwrap.dedent(example.yaml))
    match example.kind:
        case ExampleKind.TRUST:
            return {"Resources": {"Role": role_trusting(content)}}
        case ExampleKind.IDENTITY:
            return {"Resources": {"Role": role_allowed(content)}}
    return content if "Resources" in content else {"Resources": content}


def role_trusting(statements: Any) -> dict[str, Any]:
    """Return a role with these statements of trust."""
    trust = {"Version": "2012-10-17", "Statement": statements}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}


def role_allowed(statements: Any, **properties: Any) -> dict[str, Any]:
    """Return a role of EC2 with these statements in an inline policy."""
    role = role_trusting(EC2)
    document = {"Version": "2012-10-17", "Statement": statements}
    role["Properties"]["Policies"] = [{"PolicyName": "Inline", "PolicyDocument": document}]
    role["Properties"].update(properties)
    return role


def found_in(
    folder: Path, template: dict[str, Any], environment: str = ENVIRONMENT
) -> list[Finding]:
    """Return what all rules find in one stack S."""
    write_assembly(folder, {"S": template}, environment)
    if "Metadata" in template:
        _say_of_the_stack(folder, template["Metadata"])
    return findings(read(folder))


def _say_of_the_stack(folder: Path, metadata: dict[str, Any]) -> None:
    """Write what an app attached to its stack, by type, into the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text())
    entries = [{"type": kind, "data": data} for kind, data in metadata.items()]
    manifest["artifacts"]["S"]["metadata"] = {"/S": entries}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def ids(found: list[Finding]) -> list[str]:
    """Return the ids of findings, sorted."""
    return sorted(finding.id for finding in found)
