"""A user has two access keys at most.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Callable
from typing import Any

from whomay.lab.server import internals, mfa

KEYS_OF_A_USER = 2


def _limited(inner: Callable[..., Any]) -> Callable[..., Any]:
    def create(parameters: dict[str, list[str]]) -> Any:
        user = parameters.get("UserName", [""])[0]
        keys = internals.get("services.iam", "_access_keys").values()
        if sum(key["UserName"] == user for key in keys) >= KEYS_OF_A_USER:
            text = f"Cannot exceed quota for AccessKeysPerUser: {KEYS_OF_A_USER}"
            return mfa.error(409, "LimitExceeded", text)
        return inner(parameters)

    return create


def install() -> None:
    """Put the quota in place."""
    handlers = internals.get("services.iam", "_IAM_HANDLERS")
    handlers["CreateAccessKey"] = _limited(handlers["CreateAccessKey"])
