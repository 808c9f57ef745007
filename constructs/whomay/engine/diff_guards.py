"""Changes of what callers outside two snapshots may do: by resource policies and trust policies."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from whomay.engine.atoms import Pattern
from whomay.engine.causes import added
from whomay.engine.changes import Change, Difference, report
from whomay.engine.compare import compare, grown
from whomay.engine.index import Index
from whomay.engine.layers import Layer
from whomay.engine.match import literal
from whomay.engine.near import Guard
from whomay.engine.outsiders import outsiders
from whomay.engine.principals import caller
from whomay.engine.symbols import display
from whomay.engine.views import GuardView, own_patterns


def guard_changes(old: Index, new: Index) -> Iterator[Difference]:
    """Yield what became of each policy that a resource or a role carries."""
    was, now = old.neighbourhood.guards, new.neighbourhood.guards
    for arn, guard in {**was, **now}.items():
        before, after = _layer(was.get(arn)), _layer(now.get(arn))
        if before.policies != after.policies:
            yield from _changed(old, new, guard, before, after)


def _changed(
    old: Index, new: Index, guard: Guard, before: Layer, after: Layer
) -> Iterator[Difference]:
    arn, path = guard.arn, _path(new, old, guard.arn)
    everybody = outsiders((*before.statements, *after.statements), _account(new, old, arn))
    strangers = [c for c in everybody if old.principal(c) is None and new.principal(c) is None]
    own = (literal(arn),) if guard.trust else own_patterns(arn)
    pattern = Pattern(("sts:*",) if guard.trust else ("*",), own)
    views = GuardView(before, old, own), GuardView(after, new, own)
    found = compare(*views, strangers, pattern)
    for difference in report(path, found, old, new):
        more = difference.change is not Change.NARROWER
        sides = ([before], [after]) if more else ([after], [before])
        statement = added(*sides) or added(*reversed(sides))
        witness = difference.witness
        who = "" if witness is None else f"{display(witness.principal)}: "
        text = f"{who}the policy of {path} {'lets in more' if more else 'lets in less'}"
        yield replace(difference, statement=statement, text=text)
    if not found.gained:
        witness = grown(*views, everybody, pattern)
        if witness is not None:
            text = f"the policy of {path} denies less than before; nobody gains by it yet"
            statement = added([after], [before])
            yield Difference(path, Change.CAPPED, witness, statement, text)


def _layer(guard: Guard | None) -> Layer:
    return _EMPTY if guard is None else guard.layer


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
