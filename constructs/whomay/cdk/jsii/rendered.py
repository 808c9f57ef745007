"""Resolved values as readable text: a reference as `<LogicalId.Attribute>`, as findings print it."""

import json
from typing import Any, Final

from constructs import IConstruct

from whomay.cdk.jsii.construct_facts import stack_of

UNKNOWN: Final = "<token>"  # a value that is known at deployment only


def rendered(scope: IConstruct, value: Any) -> Any:
    """Resolve a value in the scope's stack, and render each intrinsic in it as text."""
    return _render(stack_of(scope).resolve(value))


def as_list(value: Any) -> list[Any]:
    """Return what an element of a policy holds, one value or a list of them, as a list."""
    return value if isinstance(value, list) else [value]


def in_one_text(scope: IConstruct, value: Any) -> str:
    """Resolve a value in the scope's stack, and return it as text in which no intrinsic has a colon."""
    return as_text(stack_of(scope).resolve(value))


def as_text(value: Any) -> str:
    """Render a resolved value as text, each intrinsic in it as `<name>`, which holds no colon."""
    match value:
        case str():
            return value
        case {"Fn::Join": [separator, list(values)]}:
            return str(separator).join(as_text(part) for part in values)
        case {"Ref": str(name)} if name.startswith("AWS::"):
            return f"<{name.replace('::', '.')}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
    return UNKNOWN


def _render(value: Any) -> Any:
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(str(_render(part)) for part in parts)
        case dict() if len(value) == 1 and next(iter(value)).startswith("Fn::"):
            return json.dumps(value, separators=(",", ":"))
        case dict():
            return {key: _render(part) for key, part in value.items()}
        case list():
            return [_render(part) for part in value]
    return value
