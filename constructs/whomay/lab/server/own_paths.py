"""What the lab answers its owner alone, below /lab/."""

import json
from typing import Final

from whomay.lab.server import delivery, opened_accounts, stacks

_SESSION: Final = "/lab/session/"


def answer(path: str, nonce: str) -> tuple[int, str]:
    """Return the HTTP status and the text for a path that starts with /lab/."""
    if path.startswith(_SESSION):
        session = opened_accounts.session_of(path.removeprefix(_SESSION))
        return (404, "{}") if session is None else (200, session)
    match path:
        case "/lab/identity":
            return 200, json.dumps({"nonce": nonce})
        case "/lab/deliver":  # CloudTrail's next delivery, now
            delivery.deliver()
            return 204, ""
        case "/lab/stacks":
            return 200, stacks.listed()
        case "/lab/account":
            return 200, opened_accounts.open_one()
    return 404, "Not Found"
