"""Where the table of carriers points: a property of a resource, and the ARN of what it is about."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resources import Item

Around = Mapping[str, Mapping[str, Any]]

_VARIABLE: Final = re.compile(r"\$\{([\w.]+)\}")


def values_at(item: Item, path: Sequence[str]) -> Iterator[tuple[Any, Around]]:
    """Yield the values that a path of properties leads to, evaluated, through lists and maps.

    With each comes what it lies in: `Replicas` leads to the replica whose property it is. A value
    on the way of which nothing is known is yielded in place of those that lie in it. The whole
    properties are the value of the empty path.
    """
    if not path:
        yield item.properties, {}
        return
    value = item.plain(path[0])
    if value is not None:
        yield from _inside(value, path[0], path[1:], {})


def _inside(
    value: Any, name: str, path: Sequence[str], around: Around
) -> Iterator[tuple[Any, Around]]:
    if not path:
        yield value, around
    elif isinstance(value, list):
        for each in value:
            yield from _inside(each, name, path, around)
    elif isinstance(value, dict):
        step, rest = path[0], path[1:]
        inner = list(value.values()) if step == "*" else [value[step]] if step in value else []
        for each in inner:
            yield from _inside(each, step, rest, {**around, name: value})
    else:
        yield value, around


def arns_of(item: Item, where: str, around: Around) -> tuple[str, ...]:
    """Return the ARNs that an entry of the table means.

    `where` is `@Attribute` of the resource itself, a format `arn:${Partition}:…` with properties in
    it, or a property that holds ARNs or names.
    """
    if where.startswith("@"):
        return (item.get(where.removeprefix("@")),)
    if not where.startswith("arn:"):
        return tuple(item.texts(where))
    environment = item.resolver.environment(item.template)

    def value(match: re.Match[str]) -> str:
        name = match[1]
        holder, _, inner = name.rpartition(".")
        if holder:
            return as_text(around.get(holder, {}).get(inner, ""))
        return environment.get(name) or item.text(name) or item.get(name)

    return (_VARIABLE.sub(value, where),)
