"""A template as the cloud assembly that the CDK CLI and `whomay` read."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_assembly(folder: Path, template: Mapping[str, Any]) -> Path:
    """Write a cdk.out of one stack S, and return its folder."""
    folder.mkdir(parents=True)
    (folder / "S.template.json").write_text(json.dumps(template))
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://111122223333/eu-west-1",
        "properties": {"templateFile": "S.template.json"},
    }
    manifest = {"version": "48.0.0", "artifacts": {"S": stack}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
