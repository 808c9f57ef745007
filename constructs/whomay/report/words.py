"""Statements of policies and of contracts, each as one line for people."""

from collections.abc import Iterator, Sequence

from whomay.engine.contract import Stated, StatementKind
from whomay.iam.patterns.symbols import display
from whomay.iam.policy import Condition, Policy, Statement


def statement(each: Statement, most: int | None = None) -> str:
    """Return what a policy's statement says: effect, principals, actions, resources, conditions.

    Of each list no more than `most` values are named; how many more there are is told.
    """
    parts = [element(each, name, most) for name in ("Effect", "Principal", "Action", "Resource")]
    condition_words = element(each, "Condition", most)
    return " ".join([*filter(None, parts), *([f"if {condition_words}"] if each.conditions else [])])


def element(each: Statement, name: str, most: int | None = None) -> str:
    """Return what one element of a statement says, as `statement` does; empty where it has none."""
    match name:
        case "Effect":
            text = each.effect
        case "Principal":
            text = " ".join(_principals(each, most))
        case "Action":
            text = _some("actions", each.actions, each.not_actions, most)
        case "Resource":
            named = each.resources or each.not_resources
            on = _some("resources", each.resources, each.not_resources, most)
            text = f"on {on}" if named else ""
        case _:
            text = " and ".join(condition(one) for one in each.conditions)
    return display(text)


def place(each: Statement) -> str:
    """Return where a statement is: its Sid or its number, its policy, the construct."""
    source = each.source
    name = source.sid or f"statement {source.index}"
    return display(f"{name} of {source.policy or 'the policy'} at {source.path}")


def condition(each: Condition) -> str:
    """Return one condition: its key, its operator, its values."""
    return display(f"{each.key} {each.operator} {' or '.join(each.values)}")


def stated(each: Stated) -> str:
    """Return what a statement of the contract is about, without its kind and its principal."""
    if each.mistake:
        return "nothing"
    if each.policy:
        return display("; ".join(dict.fromkeys(_listed(each.kind, each.policy))))
    text = f"{', '.join(each.actions)} on {', '.join(each.resources)}"
    given = [f"{key}={' or '.join(values) or '(absent)'}" for key, values in each.given]
    return display(f"{text} with {', '.join(given)}" if given else text)


def duration(seconds: int) -> str:
    """Return a session's length in hours, or in minutes where these do not fit."""
    return f"{seconds // 3600} h" if seconds % 3600 == 0 else f"{seconds // 60} min"


def _listed(kind: StatementKind, policy: Policy) -> Iterator[str]:
    for each in policy.statements:
        guard = f" if {element(each, 'Condition')}" if each.conditions else ""
        if kind is StatementKind.MAY_ONLY:
            yield f"{element(each, 'Action')} {element(each, 'Resource')}{guard}".strip()
        else:
            yield from (f"{name}{guard}" for _, names in each.principals or () for name in names)


def _principals(each: Statement, most: int | None) -> Iterator[str]:
    for pairs, word in ((each.principals, ""), (each.not_principals, "all but ")):
        if pairs:
            yield word + few([name for _, names in pairs for name in names], most) + ":"


def _some(
    what: str, named: Sequence[str] | None, but: Sequence[str] | None, most: int | None
) -> str:
    return few(named, most) if named else f"all {what} but {few(but or (), most)}"


def few(values: Sequence[str], most: int | None = None) -> str:
    """Return values in one line: no more than `most`, and how many more there are."""
    shown = values if most is None else values[:most]
    more = [f"{len(values) - len(shown)} more"] if len(values) > len(shown) else []
    return ", ".join([*shown, *more])
