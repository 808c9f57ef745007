"""Statements of policies and of contracts, each as one line for people."""

from collections.abc import Iterator, Sequence

from whomay.engine.contract import Stated, StatementKind
from whomay.iam.patterns.symbols import display
from whomay.iam.policy import Condition, Policy, Statement


def statement(each: Statement) -> str:
    """Return what a policy's statement says: effect, principals, actions, resources, conditions."""
    parts = [each.effect, *_principals(each), _some("actions", each.actions, each.not_actions)]
    if each.resources or each.not_resources:
        parts.append(f"on {_some('resources', each.resources, each.not_resources)}")
    if each.conditions:
        parts.append(f"if {' and '.join(condition(one) for one in each.conditions)}")
    return display(" ".join(parts))


def condition(each: Condition) -> str:
    """Return one condition: its key, its operator, its values."""
    return display(f"{each.key} {each.operator} {' or '.join(each.values)}")


def stated(each: Stated) -> str:
    """Return what a statement of the contract is about, without its kind and its principal."""
    if each.mistake:
        return "nothing"
    if each.policy:
        return display(", ".join(dict.fromkeys(_listed(each.kind, each.policy))))
    text = f"{', '.join(each.actions)} on {', '.join(each.resources)}"
    given = [f"{key}={' or '.join(values) or '(absent)'}" for key, values in each.given]
    return display(f"{text} with {', '.join(given)}" if given else text)


def duration(seconds: int) -> str:
    """Return a session's length in hours, or in minutes where these do not fit."""
    return f"{seconds // 3600} h" if seconds % 3600 == 0 else f"{seconds // 60} min"


def _listed(kind: StatementKind, policy: Policy) -> Iterator[str]:
    for each in policy.statements:
        if kind is StatementKind.MAY_ONLY:
            yield from each.actions or ()
        else:
            yield from (name for _, names in each.principals or () for name in names)


def _principals(each: Statement) -> Iterator[str]:
    for pairs, word in ((each.principals, ""), (each.not_principals, "all but ")):
        if pairs:
            yield word + ", ".join(name for _, names in pairs for name in names) + ":"


def _some(what: str, named: Sequence[str] | None, but: Sequence[str] | None) -> str:
    return ", ".join(named) if named else f"all {what} but {', '.join(but or ())}"
