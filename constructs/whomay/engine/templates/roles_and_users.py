"""Roles and users of the templates, with every policy that applies to them.

A policy reaches a role, user or group from either side: inline, by ARN, or from a resource that
names whom it is attached to.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from whomay.engine.snapshot import Principal, PrincipalKind
from whomay.engine.templates.credentials import credentials
from whomay.engine.templates.instance_profiles import instances_by_role
from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resources import Item, Items
from whomay.iam.facts.managed_policies import managed_policy
from whomay.iam.patterns.symbols import display, unknown, unknown_reasons
from whomay.iam.policy import Condition, Policy

ROLE: Final = "AWS::IAM::Role"
USER: Final = "AWS::IAM::User"
GROUP: Final = "AWS::IAM::Group"
MANAGED_POLICY: Final = "AWS::IAM::ManagedPolicy"

LONGEST_SESSION: Final = 43_200  # seconds; what a role can have at most

Key = tuple[str, str, str]  # type, account, name

_IN_ARN: Final[Mapping[str, str]] = {ROLE: "role", USER: "user", GROUP: "group"}

_ATTACHING: Final[Mapping[str, Mapping[str, str]]] = {  # type -> property that names -> whom
    "AWS::IAM::Policy": {"Roles": ROLE, "Users": USER, "Groups": GROUP},
    "AWS::IAM::ManagedPolicy": {"Roles": ROLE, "Users": USER, "Groups": GROUP},
    "AWS::IAM::RolePolicy": {"RoleName": ROLE},
    "AWS::IAM::UserPolicy": {"UserName": USER},
    "AWS::IAM::GroupPolicy": {"GroupName": GROUP},
}


def principals(items: Items) -> tuple[Principal, ...]:
    """Return all roles and users, in the order of the templates."""
    managed = _managed(items)
    attached = _attached(items)
    twice = _written_twice(items)
    groups = policies_of_groups(items)
    memberships = _memberships(items)
    signing_in = credentials(items)
    perhaps = _perhaps_in_groups(memberships, groups)
    running = instances_by_role(items)
    found = []
    for item in items.of(ROLE, USER):
        key = _key(item)
        identity = _policies(item, attached, managed, twice)
        for group in [*_in_account(item, item.texts("Groups")), *memberships[key]]:
            identity += groups[group] if group in groups else [_no_such_group(item.path, group[2])]
        identity += perhaps[item.kind, item.account]
        boundary = item.text("PermissionsBoundary")
        role = item.kind == ROLE
        found.append(
            Principal(
                arn=item.get("Arn"),
                kind=PrincipalKind.ROLE if role else PrincipalKind.USER,
                account=item.account,
                path=item.path,
                identity=tuple(identity),
                boundary=_by_arn(boundary, managed) if boundary else None,
                trust=item.policy(item.plain("AssumeRolePolicyDocument"), "trust policy")
                if role
                else None,
                max_session=_max_session(item.plain("MaxSessionDuration")),
                instances=tuple(running[item.account, key[2]]) if role else (),
                tags=_tags(item),
                credentials=() if role else tuple(signing_in[item.account, key[2]]),
            )
        )
    return tuple(found)


def policies_of_groups(items: Items) -> Mapping[Key, list[Policy]]:
    """Return what applies to the members of each group of the templates."""
    attached, managed, twice = _attached(items), _managed(items), _written_twice(items)
    return {_key(item): _policies(item, attached, managed, twice) for item in items.of(GROUP)}


def members(items: Items) -> Iterator[Key]:
    """Yield each group that somebody is in, once for each member."""
    for item in items.of(USER):
        yield from _in_account(item, item.texts("Groups"))
    for groups in _memberships(items).values():
        yield from groups


def attached_elsewhere(items: Items) -> tuple[Principal, ...]:
    """Return who gets policies by these templates but is made elsewhere: an imported role.

    Their other policies are not known, so they are no part of a proof; but what they gain is a
    change. A group that is made elsewhere is there in place of its members. Each is called by its
    ARN, with no path in the role's name, as CloudFormation knows none.
    """
    attached = _attached(items)
    groups = policies_of_groups(items)
    signing_in = credentials(items)
    for user, memberships in _memberships(items).items():
        attached[user] += [
            policy
            for key in memberships
            for policy in groups.get(key) or [_no_such_group(display(user[2]), key[2])]
        ]
    made = {_key(item) for item in items.of(ROLE, USER, GROUP)}
    found = []
    users = {(USER, account, name) for account, name in signing_in}
    for kind, account, name in (attached.keys() | users) - made:
        keys = tuple(signing_in[account, name]) if kind == USER else ()
        if name and (attached[kind, account, name] or keys):
            arn = f"arn:{items.partition(account)}:iam::{account}:{_IN_ARN[kind]}/{name}"
            identity = tuple(attached[kind, account, name])
            role = PrincipalKind.ROLE if kind == ROLE else PrincipalKind.USER
            path = display(arn)
            found.append(Principal(arn, role, account, path, identity, credentials=keys))
    return tuple(sorted(found, key=lambda one: one.path))


def _managed(items: Items) -> dict[str, Policy]:
    return {item.get("Ref"): document_of(item) for item in items.of(MANAGED_POLICY)}


def _key(item: Item) -> Key:
    return (item.kind, item.account, item.get("Ref"))


def _in_account(item: Item, names: Iterable[str]) -> list[Key]:
    return [(GROUP, item.account, name) for name in names]


def _policies(
    item: Item,
    attached: Mapping[Key, list[Policy]],
    managed: Mapping[str, Policy],
    twice: Mapping[Key, Collection[str]],
) -> list[Policy]:
    """Return what applies to a role, a user or a group, groups of a user left out."""
    policies = []
    for inline in _listed(item):
        known = inline if isinstance(inline, dict) else {"PolicyDocument": inline}
        name = str(known.get("PolicyName", ""))
        policies.append(item.policy(known.get("PolicyDocument"), name))
    policies = [_perhaps_gone(each, twice.get(_key(item), ())) for each in policies]
    policies += [_by_arn(arn, managed) for arn in item.texts("ManagedPolicyArns")]
    kind, account, name = _key(item)
    return [*policies, *attached[kind, account, name], *attached[kind, account, ""]]


def _listed(item: Item) -> list[Any]:
    """Return the inline policies that a role, user or group lists itself."""
    listed = item.plain("Policies") or []
    return listed if isinstance(listed, list) else [listed]


def _attached(items: Items) -> defaultdict[Key, list[Policy]]:
    """Return policies by whom they name; those of a name that is not known under an empty one as well."""
    found: defaultdict[Key, list[Policy]] = defaultdict(list)
    for item in items.of(*_ATTACHING):
        for attribute, kind in _ATTACHING[item.kind].items():
            for name in item.texts(attribute):
                policy = document_of(item)
                found[kind, item.account, name].append(policy)
                if unknown_reasons(name):
                    found[kind, item.account, ""].append(_perhaps(policy, kind, name))
    for key, names in _written_twice(items).items():
        found[key] = [_perhaps_gone(each, names) for each in found[key]]
        for name, times in names.items():
            why = f"{times} inline policies of {display(key[2])} are called {display(name)}"
            found[key].append(Policy((), unknown=f"{why}: the last one that is written stays"))
    return found


def _written_twice(items: Items) -> Mapping[Key, Mapping[str, int]]:
    """Map those with several inline policies of one name to these names, and how many bear each.

    It evaluates every inline policy, so it is worked out once for the same items.
    """
    known = _TWICE.get(items)
    if known is None:
        known = _TWICE[items] = _names_written_twice(items)
    return known


_TWICE: Final[WeakKeyDictionary[Items, Mapping[Key, Mapping[str, int]]]] = WeakKeyDictionary()


def _names_written_twice(items: Items) -> Mapping[Key, Mapping[str, int]]:
    found: defaultdict[Key, dict[str, int]] = defaultdict(dict)
    for (key, name), times in Counter(_inline_names(items)).items():
        if times > 1:
            found[key][name] = times
    return found


def _perhaps_gone(policy: Policy, names: Collection[str]) -> Policy:
    """Return a policy without its Denies where another of its name may be written over it."""
    kept = tuple(
        each
        for each in policy.statements
        if each.effect == "Allow" or each.source.policy.lower() not in names
    )
    return policy if len(kept) == len(policy.statements) else replace(policy, statements=kept)


def _inline_names(items: Items) -> Iterator[tuple[Key, str]]:
    """Yield whom an inline policy is for, and its name: no two names differ by capitals alone.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
    """
    for item in items.of(ROLE, USER, GROUP):
        key = _key(item)
        for inline in _listed(item):
            if isinstance(inline, dict):
                yield key, as_text(inline.get("PolicyName", "")).lower()
    for item in items.of(*_ATTACHING):
        for attribute, kind in _ATTACHING[item.kind].items():
            for name in item.texts(attribute) if item.kind != MANAGED_POLICY else ():
                yield (kind, item.account, name), item.text("PolicyName").lower()


def _perhaps(policy: Policy, kind: str, name: str) -> Policy:
    """Return a policy that is attached to a name of which a part is not known.

    Its statements hold of nobody but those who may have that name. Which users are in a group of such
    a name, nobody knows.
    """
    pattern = unknown("; ".join(unknown_reasons(name))) if kind == GROUP else f"*/{name}"
    named = Condition("StringLike", "aws:PrincipalArn", (pattern,))
    statements = (replace(one, conditions=(*one.conditions, named)) for one in policy.statements)
    return replace(policy, statements=tuple(statements))


def _perhaps_in_groups(
    memberships: Mapping[Key, list[Key]], groups: Mapping[Key, list[Policy]]
) -> defaultdict[tuple[str, str], list[Policy]]:
    """Return by kind and account the policies of groups that somebody is in whose name is not known."""
    found: defaultdict[tuple[str, str], list[Policy]] = defaultdict(list)
    for (kind, account, name), some in memberships.items():
        if unknown_reasons(name):
            for group in some:
                why = f"somebody is in group {display(group[2])}, which is not in the assembly"
                policies = groups.get(group, [Policy((), unknown=f"{why}: {display(name)}")])
                found[kind, account] += [_perhaps(policy, kind, name) for policy in policies]
    return found


def _memberships(items: Items) -> defaultdict[Key, list[Key]]:
    found: defaultdict[Key, list[Key]] = defaultdict(list)
    for item in items.of("AWS::IAM::UserToGroupAddition"):
        for user in item.texts("Users"):
            found[USER, item.account, user] += _in_account(item, [item.text("GroupName")])
    return found


def document_of(item: Item) -> Policy:
    """Return the policy of a resource that is one."""
    name = item.text("PolicyName") or item.text("ManagedPolicyName")
    return item.policy(item.plain("PolicyDocument"), name)


def _by_arn(arn: str, managed: Mapping[str, Policy]) -> Policy:
    return managed[arn] if arn in managed else managed_policy(arn)


def _no_such_group(user: str, name: str) -> Policy:
    why = f"{user} is in group {display(name)}, which is not in the assembly"
    return Policy((), unknown=why)


def _max_session(value: Any) -> int:
    if value is None:
        return 3600
    return int(value) if str(value).isdecimal() else LONGEST_SESSION


def _tags(item: Item) -> tuple[tuple[str, str], ...]:
    tags = item.plain("Tags")
    pairs = [tag for tag in tags if isinstance(tag, dict)] if isinstance(tags, list) else []
    return tuple((str(tag.get("Key")), str(tag.get("Value"))) for tag in pairs)
