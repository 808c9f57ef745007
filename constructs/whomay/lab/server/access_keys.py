"""Access keys that cannot exist at AWS, and two of them at most for a user.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Callable
from typing import Any

from whomay.lab.server import internals, mfa

KEYS_OF_A_USER = 2
UNREAL = "0"  # a real key's id is base32 after its prefix: A to Z, 2 to 7
PREFIX = 4  # the length of AKIA and ASIA


def unreal(key: str) -> str:
    """Return the key's id so that AWS has certainly none like it."""
    return key[:PREFIX] + UNREAL + key[PREFIX + 1 :]


def _unreal(inner: Callable[[], str]) -> Callable[[], str]:
    return lambda: unreal(inner())


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
    """Put both in place."""
    internals.replace("services.iam", "_gen_access_key_id", _unreal)
    internals.replace("services.sts", "_gen_session_access_key", _unreal)
    handlers = internals.get("services.iam", "_IAM_HANDLERS")
    handlers["CreateAccessKey"] = _limited(handlers["CreateAccessKey"])
