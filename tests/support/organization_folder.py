"""Folders of `whomay snapshot` of several accounts, as small as a test needs them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.account_file import trust

DEV, PROD, MANAGEMENT = "111122223333", "444455556666", "999988887777"
ORGANIZATION, ROOT, UNIT = "o-a1b2c3d4e5", "r-a1b2", "ou-a1b2-11112222"
TAKEN = "2026-11-27T09:00:00+00:00"
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def policy(name: str, targets: list[str], *statements: dict[str, Any], **more: Any) -> Any:
    """Return a policy of an organization as AWS tells it."""
    document = {"Version": "2012-10-17", "Statement": [*statements]}
    return {"id": f"p-{name}", "name": name, "targets": targets, "document": document, **more}


def full(*targets: str) -> Any:
    return policy("FullAWSAccess", [*targets], EVERYTHING, type=SCP)


def organization(*policies: Any, **more: Any) -> dict[str, Any]:
    """Return an organization with both accounts in one unit, and AWS's own policy everywhere."""
    return {
        "id": ORGANIZATION,
        "management": MANAGEMENT,
        "types": [SCP, RCP],
        "refused": [],
        "root": ROOT,
        "parents": {DEV: UNIT, PROD: UNIT, MANAGEMENT: ROOT, UNIT: ROOT},
        "policies": [full(ROOT, UNIT, DEV, PROD, MANAGEMENT), *policies],
        **more,
    }


def role(
    account: str, name: str, *documents: dict[str, Any], trusting: Any = None
) -> dict[str, Any]:
    inline = [{"PolicyName": f"p{n}", "PolicyDocument": d} for n, d in enumerate(documents)]
    return {
        "Arn": f"arn:aws:iam::{account}:role/{name}",
        "AssumeRolePolicyDocument": trusting or trust(),
        "RolePolicyList": inline,
    }


def organization_folder(
    folder: Path,
    told: Mapping[str, list[dict[str, Any]]],
    above: Any = None,
    refused: Mapping[str, str] | None = None,
    resources: Mapping[str, list[Any]] | None = None,
    **head: Any,
) -> Path:
    """Write the folder: the roles of each account that told, and why others did not."""
    first = {"version": 1, "taken": TAKEN, "regions": ["eu-west-1"], "finished": True, **head}
    accounts: dict[str, dict[str, str]] = {account: {} for account in told} | {
        account: {"refused": why} for account, why in (refused or {}).items()
    }
    body = {"organization snapshot": first, "accounts": accounts, "organization": above}
    (folder / "accounts").mkdir(parents=True)
    (folder / "organization.json").write_text(json.dumps(body))
    for account, roles in told.items():
        write_account(folder, account, roles, (resources or {}).get(account, []))
    return folder


def write_account(
    folder: Path, account: str, roles: list[Any], resources: list[Any], taken: str = TAKEN
) -> None:
    """Write the file of one account as `whomay snapshot` does, the head on a line of its own."""
    head = {"version": 1, "account": account, "taken": taken, "regions": ["eu-west-1"]}
    rest = {
        "details": [{"RoleDetailList": roles}],
        "sessions": {each["Arn"]: 3600 for each in roles},
        "resources": resources,
        "providers": [],
        "stacks": [],
        "refused": [],
    }
    file = folder / "accounts" / f"{account}.json"
    file.write_text(f'{{"snapshot": {json.dumps(head)},\n{json.dumps(rest)[1:]}\n')
