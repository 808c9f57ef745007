"""Parts of templates: users, policies, references."""

from pathlib import Path
from typing import Any

from support.assemblies import (
    document,
    principal,
    snapshot_of_template,
)
from whomay.engine.snapshot import Principal


def user(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::User", "Properties": properties}


def policy(kind: str, **properties: Any) -> dict[str, Any]:
    return {
        "Type": f"AWS::IAM::{kind}",
        "Properties": {
            "PolicyName": "P",
            "PolicyDocument": document("s3:GetObject"),
            **properties,
        },
    }


def read(folder: Path, path: str, **resources: Any) -> Principal:
    return principal(snapshot_of_template(folder, {"Resources": resources}), path)


REF_ROLE, REF_USER, REF_GROUP = {"Ref": "Role"}, {"Ref": "User"}, {"Ref": "Group"}
