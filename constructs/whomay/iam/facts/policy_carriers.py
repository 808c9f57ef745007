"""Which properties of CloudFormation's resource types carry access, and what is read of them.

The table beside this file classifies every property of the registry whose name may mean access. A
test walks all resource schemas and fails on one that is not classified. Names are written without
`AWS::`, as `S3::BucketPolicy.PolicyDocument`; a `*` in a path means any key.

- *read*: a resource policy, with how to find the ARN of the resource that it protects.
- *own_readers*: read as well, by code of their own: policies of principals, ACLs, assignments.
- *roles*: a role, or an instance profile, that is handed to a service or a machine. *opening* are
  the types through which callers from outside the account act as it.
- *not_seen*: grants that are not read; answers that they could change are Unknown.
- *layers*: what only holds back and is not read; a change of it is Unknown.
- *no_access*: grants nothing and denies nothing.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

# Names of properties that may mean access. Booleans and numbers count: a switch may open a door.
_MAY_CARRY: Final = re.compile(
    r"(?i:polic(?:y|ies)|permission|statement|grant|principal|trust|access|public|admin"
    r"|template(?:body|url)|auth(?:entication|orization)?type|ownership|instanceprofile"
    r"|credentials(?:arn)?$|assume|delegat|federat)|[Rr](?:ole|OLE)s?(?![a-z])|A(?:cl|CL)(?![a-z])"
)
# Properties that carry access under a name that says nothing.
_ALSO_CARRY: Final = re.compile(
    r"Organizations::\w+\.Content|IdentityStore::GroupMembership\.MemberId"
    r"|IAM::OIDCProvider\.ClientIdList|RAM::\w+\.ResourceArns|IAM::UserToGroupAddition\.Users"
    r"|IAM::User\.Groups|IAM::\w+Policy\.(?:Users|Groups)"
)
# Names that mean a policy or a grant nearly always. A pattern that ends in a star does not cover
# them, so that a new one in a service without access is noticed.
_NEARLY_ALWAYS: Final = re.compile(
    r"(?:ResourcePolicy(?:Document)?|PolicyDocument|\.Policy|AccessPolic(?:y|ies)"
    r"|Principals?(?:A(?:rn|RN)s?)?|Permissions?|[Rr]ole(?:A(?:rn|RN)s?)?s?)$"
)


class SameAccount(StrEnum):
    """What a grant inside one account takes."""

    EITHER = "either"  # the resource's policy or the principal's own is enough
    RESOURCE = "resource"  # the resource's policy must take part
    BOTH = "both"  # another resource behind it must permit as well


@dataclass(frozen=True, slots=True)
class Carrier:
    """A property that holds a resource policy, and how the protected resource is found.

    `path` leads to the document. `arn` is the attribute of the resource itself that gives the ARN
    (`@Arn`), or a format with properties in it. With `names`, these properties name the protected
    resource: by ARN, or by what a resource of the type `of` is called. Then `arn` is the format for
    one that is not in the assembly. `default` is the name when none is given. `reach` is the type
    whose resources in the account and Region all have the policy. `short` begins resources that the
    service completes to an ARN.
    """

    kind: str
    path: tuple[str, ...]
    arn: str = ""
    names: tuple[str, ...] = ()
    of: str = ""
    default: str = ""
    reach: str = ""
    short: str = ""
    same_account: SameAccount = SameAccount.EITHER


@dataclass(frozen=True, slots=True)
class NotSeen:
    """A property, or a whole type, that grants in a way that is not read.

    `why` says what is not seen. `actions` are those that it could allow, `everything` tells that it
    could change any answer in its account. `resources` are formats or properties with ARNs.
    `principal` is the property that names whom it is for, and `whom` says who that is when it is
    nobody of IAM. `attaches` maps properties that name principals to the kind of these.
    """

    kind: str
    path: tuple[str, ...]
    why: str
    actions: tuple[str, ...] = ()
    everything: bool = False
    resources: tuple[str, ...] = ()
    principal: str = ""
    whom: str = ""
    attaches: Mapping[str, str] = field(default_factory=dict)


@cache
def table() -> Mapping[str, Any]:
    """Return the whole table."""
    text = Path(__file__).with_name("policy_carriers.json").read_text("utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


@cache
def carriers() -> Mapping[str, tuple[Carrier, ...]]:
    """Return the properties with resource policies, by the type that has them."""
    found: dict[str, tuple[Carrier, ...]] = {}
    for name, entry in table()["read"].items():
        kind, path = _split(name)
        on = entry["on"]
        one = Carrier(
            kind=kind,
            path=path,
            arn=entry.get("arn", "") if isinstance(on, list) else on,
            names=tuple(on) if isinstance(on, list) else (),
            of=_full(entry["of"]) if "of" in entry else "",
            default=entry.get("default", ""),
            reach=_full(entry["reach"]) if "reach" in entry else "",
            short=entry.get("short", ""),
            same_account=SameAccount(entry.get("same_account", "either")),
        )
        found[kind] = (*found.get(kind, ()), one)
    return found


@cache
def not_seen() -> Mapping[str, tuple[NotSeen, ...]]:
    """Return what grants and is not read, by type."""
    found: dict[str, tuple[NotSeen, ...]] = {}
    for name, entry in table()["not_seen"].items():
        kind, path = _split(name)
        one = NotSeen(
            kind=kind,
            path=path,
            why=entry["why"],
            actions=tuple(entry.get("actions", ())),
            everything=entry.get("everything", False),
            resources=tuple(entry.get("resources", ())),
            principal=entry.get("principal", ""),
            whom=entry.get("whom", ""),
            attaches=entry.get("attaches", {}),
        )
        found[kind] = (*found.get(kind, ()), one)
    return found


@cache
def roles() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return the paths of properties that hand a role to something, by type."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for service, names in table()["roles"].items():
        for name in names:
            kind, path = _split(f"{service}::{name}")
            found[kind] = (*found.get(kind, ()), path)
    return found


@cache
def layers() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Return what only holds back and is not read, by type: the path, and what it holds back."""
    found: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {}
    for name, what in table()["layers"].items():
        kind, path = _split(name)
        found[kind] = (*found.get(kind, ()), (path, what))
    return found


@cache
def decides_who_signs_in() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return the properties that decide whom an identity provider lets sign in, by type."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name in table()["own_readers"]["whom a provider lets sign in"]:
        kind, path = _split(name)
        found[kind] = (*found.get(kind, ()), path)
    return found


@cache
def opening() -> frozenset[str]:
    """Return the types through which callers from outside the account act as a role."""
    return frozenset(map(_full, table()["opening"]))


@cache
def known_types() -> frozenset[str]:
    """Return the types of the registry that the table was made from."""
    return frozenset(
        _full(f"{service}::{name}")
        for service, names in table()["types"].items()
        for name in names.split()
    )


def services_of(kind: str) -> tuple[str, ...]:
    """Return the prefixes of the actions of a type's service; none for a type of nobody's."""
    vendor, _, rest = kind.partition("::")
    service = rest.partition("::")[0]
    if vendor != "AWS" or not service:
        return ()
    return tuple(table()["services"].get(service, (service.lower(),)))


@lru_cache(maxsize=8192)
def may_carry(name: str) -> bool:
    """Tell whether the name of a property, `S3::Bucket.AccessControl`, may mean access."""
    last = name.rpartition(".")[2]
    return bool(_MAY_CARRY.search(last) or _ALSO_CARRY.fullmatch(name))


@lru_cache(maxsize=8192)
def entries_for(name: str) -> tuple[str, ...]:
    """Return the entries of the table that classify a property; none when it is not classified."""
    kind, _, _ = name.partition(".")
    exact = [each for each in _by_kind().get(kind, ()) if _covers(each, name)]
    if exact:
        return tuple(exact)
    sure = _NEARLY_ALWAYS.search(name)
    return tuple(
        pattern
        for pattern, literals in _patterns()
        if all(each in name for each in literals)  # most need no expression: to compile one is slow
        and _expression(pattern).fullmatch(name)
        and not (sure and pattern.endswith("*"))
    )


def _covers(entry: str, name: str) -> bool:
    """Tell whether an entry is of a property, of what it lies in, or of what lies in it."""
    return name == entry or name.startswith(f"{entry}.") or entry.startswith(f"{name}.")


@cache
def _by_kind() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    roles_of = (f"{service}::{n}" for service, ns in table()["roles"].items() for n in ns)
    own = (name for names in table()["own_readers"].values() for name in names)
    for name in (*table()["read"], *own, *roles_of, *table()["not_seen"], *table()["layers"]):
        found.setdefault(name.partition(".")[0], []).append(name)
    return found


@cache
def _patterns() -> list[tuple[str, tuple[str, ...]]]:
    """Return all patterns of what carries no access, each with the texts between its wildcards."""
    patterns = (pattern for some in table()["no_access"].values() for pattern in some)
    return [(each, tuple(filter(None, re.split(r"[*?]", each)))) for each in patterns]


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """Return a pattern as a regular expression; it covers what lies in a property as well."""
    stars = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(rf"{stars}(?:\..*)?")


_OTHER_VENDORS: Final = ("AMZN::", "Alexa::")


def _split(name: str) -> tuple[str, tuple[str, ...]]:
    kind, _, path = name.partition(".")
    return _full(kind), tuple(path.split(".")) if path else ()


def _full(kind: str) -> str:
    return kind if kind.startswith(_OTHER_VENDORS) else f"AWS::{kind}"
