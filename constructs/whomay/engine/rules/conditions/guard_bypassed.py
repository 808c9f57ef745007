"""A guard that a statement beside it makes useless."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import is_pattern
from whomay.engine.rules.reading.placed_statement import PlacedStatement, PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, trust
from whomay.iam.callers import account_named, caller
from whomay.iam.patterns.matching import arn, glob
from whomay.iam.policy import Statement

_WILDCARD: Final = re.compile(r"[*?$]")


def guard_bypassed(app: App) -> Iterator[Finding]:
    """Yield every guarded statement of which another of its policy allows all, with less guard."""
    policies: dict[int, list[PlacedStatement]] = defaultdict(list)
    for placed in app.allowing(PolicyType.TRUST, PolicyType.IDENTITY):
        policies[id(placed.policy)].append(placed)
    for statements in policies.values():
        others = _Others(statements)
        for guarded in statements:
            for other in others.that_may_cover(guarded.statement):
                if _bypasses(guarded.statement, other.statement):
                    keys = ", ".join(sorted(_dropped(guarded.statement, other.statement)))
                    message = (
                        f"statement {guarded.statement.source.index} asks for {keys}, and statement "
                        f"{other.statement.source.index} allows the same without"
                    )
                    yield RULE.finding(guarded, keys, message)
                    break


class _Others:
    """Statements by how the first thing they are about begins, so that few are compared with each."""

    def __init__(self, statements: Iterable[PlacedStatement]) -> None:
        self._by_start: dict[str, list[PlacedStatement]] = defaultdict(list)
        for placed in statements:
            for start in {_start(each) for each in _subject(placed.statement)}:
                self._by_start[start].append(placed)

    def that_may_cover(self, guarded: Statement) -> Iterator[PlacedStatement]:
        """Yield those of which a pattern begins as the first of the guarded statement does."""
        if not guarded.conditions:
            return
        for first in _subject(guarded)[:1]:
            known = _start(first)
            for length in range(len(known) + 1):
                yield from self._by_start.get(known[:length], ())


def _subject(statement: Statement) -> Sequence[str]:
    """Return what a statement is about; of trust policies all begin alike, and few statements are there."""
    return (statement.resources or ()) if statement.principals is None else ("",)


def _start(pattern: str) -> str:
    return _WILDCARD.split(pattern, maxsplit=1)[0]


def _bypasses(guarded: Statement, other: Statement) -> bool:
    if not set(other.conditions) < set(guarded.conditions):
        return False
    return (
        _covers(guarded.actions, other.actions, of_arns=False)
        and (guarded.principals is not None or _covers(guarded.resources, other.resources))
        and _names(guarded, other)
    )


def _dropped(guarded: Statement, other: Statement) -> set[str]:
    return {each.key for each in guarded.conditions if each not in other.conditions}


def _covers(
    values: Sequence[str] | None, patterns: Sequence[str] | None, *, of_arns: bool = True
) -> bool:
    """Tell whether each value, itself a pattern, is all within one of the patterns."""
    if not values or not patterns:
        return False
    return all(
        any(
            pattern == value
            or (
                not ("?" in pattern and is_pattern(value))
                and _test(pattern, value, of_arns=of_arns)
            )
            for pattern in patterns
        )
        for value in values
    )


def _test(pattern: str, value: str, *, of_arns: bool) -> bool:
    test = arn(pattern) if of_arns else glob(pattern.lower())
    return test(value if of_arns else value.lower()) is True


def _names(guarded: Statement, other: Statement) -> bool:
    """Tell whether the other statement names every principal that the guarded one names."""
    if guarded.principals is None or other.principals is None:
        return guarded.principals is other.principals
    named = {(kind, value) for kind, values in other.principals for value in values}
    everyone = ("*", "*") in named or ("AWS", "*") in named
    accounts = {account_named(value) for kind, value in named if kind == "AWS"} - {None}
    return all(
        (kind, value) in named
        or (kind == "AWS" and (everyone or caller(value).account in accounts))
        or ("*", "*") in named
        for kind, values in guarded.principals
        for value in values
    )


RULE = Rule(
    id="guard-bypassed",
    severity=Severity.ERROR,
    title="a guarded statement beside one of the same policy that allows the same without the guard",
    why=(
        "Statements of a policy add up: what one allows, a condition in another does not take "
        "away. A trust with MFA beside a trust without MFA is a trust without MFA."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
    fix="Remove the statement without the guard, or move the guard into a Deny statement.",
    bad=trust(
        """
        - Effect: Allow
          Principal: {AWS: "arn:aws:iam::111122223333:user/ada"}
          Action: sts:AssumeRole
          Condition:
            Bool: {"aws:MultiFactorAuthPresent": "true"}
        - Effect: Allow
          Principal: {AWS: "arn:aws:iam::111122223333:user/ada"}
          Action: sts:AssumeRole
        """
    ),
    good=trust(
        """
        - Effect: Allow
          Principal: {AWS: "arn:aws:iam::111122223333:user/ada"}
          Action: sts:AssumeRole
          Condition:
            Bool: {"aws:MultiFactorAuthPresent": "true"}
        - Effect: Allow
          Principal: {Service: lambda.amazonaws.com}
          Action: sts:AssumeRole
        """
    ),
    find=guard_bypassed,
)
