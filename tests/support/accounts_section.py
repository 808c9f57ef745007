"""The section `accounts` of the context, whole, and with one place changed."""

import copy
from typing import Any

WHOLE: dict[str, Any] = {
    "hub": {
        "id": "012345678901",
        "region": "eu-west-1",
        "tags": {"cost centre": "people"},
        "people": {"alice": {"roles": ["Reader"]}, "bob": {"roles": [], "console_login": True}},
    },
    "spokes": {
        "development": {"id": "222222222222", "region": "eu-west-1"},
        "production": {"id": "333333333333", "region": "eu-north-1", "tags": {"stage": "prod"}},
    },
    "third_parties": {"auditor": {"id": "444444444444", "external_id": "audit-2026"}},
    "organization": {
        "id": "o-a1b2c3d4e5",
        "organizational_units": ["ou-ab12-11111111"],
        "delegated_administrator": True,
    },
    "github": {
        "owner": "acme",
        "repository": "app",
        "environment": "production",
        "owner_id": "1",
        "repository_id": "2",
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The whole section with one place changed, or taken out."""
    section = copy.deepcopy(WHOLE)
    *parents, last = path.split(".")
    place = section
    for parent in parents:
        place = place[parent]
    place[last] = value
    if value is None:
        del place[last]
    return section
