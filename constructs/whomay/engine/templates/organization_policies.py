"""What an organization attaches above the accounts of an app: by its file, and by the templates.

A template attaches a policy to accounts, units or the root. Only an organization file tells which
accounts are below a unit: without one, what such a policy could refuse is Unknown.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from whomay.engine.organization.organization import Level, Organization, OrganizationError
from whomay.engine.organization.policies import full_access, without_principals
from whomay.engine.snapshot import Levels, Unseen
from whomay.engine.templates.policy_content import content_of_policy
from whomay.engine.templates.resources import Item, Items
from whomay.iam.facts import limits
from whomay.iam.patterns.symbols import ACCOUNT, display, is_symbolic, unknown, unknown_reasons
from whomay.iam.patterns.truth import Truth
from whomay.iam.policy import Condition, Policy

POLICY: Final = "AWS::Organizations::Policy"
_SERVICE, _RESOURCE = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


@dataclass(frozen=True, slots=True)
class _Attached:
    """A policy of the templates, with what it is attached to."""

    path: str
    targets: tuple[str, ...]
    policy: Policy
    is_scp: bool
    is_rcp: bool


def levels(
    items: Items, accounts: Iterable[str], organization: Organization | None
) -> tuple[Levels, ...]:
    """Return what is above each account of the app that an organization, or a template, binds.

    Raises OrganizationError when the organization file does not tell where an account is in which
    the app has a stack.
    """
    attached = [each for item in items.of(POLICY) for each in _attached(item)]
    if organization is None:
        found = (_without_file(account, attached) for account in sorted(set(accounts)))
        return tuple(each for each in found if each.scps or each.rcps)
    own = {
        items.resolver.environment(t)["Account"] for t in items.templates if t.section("Resources")
    }
    members = {*organization.accounts, organization.management}
    for account in sorted(own - members):
        _refuse(account, organization)
    some = sorted({*own, *accounts} & members)
    return tuple(_with_file(account, attached, organization) for account in some)


def unread_policy(item: Item) -> Iterator[Unseen]:
    """Yield a policy of another kind than the two that say who may do what."""
    kind, content = item.text("Type"), item.plain("Content")
    if kind not in (_SERVICE, _RESOURCE) and not unknown_reasons(kind) and content is not None:
        why = f"its Content, a {kind or 'policy without a Type'}, which holds back its TargetIds"
        yield Unseen(item.path, why, item.account, content=content_of_policy(content))


def _attached(item: Item) -> Iterator[_Attached]:
    kind = item.text("Type")
    perhaps = bool(unknown_reasons(kind))
    scp, rcp = perhaps or kind == _SERVICE, perhaps or kind == _RESOURCE
    policy = item.policy(item.plain("Content"), item.text("Name"))
    if perhaps:
        policy = Policy(
            (), unknown=f"{item.path}: {unknown_reasons(kind)[0]}", content=policy.content
        )
    if scp or rcp:
        yield _Attached(item.path, tuple(item.texts("TargetIds")), policy, scp, rcp)


def _without_file(account: str, attached: Iterable[_Attached]) -> Levels:
    """Return what the templates attach to an account, and perhaps to a unit above it."""
    direct: list[Policy] = []
    scps: list[tuple[Policy, ...]] = []
    rcps: list[Policy] = []
    for each in attached:
        is_above, target = _is_above(each, account)
        if is_above is False:
            continue
        if each.is_rcp:
            policy = without_principals(each.policy)
            rcps.append(policy if is_above else _for_whom(policy, target))
        if each.is_scp and is_above:
            direct.append(each.policy)
        elif each.is_scp:
            scps.append(_level((_perhaps(each.policy, target),), target))
    if direct:
        scps.append(_level(tuple(direct), account))
    return Levels(account, tuple(scps), tuple(rcps))


def _is_above(each: _Attached, account: str) -> tuple[Truth, str]:
    """Tell whether one of its targets is an account or above it, and which may be."""
    if account in each.targets and account != ACCOUNT:
        return True, account
    for target in each.targets:
        other_account = limits.ACCOUNT_ID.fullmatch(target) and not is_symbolic(account)
        if not other_account:
            return None, target
    return False, ""


def _with_file(account: str, attached: Iterable[_Attached], organization: Organization) -> Levels:
    if account == organization.management:
        return Levels(account, path=organization.path_of(account))
    for each in attached:
        organization = organization.attaching(
            each.targets,
            scp=each.policy if each.is_scp else None,
            rcp=without_principals(each.policy) if each.is_rcp else None,
        )
    above = organization.accounts[account]
    all_told = all(each.id for each in above)
    perhaps = _without_file(account, _unplaced(attached, organization, all_told=all_told))
    scps = tuple(level.scps for level in above if not _holds_nothing_back(level))
    rcps = tuple(policy for level in above for policy in level.rcps)
    return Levels(
        account, (*scps, *perhaps.scps), (*rcps, *perhaps.rcps), organization.path_of(account)
    )


def _unplaced(
    attached: Iterable[_Attached], organization: Organization, *, all_told: bool
) -> Iterator[_Attached]:
    """Yield what is attached to targets that the organization file does not place.

    Where all ids above the account are told, no other unit is: but a target that cannot be read
    may be any of them.
    """
    known = {level.id for above in organization.accounts.values() for level in above}
    for each in attached:
        targets = tuple(
            one
            for one in each.targets
            if one not in known
            and not limits.ACCOUNT_ID.fullmatch(one)
            and (not all_told or unknown_reasons(one))
        )
        if targets:
            yield replace(each, targets=targets)


def _holds_nothing_back(level: Level) -> bool:
    return level.scps == (full_access(),)


def _level(policies: tuple[Policy, ...], target: str) -> tuple[Policy, ...]:
    """Return the policies of a level with FullAWSAccess, which is beside them until it is detached.

    Where others allow something, it may have been detached for them to be a list of what may be
    allowed at all.
    """
    lists = any(s.effect == "Allow" for policy in policies for s in policy.statements)
    why = f"whether FullAWSAccess is attached to {display(target)} as well, which {_FILE}"
    return (_perhaps(full_access(), why=why) if lists else full_access(), *policies)


_FILE: Final = "an organization file tells (--organization)"


def _perhaps(policy: Policy, target: str = "", *, why: str = "") -> Policy:
    """Return a policy of which nothing but what it allows is sure: it may not be attached here."""
    why = why or _whether(target)
    condition = Condition("StringEquals", "aws:PrincipalAccount", (unknown(why),))
    statements = (
        replace(each, conditions=(*each.conditions, condition))
        if each.effect == "Deny" or not target
        else each
        for each in policy.statements
    )
    return replace(policy, statements=tuple(statements))


def _for_whom(policy: Policy, target: str) -> Policy:
    """Return a resource control policy that perhaps binds nobody here."""
    whom = (("AWS", (unknown(_whether(target)),)),)
    statements = (replace(each, principals=whom) for each in policy.statements)
    return replace(policy, statements=tuple(statements))


def _whether(target: str) -> str:
    if reasons := unknown_reasons(target):
        return f"the target of the policy, {reasons[0]}"
    return f"whether {display(target)} is above the account, which {_FILE}"


def _refuse(account: str, organization: Organization) -> None:
    if is_symbolic(account):
        raise OrganizationError(
            f"{organization.file} cannot tell what is above stacks that name no account: give "
            "--account, or the stacks an env"
        )
    raise OrganizationError(
        f"{organization.file}: account {account}, in which the app has a stack, is not in it: name "
        "it below accounts, with its unit"
    )
