"""Text that refers to resources, as metadata holds it: with the stack that each reference is of.

A logical id means nothing without its stack. CDK resolves a reference to another stack as an import,
or refuses to resolve it where the accounts differ. So such a text is written as
`{"Text": [part, …]}`. A part is plain text, or `{"Stack": path, "Value": …}`: what CloudFormation
evaluates in the stack at that construct path. A text without references stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reference:
    """A part of a text: a value such as `{"Ref": "Role"}`, in the stack at a construct path."""

    stack: str
    value: Any


def write_text(parts: Sequence[str | Reference]) -> dict[str, Any]:
    """Return a text of these parts as JSON."""
    return {
        "Text": [
            part if isinstance(part, str) else {"Stack": part.stack, "Value": part.value}
            for part in parts
        ]
    }


def read_text(data: Any) -> list[str | Reference] | None:
    """Return the parts of such a text; None for any other JSON.

    Raises KeyError or TypeError for a part that is neither text nor a reference.
    """
    if not isinstance(data, dict) or set(data) != {"Text"} or not isinstance(data["Text"], list):
        return None
    return [
        part if isinstance(part, str) else Reference(str(part["Stack"]), part["Value"])
        for part in data["Text"]
    ]
