"""JSON Patch, as far as changes to policy documents need it: RFC 6902."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any


class PatchError(ValueError):
    """A patch does not fit its document; the text names the operation."""


def apply(document: Any, operations: Sequence[Mapping[str, Any]]) -> Any:
    """Return a copy of the document with all operations done. Raises PatchError."""
    patched = copy.deepcopy(document)
    for number, operation in enumerate(operations):
        try:
            patched = _one(patched, operation)
        except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
            raise PatchError(f"patch[{number}] {operation!r} does not fit: {error!r}") from error
    return patched


def _one(document: Any, operation: Mapping[str, Any]) -> Any:
    verb, path = operation["op"], _steps(operation["path"])
    match verb:
        case "add" | "replace":
            return _put(document, path, copy.deepcopy(operation["value"]), insert=verb == "add")
        case "remove":
            return _take(document, path)[0]
        case "move":
            rest, value = _take(document, _steps(operation["from"]))
            return _put(rest, path, value, insert=True)
        case "copy":
            value = copy.deepcopy(_get(document, _steps(operation["from"])))
            return _put(document, path, value, insert=True)
        case "test":
            if _get(document, path) != operation["value"]:
                raise ValueError("the value is another")
            return document
    raise ValueError(f"op is {verb!r}; allowed: add, remove, replace, move, copy, test")


def _steps(path: str) -> list[str]:
    if path and not path.startswith("/"):
        raise ValueError("a path starts with /")
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def _get(document: Any, path: Sequence[str]) -> Any:
    for step in path:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def _put(document: Any, path: Sequence[str], value: Any, *, insert: bool) -> Any:
    if not path:
        return value
    parent, last = _get(document, path[:-1]), path[-1]
    if isinstance(parent, list):
        if insert:
            parent.insert(len(parent) if last == "-" else int(last), value)
        else:
            parent[int(last)] = value
    else:
        if not insert:
            parent[last]
        parent[last] = value
    return document


def _take(document: Any, path: Sequence[str]) -> tuple[Any, Any]:
    parent, last = _get(document, path[:-1]), path[-1]
    return document, parent.pop(int(last) if isinstance(parent, list) else last)
