"""One object of the context, read key by key: no key goes unread, and each error has its place."""

import difflib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Self, TypeVar

from constructs import IConstruct

from whomay.cdk.arguments import checks
from whomay.iam.facts import limits
from whomay.metadata.refusals import refuse, refuse_type

_REQUIRED: Final = object()
_NEAR: Final = 0.85  # as difflib measures: one letter of six may differ
T = TypeVar("T")


class Section:
    """An object of the context; its errors name the place, as in `accounts.spokes.dev.id`.

    As a context manager it raises at the end for a key that nobody took, and names the nearest.
    """

    def __init__(self, where: str, value: Any) -> None:
        """Raise a ValueError unless the value is an object."""
        if not isinstance(value, Mapping):
            refuse_type(where, value, "an object")
        self._where = where
        self._value: Mapping[str, Any] = value
        self._taken: list[str] = []

    def __enter__(self) -> Self:
        """Begin to read."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Refuse a key that was not taken, unless another error comes first."""
        for key in self._value if kind is None else ():
            if key not in self._taken:
                allowed = f"the keys {', '.join(sorted(set(self._taken)))}"
                refuse(self._where, key, allowed, checks.nearest(key, self._taken))

    def at(self, key: str) -> str:
        """Return the place of one of its keys."""
        return f"{self._where}.{key}"

    def take(self, key: str, default: Any = _REQUIRED) -> Any:
        """Return a key's value. Raises ValueError where it is missing and has no default."""
        self._taken.append(key)
        found = self._value.get(key)
        if found is None and default is _REQUIRED:
            near = difflib.get_close_matches(key, self._value, n=1)
            fix = f"is {near[0]!r} meant for it?" if near and near[0] != key else ""
            refuse(self.at(key), found, "a value: this key is required", fix)
        return default if found is None else found

    def boolean(self, key: str) -> bool:
        """Return true or false; false where the key is missing."""
        found = self.take(key, default=False)
        if not isinstance(found, bool):
            refuse_type(self.at(key), found, "true or false")
        return found

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; an empty one where the key is missing."""
        found = self.take(key, default=[])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            refuse_type(self.at(key), found, "a list of strings")
        return tuple(found)

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Return an object as it is; an empty one where the key is missing."""
        found = self.take(key, default={})
        if not isinstance(found, Mapping):
            refuse_type(self.at(key), found, "an object")
        return found

    def section(self, key: str) -> "Section":
        """Return a required object, to be read in turn."""
        return Section(self.at(key), self.take(key))

    def optional(self, key: str, read: "Callable[[Section], T]") -> T | None:
        """Read an object whole, or return None where the key is missing."""
        if self.take(key, default=None) is None:
            return None
        with self.section(key) as section:
            return read(section)

    def each(
        self,
        key: str,
        read: "Callable[[Section], T]",
        names: re.Pattern[str] = limits.STACK_NAME,
    ) -> dict[str, T]:
        """Read each entry of an object whole, by its name; none where the key is missing."""
        found: dict[str, T] = {}
        with Section(self.at(key), self.mapping(key)) as entries:
            for name in entries._value:
                checks.text(entries.at(name), name, names, "letters, digits, dashes", length=64)
                if name.lower() in map(str.lower, found):
                    refuse(self.at(key), name, "names that differ in more than their case")
                with entries.section(name) as entry:
                    found[name] = read(entry)
        return found


def context_value(scope: IConstruct, key: str) -> Any:
    """Return what the context holds under a key, or None where it is missing.

    Raises ValueError where a key of nearly this name holds an object or a list: nobody reads it.
    """
    found = scope.node.try_get_context(key)
    if found is None:
        for other, value in scope.node.get_all_context().items():
            is_section = str(value).lstrip().startswith(("{", "["))
            if is_section and difflib.get_close_matches(other.lower(), [key], cutoff=_NEAR):
                refuse("context", other, f"the key {key}", f"did you mean {key}?")
    return found


def context_flag(scope: IConstruct, key: str) -> bool:
    """Return a switch of the context: `true` in cdk.json or by `cdk -c key=true`.

    False where the key is missing. Raises ValueError for anything but true and false.
    """
    found = scope.node.try_get_context(key)
    if found in ("true", "false"):
        return bool(found == "true")
    if not isinstance(found, bool | None):
        refuse(key, found, "true or false", "leave it out for false")
    return bool(found)


def parsed(where: str, value: Any) -> Any:
    """Return a value of the context that may be JSON text, as `cdk -c name='{…}'` gives it."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError) as error:
        refuse(where, value, "an object, or JSON text of one", str(error))


def _each_key_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """JSON's own rule lets the last of two equal keys win, and a whole account goes unseen."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} is there twice")
    return found
