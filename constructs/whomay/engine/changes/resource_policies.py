"""Changes of what callers outside two snapshots may do: by resource policies and trust policies."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from whomay.engine.changes.cause import Pair, added
from whomay.engine.changes.change import Change, Difference, report
from whomay.engine.changes.compare import Comparison, compare, grown
from whomay.engine.changes.said import layers_say_the_same
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import Verdict
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.resource_policies import ResourcePolicy
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.deciders import ResourcePolicyView, SnapshotView, View, own_patterns
from whomay.engine.proof.outsiders import called, outsiders
from whomay.iam.callers import Caller, caller
from whomay.iam.patterns.matching import literal
from whomay.iam.patterns.symbols import display


def resource_policy_changes(
    old: Index, new: Index, heirs: Mapping[str, str]
) -> Iterator[Difference]:
    """Yield what became of each policy that a resource or a role carries.

    `heirs` names for a role that has another ARN now the one it had; its trust moved with it.
    """
    was, now = old.neighbourhood.resource_policies, new.neighbourhood.resource_policies
    moved = set(heirs.values())
    for arn, resource_policy in {**was, **now}.items():
        if arn in moved and arn not in now:
            continue
        before, after = _layer(was.get(heirs.get(arn, arn))), _layer(now.get(arn))
        above = (index.around.rcps(resource_policy.account) for index in (old, new))
        if not layers_say_the_same((before, *next(above)), (after, *next(above))):
            yield from _changed(old, new, resource_policy, before, after)


def _changed(
    old: Index, new: Index, resource_policy: ResourcePolicy, before: Layer, after: Layer
) -> Iterator[Difference]:
    arn, path = resource_policy.arn, _path(new, old, resource_policy.arn)
    account = _account(new, old, arn)
    above = (layer for index in (old, new) for layer in index.around.rcps(account))
    layers = (before, after, *above)
    everybody = outsiders((s for layer in layers for s in layer.statements), account)
    strangers = [c for c in everybody if not (_decided(old, c) or _decided(new, c))]
    own = (literal(arn),) if resource_policy.trust else own_patterns(arn)
    pattern = Pattern(("sts:*",) if resource_policy.trust else ("*",), own)
    views = ResourcePolicyView(before, old, own), ResourcePolicyView(after, new, own)
    found = compare(*views, strangers, pattern)
    policies = before.policies, after.policies
    alone = (
        ResourcePolicyView(before, old, own, needs_no_other=True),
        ResourcePolicyView(after, new, own, needs_no_other=True),
    )
    of_account = [c for c in strangers if c.account == account and c.has_policies]
    unaided = _unaided(compare(*alone, of_account, pattern), views)
    for difference in (
        *report(path, found, old, new, policies),
        *report(path, unaided, old, new, policies),
    ):
        more = difference.change is not Change.NARROWER
        sides = ([before], [after]) if more else ([after], [before])
        ours = added(*sides) or added(*reversed(sides))
        witness = difference.witness
        who = "" if witness is None else f"{called(witness.principal)}: "
        what = f"the policy of {path}" if ours else f"what is above the account of {path}"
        text = f"{who}{what} {'lets in more' if more else 'lets in less'}"
        kinds = tuple(replace(each, statement=each.statement or ours) for each in difference.kinds)
        yield replace(difference, statement=ours or difference.statement, text=text, kinds=kinds)
    if not found.gained:
        witness, given_up = grown(*views, everybody, pattern, held_back_in=SnapshotView(new))
        if witness or given_up:
            what = "denies less than before; the request shown is still not allowed"
            if given_up:
                what = f"may allow more now; another layer still does not: {given_up}"
            elif witness and views[1].verdict(witness) is Verdict.ALLOWED:
                what = "would allow it now; another layer still does not"
            statement = added([after], [before])
            yield Difference(
                path, Change.CAPPED, witness, statement, f"the policy of {path} {what}"
            )


def _unaided(found: Comparison, aided: tuple[View, View]) -> Comparison:
    """Leave what callers need no policy of their own for now, which others of them had before."""

    def same(pair: Pair) -> bool:
        return aided[0].verdict(pair.before) is aided[1].verdict(pair.after)

    gained, unsure = ([p for p in pairs if same(p)] for pairs in (found.gained, found.unsure))
    return Comparison(gained=gained, unsure=unsure)


def _decided(index: Index, who: Caller) -> bool:
    """Tell whether all policies of a caller are known, so that its access is compared itself."""
    found = index.principal(who)
    return found is not None and found not in index.snapshot.attached


def _layer(resource_policy: ResourcePolicy | None) -> Layer:
    return _EMPTY if resource_policy is None else resource_policy.layer


_EMPTY: Final = Layer(())


def _account(new: Index, old: Index, arn: str) -> str:
    found = new.resources.get(arn) or old.resources.get(arn)
    return found.account if found else caller(arn).account or ""


def _path(new: Index, old: Index, arn: str) -> str:
    for index in (new, old):
        found = index.resources.get(arn) or index.principals.get(arn)
        if found is not None:
            return found.path
    return display(arn)
