"""Where a resource is in the construct tree, and which template a nested stack has."""

import re
from collections.abc import Iterator, Mapping, MutableSet
from dataclasses import dataclass
from itertools import chain, count
from typing import Any


@dataclass(frozen=True, slots=True)
class NestedStack:
    """A resource AWS::CloudFormation::Stack; `file` is None when its template is not at hand."""

    logical_id: str
    path: str
    file: str | None


def construct_paths(
    stack: str,
    resources: Mapping[str, Any],
    metadata: Mapping[str, Any],
    taken: MutableSet[str],
) -> dict[str, str]:
    """Map logical ids to construct paths, as a reader of the app knows them, and add these to `taken`.

    The template names them under Metadata; with path metadata switched off the assembly's own
    metadata does. A construct's primary child, `Resource` or `Default`, has the path of the
    construct. No two resources have one path: a construct may hold both children, and an app can write
    any path into a template. The second has its full path, or stack and logical id.
    """
    full = _full_paths(stack, resources, metadata)
    found = {}
    for logical_id in resources:
        own = f"{stack}/{logical_id}"
        path = full.get(logical_id, own)
        first = re.sub(r"(?<=[^/])/(Resource|Default)$", "", path)
        numbered = (f"{own} ({number})" for number in count(2))
        found[logical_id] = next(
            each for each in chain((first, path, own), numbered) if each not in taken
        )
        taken.add(found[logical_id])
    return found


def _full_paths(
    stack: str, resources: Mapping[str, Any], metadata: Mapping[str, Any]
) -> dict[str, str]:
    paths: dict[str, str] = {}
    for at, entries in metadata.items():
        path = at.removeprefix("/")
        for entry in entries:
            logical_id = entry.get("data")
            if entry.get("type") != "aws:cdk:logicalId" or not isinstance(logical_id, str):
                continue
            # The metadata of nested stacks is in the same file, so shorter paths win.
            known = paths.get(logical_id)
            if path.startswith(f"{stack}/") and (
                known is None or path.count("/") < known.count("/")
            ):
                paths[logical_id] = path
    for logical_id, resource in resources.items():
        named = _metadata(resource).get("aws:cdk:path")
        if isinstance(named, str):
            paths[logical_id] = named
    return {logical_id: path for logical_id, path in paths.items() if logical_id in resources}


def nested_stacks(
    stack: str, resources: Mapping[str, Any], paths: Mapping[str, str], metadata: Mapping[str, Any]
) -> Iterator[NestedStack]:
    """Return the nested stacks among the resources."""
    for logical_id, resource in resources.items():
        if not isinstance(resource, dict) or resource.get("Type") != "AWS::CloudFormation::Stack":
            continue
        # CDK's NestedStack at A/B is the resource at A/B.NestedStack/B.NestedStackResource.
        path = re.sub(r"\.NestedStack/[^/]*$", "", paths.get(logical_id) or f"{stack}/{logical_id}")
        asset = _metadata(resource).get("aws:asset:path")
        for entry in metadata.get(f"/{path}", ()):
            if entry.get("type") == "aws:cdk:templateFile":
                asset = entry.get("data")
        yield NestedStack(logical_id, path, asset if isinstance(asset, str) else None)


def _metadata(resource: Any) -> Mapping[str, Any]:
    found = resource.get("Metadata") if isinstance(resource, dict) else None
    return found if isinstance(found, dict) else {}
