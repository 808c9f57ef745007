"""Assemblies of one stack, written out as `cdk synth` would, and what diff and lock say of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from whomay.engine import Snapshot, read

ACCOUNT = "111122223333"


def assembly(folder: Path, resources: Mapping[str, Any], **sections: Any) -> Path:
    """Write a stack S of one account; more sections of its template may be given."""
    folder.mkdir(parents=True)
    template = {"Resources": resources, **sections}
    (folder / "S.template.json").write_text(json.dumps(template))
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{ACCOUNT}/eu-west-1",
        "properties": {"templateFile": "S.template.json"},
    }
    manifest = {"version": "36.0.0", "artifacts": {"S": stack}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def snapshot(folder: Path, resources: Mapping[str, Any], **sections: Any) -> Snapshot:
    """Return what an assembly of such a stack holds."""
    return read(assembly(folder, resources, **sections)).snapshot


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def may(actions: str, resource: Any = "*", **more: Any) -> dict[str, Any]:
    """Return a statement that allows."""
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


def role(*statements: Mapping[str, Any], **properties: Any) -> dict[str, Any]:
    """Return a role that EC2 may become, with one policy."""
    service = {"Service": "ec2.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"}
    policies = [{"PolicyName": "P", "PolicyDocument": document(*statements)}]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": document(trust),
            "Policies": policies if statements else [],
            **properties,
        },
    }
