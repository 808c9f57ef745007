"""Changes of the roles that services and machines are handed: who has another may do other things."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from whomay.engine.changes.change import Change, Difference, report
from whomay.engine.changes.compare import compare
from whomay.engine.changes.principals import callers_of, views_of
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.layer import Layer
from whomay.engine.proof.deciders import LimitView, SnapshotView
from whomay.engine.proof.prove import callers
from whomay.engine.snapshot import Principal, Snapshot
from whomay.iam.callers import caller
from whomay.iam.patterns.symbols import display


def machine_changes(old: Index, new: Index) -> Iterator[Difference]:
    """Yield what became of all that acts as another role now, or opens an old role to others."""
    was = {each.path: each for each in old.snapshot.machines}
    for now in new.snapshot.machines:
        before = was.get(now.path)
        gone = () if before is None else [r for r in before.roles if r not in now.roles]
        come = [r for r in now.roles if before is None or r not in before.roles]
        if before is not None and gone and come:
            yield from _swapped(old, new, now.path, gone[0], come)
        elif come and (before is not None or now.opens):
            yield from _opened(old, new, now.path, come)
        elif come:
            yield from _under_strangers(old, new, now.path, come)


def newcomers(old: Snapshot, new: Snapshot) -> list[str]:
    """Return, in a sentence each, what is new and acts as a role that was there before.

    Nobody in the account may do more by it. Who writes its code may, and a reviewer wants to see that.
    """
    paths = {one.arn: one.path for one in old.principals}
    were = {(each.path, role) for each in old.machines for role in each.roles}
    running = {(name, one.arn) for one in old.principals for name in one.instances}
    come = [(each.path, role) for each in new.machines for role in each.roles]
    come += [(name, one.arn) for one in new.principals for name in one.instances]
    machines = {path for path, _ in were | running}
    return [
        f"new under a role that was there before: {path} acts as {paths[role]}"
        for path, role in sorted(come)
        if role in paths and path not in machines
    ]


def _swapped(
    old: Index, new: Index, path: str, before_arn: str, come: list[str]
) -> Iterator[Difference]:
    before = _known(old, before_arn)
    for arn in come:
        after = _known(new, arn)
        said_before, said_after = _called(before, before_arn), _called(after, arn)
        if said_before == said_after:
            continue  # the role's construct is the same, under another name
        text = f"it acts as {said_after}, before as {said_before}"
        if before is None or after is None:
            yield _unknown(path, text)
            continue
        found = compare(*views_of(old, new, before, after), callers_of(old, new, before, after))
        for difference in report(path, found, old, new):
            yield replace(difference, text=text)


def _opened(old: Index, new: Index, path: str, come: list[str]) -> Iterator[Difference]:
    """Yield roles that were there before and that others may act as now."""
    for arn in come:
        after = _known(new, arn)
        text = f"it acts as {_called(after, arn)} now"
        if after is None:
            yield _unknown(path, text)
        elif _known(old, after.arn) is not None:
            nothing = LimitView([Layer(())], old)
            found = compare(nothing, SnapshotView(new), callers(new, after.arn))
            for difference in report(path, found, old, new):
                yield replace(difference, text=text)


def _under_strangers(old: Index, new: Index, path: str, come: list[str]) -> Iterator[Difference]:
    """Yield roles outside the assembly that something new acts as, and nothing did before.

    Who writes its code gets what that role may do. A role that is linked to a service is AWS's own.
    """
    handed = {role for each in old.snapshot.machines for role in each.roles}
    for arn in come:
        if _known(new, arn) is None and arn not in handed and _LINKED not in arn:
            yield _unknown(path, f"it acts as {display(arn)}, and nothing here did before")


_LINKED: Final = ":role/aws-service-role/"


def _unknown(path: str, text: str) -> Difference:
    why = "what a role outside the assembly may do is not known"
    return Difference(path, Change.UNKNOWN, None, None, f"{text}; {why}")


def _known(index: Index, arn: str) -> Principal | None:
    found = index.principal(caller(arn)) if arn.startswith("arn:") else None
    return None if found is None or found in index.snapshot.attached else found


def _called(principal: Principal | None, arn: str) -> str:
    return display(arn) if principal is None else principal.path
