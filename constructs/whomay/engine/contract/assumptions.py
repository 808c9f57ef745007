"""What an answer takes for granted, in sentences that every command says in the same words."""

from collections.abc import Iterable, Iterator
from typing import Final

from whomay.engine.contract.statement import Stated
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.reached import ReachedArns
from whomay.engine.snapshot import Principal, Snapshot
from whomay.iam.facts.managed_policies import source
from whomay.iam.patterns.symbols import ACCOUNT, display
from whomay.iam.policy import Source
from whomay.metadata.records import StatementKind

_OUTSIDE: Final = "resources outside the assembly carry no policy that grants"
_ENDPOINTS: Final = "requests may take any network path: a VPC endpoint's policy counts where aws:SourceVpce names it"
_FORBIDDING: Final = (StatementKind.MUST_NOT_ALLOW, StatementKind.CANNOT_REACH)
_ONE_ACCOUNT: Final = "stacks without an environment share one account and one region"


def assumed(known: Snapshot) -> tuple[str, ...]:
    """Return what every answer of a contract takes for granted."""
    return (
        _OUTSIDE,
        _ENDPOINTS,
        *_organization(known),
        *_environment(known.principals),
        *_defaults(known),
        *_managed(known.principals),
    )


def named_elsewhere(known: Snapshot, contract: Iterable[Stated]) -> tuple[str, ...]:
    """Return what a contract forbids on resources that the assembly is not known to have.

    It may mean a bucket of another app, or be a typo, which holds of nothing.
    """
    of_people = (each.arn for each in known.principals)
    of_policies = (each.arn for each in known.resources)
    here = ReachedArns({*known.arns.values(), *of_policies, *of_people})
    forbidden = (each for each in contract if each.kind in _FORBIDDING)
    named = dict.fromkeys(resource for each in forbidden for resource in each.resources)
    return tuple(
        f"{display(resource)} is elsewhere: the assembly is not known to have it"
        for resource in named
        if resource.strip("*") and next(iter(here.by([resource])), None) is None
    )


def assumed_for(
    known: Snapshot, resource: str, verdict: Verdict, by: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return what an answer about one resource, an ARN or a pattern, takes for granted.

    Who may, or perhaps, may only as long as nothing denies that nobody told. Who may not, may not
    as long as no policy elsewhere grants; against an explicit deny none helps. `by` are the ARNs of
    who is asked about.
    """
    asked = set(by)
    who = [each for each in known.principals if each.arn in asked]
    found = list(_defaults(known))
    if verdict is Verdict.EXPLICIT_DENY:
        return tuple(found)
    if verdict is not Verdict.IMPLICIT_DENY:
        found = [_ENDPOINTS, *_organization(known), *_environment(who), *found, *_managed(who)]
    return tuple(found) if _is_inside(known, resource) else (_OUTSIDE, *found)


def _is_inside(known: Snapshot, resource: str) -> bool:
    """Tell whether a resource is of the assembly, or lies in one of it; "*" is not a resource."""
    arns = [each.arn for each in known.resources] + [each.arn for each in known.principals]
    return resource == "*" or any(
        resource == arn or resource.startswith((f"{arn}/", f"{arn}:")) for arn in arns
    )


def _organization(known: Snapshot) -> Iterator[str]:
    if known.organization is None:  # each organization file names one
        none = "no other than those of the templates" if known.levels else "none"
        if not known.scps:
            yield f"no service control policy was given, so {none} is taken to deny"
        yield f"no resource control policy was given, so {none} is taken to deny"


def _environment(principals: Iterable[Principal]) -> Iterator[str]:
    if any(principal.account == ACCOUNT for principal in principals):
        yield _ONE_ACCOUNT


def _defaults(known: Snapshot) -> Iterator[str]:
    if known.defaults:
        yield f"parameters keep their defaults: {', '.join(known.defaults)}"


def _managed(principals: Iterable[Principal]) -> Iterator[str]:
    if any(each.path.startswith("arn:") for each in _sources(principals)):
        yield f"AWS managed policies are as of {source()[1]}"


def _sources(principals: Iterable[Principal]) -> Iterator[Source]:
    for principal in principals:
        for policy in principal.identity:
            yield from (statement.source for statement in policy.statements[:1])
