"""Cloud assemblies for tests, written by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from whomay.engine import Snapshot, read
from whomay.engine.snapshot import Principal

Resources = Mapping[str, Mapping[str, Any]]
ENVIRONMENT = "aws://111122223333/eu-west-1"


def write_assembly(
    folder: Path, templates: Mapping[str, Mapping[str, Any]], environment: str = ENVIRONMENT
) -> Path:
    """Write a cdk.out with these templates, one stack each, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    artifacts = {}
    for name, template in templates.items():
        (folder / f"{name}.template.json").write_text(json.dumps(template))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "properties": {"templateFile": f"{name}.template.json"},
        }
    manifest = {"version": "55.0.0", "artifacts": artifacts}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def snapshot_of_template(folder: Path, template: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot of one stack S."""
    return read(write_assembly(folder, {"S": template})).snapshot


def role(**properties: Any) -> dict[str, Any]:
    """Return a role as a template has it."""
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": trust, **properties},
    }


def document(*actions: str, resource: Any = "*") -> dict[str, Any]:
    """Return a policy document that allows these actions."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def principal(snapshot: Snapshot, path: str) -> Principal:
    """Return the one principal at a construct path."""
    [found] = [each for each in snapshot.principals if each.path == path]
    return found


def allowed(principal: Principal) -> list[tuple[tuple[str, ...] | None, tuple[str, ...] | None]]:
    """Return actions and resources of all statements of a principal's own policies."""
    return [
        (statement.actions, statement.resources)
        for policy in principal.identity
        for statement in policy.statements
    ]
