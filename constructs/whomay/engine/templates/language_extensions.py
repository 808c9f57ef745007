"""The loops of AWS::LanguageExtensions, written out: each Fn::ForEach becomes what it makes.

CloudFormation evaluates the transform before it makes anything. The same is done here as long as
the template tells the list that a loop goes through.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resolver import Resolver
from whomay.engine.templates.template import Template
from whomay.iam.patterns.symbols import unknown_reasons

LOOP: Final = "Fn::ForEach::"
_EXTENSIONS: Final = "AWS::LanguageExtensions"
_DEEPEST: Final = 50  # loops and levels; CloudFormation takes five loops in each other
_MOST: Final = 10_000  # entries that the loops of one template may make

List = Callable[[Any], Any]


def without_loops(template: Template, others: Sequence[Template] = ()) -> Template:
    """Return the template with its loops written out; one whose list is not known stays a loop.

    `others` are the templates that it may refer to: a nested stack's parameters are its parent's.
    """
    listed = template.body.get("Transform") or []
    if _EXTENSIONS not in (listed if isinstance(listed, list) else [listed]):
        return template
    resolver = Resolver([*others, template])
    left = [_MOST]
    body = _written_out(template.body, lambda value: resolver.plain(template, value), left, 0)
    return replace(template, body=body)


def _written_out(value: Any, evaluate: List, left: list[int], depth: int) -> Any:
    if depth > _DEEPEST:
        return value
    if isinstance(value, list):
        return [_written_out(each, evaluate, left, depth + 1) for each in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, inner in value.items():
        made = _made(inner, evaluate, left, depth) if key.startswith(LOOP) else None
        found |= {key: _written_out(inner, evaluate, left, depth + 1)} if made is None else made
    return found


def _made(loop: Any, evaluate: List, left: list[int], depth: int) -> Mapping[str, Any] | None:
    """Return what a loop makes, None when that cannot be told."""
    match loop:
        case [str(name), collection, dict(body)]:
            items = evaluate(collection)
        case _:
            return None
    if not isinstance(items, list) or any(unknown_reasons(as_text(each)) for each in items):
        return None
    left[0] -= len(items)
    if left[0] < 0:
        return None
    found: dict[str, Any] = {}
    for item in items:
        found |= _written_out(_filled(body, name, as_text(item)), evaluate, left, depth + 1)
    return found


def _filled(value: Any, name: str, item: str) -> Any:
    """Return a value with the loop's variable replaced: `${Name}`, `&{Name}` and Ref."""
    match value:
        case str():
            plain = re.sub("[^A-Za-z0-9]", "", item)
            return value.replace(f"${{{name}}}", item).replace(f"&{{{name}}}", plain)
        case {"Ref": str(referred)} if len(value) == 1 and referred == name:
            return item
        case dict():
            return {
                str(_filled(key, name, item)): _filled(inner, name, item)
                for key, inner in value.items()
            }
        case list():
            return [_filled(each, name, item) for each in value]
    return value


def loops_left(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the loops that an object holds and that could not be written out."""
    return (key.removeprefix(LOOP) for key in value if key.startswith(LOOP))
