"""An assembly in which one role may read a bucket, with a contract."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.assemblies import document, role, write_assembly

ROLE = {"Text": [{"Stack": "S", "Value": {"Fn::GetAtt": ["Role", "Arn"]}}]}


OBJECT = {"Text": [{"Stack": "S", "Value": {"Fn::GetAtt": ["Bucket", "Arn"]}}, "/a.csv"]}


def state(kind: str, line: int, action: str, **more: Any) -> Mapping[str, Any]:
    return {
        "Statement": kind,
        "At": f"app.py:{line}",
        "Scope": "S",
        "Principal": ROLE,
        "Actions": [action],
        "Resources": [OBJECT],
        "Given": {},
        **more,
    }


def assembly(folder: Path, *statements: Any) -> Path:
    """Write an assembly in which one role may read a bucket, with a contract."""
    reading = document("s3:GetObject", resource={"Fn::Sub": "${Bucket.Arn}/*"})
    policies = [{"PolicyName": "Read", "PolicyDocument": reading}]
    resources = {
        "Role": role(Policies=policies),
        "Fresh": role(ManagedPolicyArns=["arn:aws:iam::444455556666:policy/FreshAccess"]),
        "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
    }
    write_assembly(folder, {"S": {"Resources": resources}})
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["artifacts"]["S"]["metadata"] = {
        "/S": [{"type": "whomay:statement", "data": each} for each in statements]
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
