"""The resource schemas of CloudFormation's registry, as the pinned cfn-lint ships them."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

Schema = Mapping[str, Any]


@cache
def schemas() -> Mapping[str, Schema]:
    """Return the schema of each resource type, by its name."""
    folder = files("cfnlint.data.schemas") / "resources"
    found = (json.loads(each.read_text("utf-8")) for each in folder.iterdir() if _is_json(each))
    return {schema["typeName"]: schema for schema in found}


@cache
def properties(kind: str) -> frozenset[str]:
    """Return the paths of all properties of a type, at any depth; `*` is any key."""
    schema = schemas()[kind]
    return frozenset(".".join(path) for path in _walk(schema, schema, (), ()))


def _is_json(file: Any) -> bool:
    return str(file.name).endswith(".json")


def _walk(
    root: Schema, schema: Any, path: tuple[str, ...], above: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    if not isinstance(schema, dict) or schema.get("$ref") in above:
        return
    reference = schema.get("$ref")
    inside = (*above, reference) if reference else above
    schema = _resolved(root, schema)
    for name, inner in (schema.get("properties") or {}).items():
        yield (*path, name)
        yield from _walk(root, inner, (*path, name), inside)
    maps = [*(schema.get("patternProperties") or {}).values(), schema.get("additionalProperties")]
    for inner in maps:
        yield from _walk(root, inner, (*path, "*"), inside)
    others = [each for name in ("oneOf", "anyOf", "allOf") for each in schema.get(name) or ()]
    for inner in [schema.get("items"), *others]:
        yield from _walk(root, inner, path, inside)


def _resolved(root: Schema, schema: Any) -> Schema:
    while isinstance(schema, dict) and "$ref" in schema:
        found: Any = root
        for step in schema["$ref"].lstrip("#/").split("/"):
            found = found.get(step, {}) if isinstance(found, dict) else {}
        schema = found
    return schema if isinstance(schema, dict) else {}
