"""The context that the lab gives the app: a hub with two spokes, its people, a pipeline, the trail."""

import json
from typing import Final

from whomay.lab.state import ACCOUNTS, ORGANIZATION, REGION

HUB, DEV, PROD = ACCOUNTS
FORWARDED: Final = ("us-east-2",)  # what happens there is heard of in the home of the alerts
ALICE: Final = "alice"
BOB: Final = "bob"
GITHUB: Final = {
    "owner": "acme",
    "repository": "app",
    "environment": "production",
    "owner_id": "123456",
    "repository_id": "456789",
}

_ACCOUNTS: Final = {
    "hub": {
        "id": HUB,
        "region": REGION,
        "people": {ALICE: {"roles": ["Reader", "Writer"]}, BOB: {"roles": ["Reader"]}},
    },
    "spokes": {
        "dev": {"id": DEV, "region": REGION},
        "prod": {"id": PROD, "region": REGION},
    },
    "organization": {"id": ORGANIZATION},
    "github": GITHUB,
}
CONTEXT: Final = {
    "mfa": "true",
    "accounts": json.dumps(_ACCOUNTS, separators=(",", ":")),
    "audit": json.dumps({"regions": FORWARDED}, separators=(",", ":")),
}
