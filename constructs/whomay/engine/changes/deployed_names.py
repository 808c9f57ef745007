"""The names that CloudFormation made, in place of the symbols that templates and locks have for them.

CloudFormation knows resources by logical id, a lock by construct path. CDK makes the one of the other.
https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html#identifiers-logical-ids
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, TypeVar

from whomay.engine.changes.environment import mapped, texts_in
from whomay.engine.snapshot import Snapshot
from whomay.engine.templates.deployed_stack import DeployedStack
from whomay.iam.facts import limits
from whomay.iam.patterns.symbols import ACCOUNT, REGION, SYMBOL, is_symbolic, unknown_reasons

_LONGEST_NAME: Final = 240  # letters of a logical id before its hash
_HASH: Final = 8
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Deployed:
    """A snapshot with the names that a deployment made, and the stacks that it is in.

    `names` holds what each symbol has become.
    """

    snapshot: Snapshot
    stacks: frozenset[str]
    names: Mapping[str, str]

    def written(self, value: T) -> T:
        """Return a text, a tuple or a record of texts with these names in place of its symbols."""
        found: T = mapped(value, lambda text: _written(text, self.names))
        return found


def deployed(
    app: Snapshot, account: str, stacks: Sequence[DeployedStack], others: Iterable[str] = ()
) -> Deployed:
    """Return the app with the names that it has in an account; `others` are more texts about it.

    A name that no stack tells stays a symbol: what has it is not deployed there.
    """
    texts = {text for text in (*texts_in(app), *others) if is_symbolic(text)}
    by_symbol: defaultdict[str, list[str]] = defaultdict(list)
    for text in texts:
        for symbol in {match[0] for match in SYMBOL.finditer(text)}:
            by_symbol[symbol].append(text)
    found = {ACCOUNT: account}
    used: set[str] = set()
    told = _Told(stacks, by_symbol)
    regions, of_texts = set(), set()
    for symbol, around in by_symbol.items():
        there = None if unknown_reasons(symbol) else told.of(symbol)
        if there is None:
            continue
        stack, physical = there
        used.add(stack.name)
        regions.add(stack.region)
        if any(REGION in text for text in around):  # a stack with a Region of its own has none
            of_texts.add(stack.region)
        value = _value(symbol, physical, around)
        if value is not None:
            found[symbol] = value
    if len(of_texts or regions) == 1:
        [found[REGION]] = of_texts or regions
    names = Deployed(app, frozenset(used), found)
    return replace(names, snapshot=names.written(app))


def _written(text: str, found: Mapping[str, str]) -> str:
    if not is_symbolic(text):
        return text
    return SYMBOL.sub(lambda match: found.get(match[0], match[0]), text)


class _Told:
    """Looks names up in stacks, by the logical ids that symbols may mean."""

    def __init__(self, stacks: Iterable[DeployedStack], symbols: Iterable[str]) -> None:
        self._by_logical_id: defaultdict[str, list[tuple[DeployedStack, str]]] = defaultdict(list)
        for stack in stacks:
            for logical_id, (_, physical) in stack.resources.items():
                self._by_logical_id[logical_id].append((stack, physical))
        self._symbols = [*symbols]
        self._whole: dict[tuple[tuple[str, ...], str], bool] = {}

    def of(self, symbol: str) -> tuple[DeployedStack, str] | None:
        """Return the stack and the physical id of what a symbol names; None where that is not one."""
        for prefix, logical_id in _logical_ids(symbol[1:-1]):
            there = self._by_logical_id.get(logical_id, [])
            named = [one for one in there if one[0].name in ("-".join(prefix), prefix[-1])]
            if len(named) == 1:
                return named[0]
            whole = [one for one in there if self._is_whole((*prefix,), one[0])]
            if len(whole) == 1:
                return whole[0]
        return None

    def _is_whole(self, path: tuple[str, ...], stack: DeployedStack) -> bool:
        """Tell whether a stack of another name has all that the app's stack has.

        One that has some of it is a stranger's: a construct has the same logical id in each stack.
        """
        key = (path, stack.name)
        if key not in self._whole:
            self._whole[key] = all(
                any(
                    (*prefix,) == path and logical_id in stack.resources
                    for prefix, logical_id in _logical_ids(symbol[1:-1])
                )
                for symbol in self._symbols
                if symbol[1:].startswith(f"{path[0]}.") and not unknown_reasons(symbol)
            )
        return self._whole[key]


def _logical_ids(name: str) -> Iterator[tuple[Sequence[str], str]]:
    """Yield the logical ids that a symbol's name may mean, each with the path of its stack.

    The last part may be an attribute, and CDK's own `Resource` is left out of a path.
    """
    parts = name.split(".")
    for length in (len(parts), len(parts) - 1):
        for start in range(1, length):
            inner = tuple(parts[start:length])
            yield parts[:start], logical_id((*inner, "Resource"))
            yield parts[:start], logical_id(inner)
            yield parts[:start], inner[-1]  # written in a template: it is its own logical id


@cache
def logical_id(path: tuple[str, ...]) -> str:
    """Return the logical id that CDK gives a construct by its path below the stack."""
    parts = [part for part in path if part != "Default"]
    if len(parts) == 1:
        return _letters(parts[0])
    digest = hashlib.md5("/".join(parts).encode(), usedforsecurity=False).hexdigest()
    told: list[str] = []
    for part in parts:
        if not (told and told[-1].endswith(part)):
            told.append(part)
    human = "".join(_letters(part) for part in told if part != "Resource")
    return human[:_LONGEST_NAME] + digest[:_HASH].upper()


def _letters(part: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", part)


def _value(symbol: str, physical: str, around: Iterable[str]) -> str | None:
    """Return what a symbol is, by a text of the app that has it and the physical id.

    The physical id of a queue is its URL, and that of many resources their ARN.
    """
    if not physical.startswith(("arn:", "https:", "http:")):
        return physical
    if not physical.startswith("arn:"):
        return physical.rpartition("/")[2]
    for text in around:
        if text.startswith("arn:") and (match := _pattern(text, symbol).fullmatch(physical)):
            return match["it"]
    return None


def _pattern(text: str, symbol: str) -> re.Pattern[str]:
    """Return what an ARN with a symbol in it may be in an account; the symbol is called `it`."""
    places = {ACCOUNT: limits.ACCOUNT_ID.pattern, REGION: limits.REGION.pattern}
    found, seen = "", False
    for index, part in enumerate(SYMBOL.split(text)):
        found += re.escape(part) if index % 2 == 0 else ""
        if index % 2 == 0:
            continue
        each = next(s for s in (symbol, ACCOUNT, REGION, "") if s[1:-1] == part or not s)
        if each == symbol:
            found += "(?P=it)" if seen else "(?P<it>[^:]+)"
            seen = True
        else:
            found += f"(?:{places[each]})" if each else "[^:/]+"
    return re.compile(found)
