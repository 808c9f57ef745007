"""Files of `whomay snapshot`, as small as a test needs them."""

import json
from pathlib import Path
from typing import Any

ACCOUNT = "111122223333"


def trust(service: str = "ec2.amazonaws.com") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def allow(action: str, resource: str = "*") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(name: str, *documents: dict[str, Any], **more: Any) -> dict[str, Any]:
    inline = [{"PolicyName": f"p{n}", "PolicyDocument": d} for n, d in enumerate(documents)]
    return {
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "AssumeRolePolicyDocument": trust(),
        "RolePolicyList": inline,
        **more,
    }


def account_file(folder: Path, *roles: dict[str, Any], **more: Any) -> Path:
    """Write the file of an account with these roles; `more` are further parts of it."""
    head = {"version": 1, "account": ACCOUNT, "taken": "2026-11-27", "regions": ["eu-west-1"]}
    body = {
        "snapshot": head,
        "details": [{"RoleDetailList": [*roles]}],
        "sessions": {each["Arn"]: 3600 for each in roles},
        **{name: [] for name in ("providers", "resources", "stacks", "refused")},
        **more,
    }
    file = folder / "account.json"
    file.write_text(json.dumps(body))
    return file


def stack(name: str, *resources: tuple[str, str, str]) -> dict[str, Any]:
    return {"name": name, "region": "eu-west-1", "resources": [list(each) for each in resources]}
