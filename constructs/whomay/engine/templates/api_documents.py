"""The OpenAPI document of an API: in the template, or in a file that the assembly publishes.

CDK publishes a file under the hash of its content. The constructs of AWS Solutions put the ARNs of
functions into it first, by a custom resource.
https://docs.aws.amazon.com/cdk/v2/guide/assets.html
https://docs.aws.amazon.com/solutions/latest/constructs/aws-openapigateway-lambda.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from whomay.engine.templates.formats import values_at
from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resources import Item

_PLACE: Final = "BodyS3Location"
_WRITER: Final = "Custom::TemplateWriter"
_PUBLISHED: Final = re.compile(r"[0-9a-f]{64}\.(?:json|ya?ml)")
_LARGEST: Final = 6_000_000  # bytes; the most that API Gateway imports


def api_documents(item: Item) -> Iterator[Any]:
    """Yield the document of an API; None for one that is published and cannot be read here."""
    for body, _ in values_at(item, ("Body",)):
        yield body
    if _PLACE in item.properties:
        yield _published(item, item.properties[_PLACE])


def _published(item: Item, place: Any) -> Any:
    key = place.get("Key") if isinstance(place, dict) else None
    match key:
        case {"Fn::GetAtt": [str(writer), "TemplateOutputKey"]}:
            text = _written(item, item.template.section("Resources").get(writer) or {})
        case _:
            text = _text(item, key)
    if text is None:
        return None
    from whomay.engine.templates.yaml_text import parsed  # noqa: PLC0415 - imported on need

    return parsed(text)


def _written(item: Item, writer: Mapping[str, Any]) -> str | None:
    """Return a published file with the values that the custom resource puts into it."""
    if writer.get("Type") != _WRITER:
        return None
    properties = writer.get("Properties") or {}
    text = _text(item, properties.get("TemplateInputKey"))
    try:
        values = json.loads(item.resolver.text(item.template, properties.get("TemplateValues")))
        for each in values["templateValues"] if text is not None else ():
            text = text and text.replace(each["id"], each["value"])
    except (ValueError, KeyError, TypeError):
        return None
    return text


def _text(item: Item, key: Any) -> str | None:
    name = as_text(item.resolver.plain(item.template, key))
    if not _PUBLISHED.fullmatch(name):
        return None
    for folder in _folders(item.template.file.parent):
        file = folder / f"asset.{name}"
        if file.is_file() and not file.is_symlink() and file.stat().st_size <= _LARGEST:
            return file.read_text("utf-8", errors="replace")
    return None


def _folders(folder: Path) -> Iterator[Path]:
    """Yield the folder of an assembly, and those around it: a Stage's files lie in the app's."""
    while (folder / "manifest.json").is_file():
        yield folder
        folder = folder.parent
