"""JSON in which no object names a key twice: which of the two counts would be a guess.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html refuses such a policy.
"""

import json
from typing import Any


def loads(text: str) -> Any:
    """Return the document. Raises ValueError when it is no JSON or names a key twice."""
    return json.loads(text, object_pairs_hook=_unique)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has the key {twice!r} twice")
    return found
