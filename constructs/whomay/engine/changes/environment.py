"""One environment for two snapshots: an app whose stacks get `env=`, or lose it, is still the same app.

Stacks without an environment live in an account and a Region that only the deployment knows. Where
the other side writes them out, at the same construct paths, they are taken to be those.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import partial
from typing import Any, Final

from whomay.engine.snapshot import Snapshot
from whomay.iam.facts import limits
from whomay.iam.patterns.symbols import ACCOUNT, REGION

_PLACES: Final = {
    "account": (ACCOUNT, limits.ACCOUNT_ID.pattern),
    "region": (REGION, limits.REGION.pattern),
}


def in_one_environment(old: Snapshot, new: Snapshot) -> tuple[Snapshot, Snapshot, str]:
    """Return both snapshots in the environment that only one of them names, and what was assumed.

    They stay as they are, and the text is empty, where both name one, or neither does. So they do
    where the app is in several accounts: then nobody can tell which one the stacks were in.
    """
    sides = [old, new]
    for nameless, other in ((0, 1), (1, 0)):
        found = _written_out(sides[nameless], sides[other])
        if found:
            sides[nameless] = mapped(sides[nameless], partial(_filled, found))
            places = " and ".join(f"{name} {found[name]}" for name in sorted(found))
            side = ("before", "now")[nameless]
            return sides[0], sides[1], f"the stacks that name no environment {side} are in {places}"
    return old, new, ""


def _written_out(nameless: Snapshot, other: Snapshot) -> Mapping[str, str]:
    """Return the account and Region that the other side has where this one has symbols."""
    if ACCOUNT in _accounts(other) or not any(map(_is_open, _located(nameless))):
        return {}
    there = {(type(each), each.path): each for each in _located(other)}
    found: dict[str, set[str]] = {}
    for each in filter(_is_open, _located(nameless)):
        twin = there.get((type(each), each.path))
        written = set() if twin is None else set(texts_in(twin))
        for text in {t for t in texts_in(each) if ACCOUNT in t or REGION in t} if written else ():
            pattern = _pattern(text)
            for match in filter(None, map(pattern.fullmatch, written)):
                for name, value in match.groupdict().items():
                    found.setdefault(name, set()).add(value)
    several = any(len(values) > 1 for values in found.values())
    return {} if several else {name: value for name, [value] in found.items()}


def _located(snapshot: Snapshot) -> Iterator[Any]:
    yield from snapshot.principals
    yield from snapshot.resources


def _accounts(snapshot: Snapshot) -> set[str]:
    return {each.account for each in _located(snapshot)}


def _is_open(one: Any) -> bool:
    return one.account == ACCOUNT or getattr(one, "region", "") == REGION


def _pattern(text: str) -> re.Pattern[str]:
    """Return a pattern of what the text may turn out to be; a symbol has one value in it."""
    found = re.escape(text)
    for name, (symbol, value) in _PLACES.items():
        found = found.replace(re.escape(symbol), f"(?P<{name}>{value})", 1)
        found = found.replace(re.escape(symbol), f"(?P={name})")
    return re.compile(found)


def _filled(found: Mapping[str, str], text: str) -> str:
    for name, value in found.items():
        text = text.replace(_PLACES[name][0], value)
    return text


def texts_in(value: Any) -> Iterator[str]:
    """Yield all texts in data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_in(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name))


def mapped(value: Any, text: Callable[[str], str]) -> Any:
    """Return the same data with another text in place of each."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, tuple):
        return tuple(mapped(each, text) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{f.name: mapped(getattr(value, f.name), text) for f in fields(value)}
        )
    return value
