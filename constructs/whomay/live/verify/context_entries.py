"""The condition keys of a request as IAM's simulator takes them.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ContextEntry.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from whomay.engine import Request
from whomay.iam.facts.condition_key_table import KeyValue
from whomay.iam.facts.condition_key_types import type_of
from whomay.iam.patterns.symbols import is_symbolic

_TYPES: Final[Mapping[KeyValue, str]] = {
    KeyValue.ADDRESS: "ip",
    KeyValue.BOOLEAN: "boolean",
    KeyValue.DATE: "date",
    KeyValue.NUMBER: "numeric",
}
_OTHER: Final = "string"


def context_entries(request: Request) -> list[dict[str, Any]]:
    """Return the entries of a request; a value that only the deployment knows is left out."""
    left_out = withheld(request)
    return [
        _entry(
            key, value if isinstance(value, tuple) else (value,), several=isinstance(value, tuple)
        )
        for key, value in sorted(request.context.items())
        if key not in left_out
    ]


def withheld(request: Request) -> frozenset[str]:
    """Return the keys that the request has and the simulator cannot be given, in lower case."""
    return frozenset(_symbolic(request))


def _symbolic(request: Request) -> Iterator[str]:
    for key, value in request.context.items():
        if any(map(is_symbolic, value if isinstance(value, tuple) else (value,))):
            yield key


def _entry(key: str, values: tuple[str, ...], *, several: bool) -> dict[str, Any]:
    kind = _TYPES.get(type_of(key), _OTHER)
    return {
        "ContextKeyName": key,
        "ContextKeyValues": [*values],
        "ContextKeyType": f"{kind}List" if several else kind,
    }
