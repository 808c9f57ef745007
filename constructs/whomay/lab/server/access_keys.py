"""Access keys that cannot exist at AWS."""

from collections.abc import Callable

from whomay.lab.server import internals

UNREAL = "0"  # a real key's id is base32 after its prefix: A to Z, 2 to 7
PREFIX = 4  # the length of AKIA and ASIA


def unreal(key: str) -> str:
    """Return the key's id so that AWS has certainly none like it."""
    return key[:PREFIX] + UNREAL + key[PREFIX + 1 :]


def _unreal(inner: Callable[[], str]) -> Callable[[], str]:
    return lambda: unreal(inner())


def install() -> None:
    """Put it in place."""
    internals.replace("services.iam", "_gen_access_key_id", _unreal)
    internals.replace("services.sts", "_gen_session_access_key", _unreal)
