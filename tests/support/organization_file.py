"""An organization file of one unit, with the policies that a test attaches."""

import json
from pathlib import Path
from typing import Any

from support.small_templates import ACCOUNT

FULL = "FullAWSAccess"
ORGANIZATION = "o-a1b2c3d4e5"
MANAGEMENT = "999988887777"


def denying(action: str, **more: Any) -> dict[str, Any]:
    """Return a policy that denies an action."""
    statement = {"Effect": "Deny", "Action": action, "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def only_from_the_organization(action: str) -> dict[str, Any]:
    """Return a resource control policy that keeps out who is not of the organization."""
    conditions = {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    return denying(action, Principal="*", Condition=conditions)


def organization_file(folder: Path, **unit: Any) -> Path:
    """Write an organization with the account of small templates in the unit Production."""
    data = {
        "organization": ORGANIZATION,
        "management": MANAGEMENT,
        "root": {"id": "r-a1b2"},
        "units": {"Production": {"id": "ou-a1b2-11112222", **unit}},
        "accounts": {ACCOUNT: "Production", "444455556666": "root"},
    }
    file = folder / "organization.json"
    file.write_text(json.dumps(data, indent="\t"))
    return file
