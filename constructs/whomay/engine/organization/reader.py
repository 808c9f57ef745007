"""Read an organization file: which account is in which unit, and what is attached where."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from whomay.engine.organization.attached import resource_control, service_control
from whomay.engine.organization.nodes import Node, tree
from whomay.engine.organization.organization import ROOT, Level, Organization
from whomay.files.nearest import nearest
from whomay.iam.facts import limits

_KEYS: Final = ("organization", "management", "root", "units", "accounts")
_UNIT_ID: Final = "the id of a unit, such as ou-a1b2-11112222"
_ROOT_ID: Final = "the id of a root, such as r-a1b2"
_ACCOUNT: Final = "an account's number of twelve digits"


@dataclass(frozen=True, slots=True)
class _Unit:
    node: Node
    parent: str
    level: Level


def read_organization(file: str | Path) -> Organization:
    """Return what an organization file tells, in YAML or JSON.

    Raises:
        OrganizationError: the file or a policy that it names cannot be read, is none, or is over
            AWS's limits. Or a key, a unit or an account is not one. Or an account is in two units,
            or the units are above each other.

    """
    top = tree(Path(file))
    found = top.keys(*_KEYS)
    for name in ("organization", "management", "accounts"):
        if name not in found:
            top.fail(f"{name} is missing; allowed: {', '.join(_KEYS)}")
    organization = _id(found["organization"], limits.ORGANIZATION_ID, "an id, such as o-a1b2c3d4e5")
    management = _id(found["management"], limits.ACCOUNT_ID, _ACCOUNT)
    root = _level(found["root"], "r-", _ROOT_ID)[1] if "root" in found else _untouched("")
    units = _units(found["units"]) if "units" in found else {}
    _refuse_second_use(units)
    accounts = {
        account: (root, *_above(units, node, unit), level)
        for account, node, unit, level in _accounts(found["accounts"])
    }
    return Organization(str(file), organization, management, accounts)


def _units(node: Node) -> Mapping[str, _Unit]:
    found = {}
    for name, each in node.entries("units by their names").items():
        if name == ROOT:
            each.fail(f"a unit cannot be called {ROOT}: this is what is above all units")
        parent, level = _level(each, "ou-", _UNIT_ID, "parent")
        found[name] = _Unit(each, parent, level)
    for name, unit in found.items():
        _check_parents(found, name, unit)
    return found


def _check_parents(units: Mapping[str, _Unit], name: str, unit: _Unit) -> None:
    """Refuse a parent that is no unit, units that are above each other, and too many levels."""
    above = [name]
    while units[above[-1]].parent != ROOT:
        parent = units[above[-1]].parent
        if parent not in units:
            known = (ROOT, *units)
            units[above[-1]].node.fail(f"no unit is called {parent!r}; {nearest(parent, known)}")
        above.append(parent)
        if parent in above[:-1]:
            unit.node.fail(f"units are above each other: {' is in '.join(above)}")
    if len(above) > limits.UNITS_DEEP:
        most = f"AWS takes at most {limits.UNITS_DEEP}"
        unit.node.fail(f"unit {name} is {len(above)} levels below the root; {most}")


def _accounts(node: Node) -> Iterator[tuple[str, Node, str, Level]]:
    for account, each in node.entries("accounts by their numbers").items():
        if not limits.ACCOUNT_ID.fullmatch(account):
            each.fail(f"account {account!r}: allowed is {_ACCOUNT}")
        if each.is_text:
            yield account, each, each.text("a unit's name"), _untouched(account)
        else:
            unit, level = _level(each, "", "", "unit")
            yield account, each, unit, Level(account, level.scps, level.rcps)


def _above(units: Mapping[str, _Unit], node: Node, name: str) -> tuple[Level, ...]:
    """Return the levels of a unit and of all units above it, the highest first."""
    found: list[Level] = []
    while name != ROOT:
        if name not in units:
            node.fail(f"no unit is called {name!r}; {nearest(name, (ROOT, *units))}")
        found.append(units[name].level)
        name = units[name].parent
    return tuple(reversed(found))


def _level(node: Node, prefix: str, shape: str, above: str = "") -> tuple[str, Level]:
    """Return which unit a level is in, and the level itself."""
    known = [*(["id"] if shape else []), *([above] if above else []), "scps", "rcps"]
    found = node.keys(*known)
    own = _id(found["id"], limits.ORGANIZATIONAL_UNIT_ID, shape) if "id" in found else ""
    if not own.startswith(prefix) and own:
        found["id"].fail(f"{found['id'].name} is {own!r}; allowed is {shape}")
    parent = found[above].text("a unit's name") if above in found else ROOT
    policies = service_control(found.get("scps")), resource_control(found.get("rcps"))
    return parent, Level(own, *policies)


def _untouched(id: str) -> Level:
    return Level(id, service_control(None))


def _id(node: Node, shape: re.Pattern[str], allowed: str) -> str:
    found = node.text(allowed)
    if not shape.fullmatch(found):
        node.fail(f"{node.name} is {found!r}; allowed is {allowed}")
    return found


def _refuse_second_use(units: Mapping[str, _Unit]) -> None:
    """Refuse an id that two units have."""
    seen: dict[str, str] = {}
    for name, unit in units.items():
        other = seen.setdefault(unit.level.id, name) if unit.level.id else name
        if other != name:
            unit.node.fail(f"unit {name} has the id {unit.level.id} of unit {other}")
