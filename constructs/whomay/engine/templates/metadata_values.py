"""What an app wrote into its assembly, with references that name the stack they belong to."""

from typing import Any

from whomay.engine.templates.resolver import Resolver
from whomay.iam.patterns.symbols import unknown


def metadata_value(resolver: Resolver, value: Any) -> Any:
    """Return JSON with its references evaluated, each in the stack that it names.

    Text that holds references is `{"Text": [part, …]}`; a part is plain text, or
    `{"Stack": path, "Value": …}` with what CloudFormation would evaluate there.
    """
    match value:
        case {"Text": [*parts]}:
            return "".join(_part(resolver, part) for part in parts)
        case dict():
            return {key: metadata_value(resolver, item) for key, item in value.items()}
        case list():
            return [metadata_value(resolver, item) for item in value]
    return value


def _part(resolver: Resolver, part: Any) -> str:
    if isinstance(part, str):
        return part
    template = resolver.template(part["Stack"])
    if template is None:
        return unknown(f"a reference into {part['Stack']}, which the assembly does not hold")
    return resolver.text(template, part["Value"])
