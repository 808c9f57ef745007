"""Whose a resource may be that the snapshot does not hold, where its ARN does not tell: a bucket's.

Policies read the owner, and the organization may hold back one owner's resources alone. So a
question about all requests tries one owner of each kind that they tell apart.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.derived_keys import OWNER_KEYS
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.outside import Outside
from whomay.engine.proof.asked_resources import instances
from whomay.engine.proof.condition_values import candidates
from whomay.iam.facts.condition_key_table import KeyTells
from whomay.iam.facts.condition_keys import telling
from whomay.iam.patterns.pattern_sets import OTHER_LETTER, Automaton, signatures
from whomay.iam.policy import Condition, Statement
from whomay.iam.policy_variables import Context, variable_keys

# The owner that is known, or else the caller's own account.
_TOLD: Final = (None,)

# An account of the caller's organization is told from others by these as well.
_KEYS_OF_OWNER: Final = telling(KeyTells.OWNER).union(OWNER_KEYS)

_ACCOUNT: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_ANY_ACCOUNT: Final = "?" * 12
_DIGITS: Final = "0123456789"
_NO_DIGITS: Final = "".join(each for each in map(chr, range(32, 127)) if each not in _DIGITS)

Speaking = Sequence[tuple[CompiledStatement, tuple[str, ...]]]


class Owners:
    """The accounts to try as the owner of a resource, for requests of which the same is said."""

    def __init__(
        self, index: Index, speaking: Speaking, abouts: Sequence[Context], other: str
    ) -> None:
        """Take the statements that speak of the requests, and an account that none of them names.

        `abouts` are the keys that the caller has. Where nothing outside the snapshot grants
        anything, nobody could use what another account owns. Then the caller's own account is the
        only one.
        """
        self._index = index
        raws = [each.statement for each, _ in speaking]
        self._tried: tuple[str | None, ...] = _TOLD
        if index.outside is Outside.DELEGATES and (index.around or any(map(_reads_owner, raws))):
            accounts = _told_apart(speaking, abouts, other)
            self._tried = tuple(dict.fromkeys((*_TOLD, other, *accounts)))

    def of(self, resource: str) -> tuple[str | None, ...]:
        """Return the accounts to try; None is the one that is known, or else the caller's own.

        An account in the resource's name may be its owner, as `data-${aws:ResourceAccount}` asks.
        """
        if len(self._tried) == 1 or self._index.tells_owner(resource):
            return _TOLD
        return tuple(dict.fromkeys((*self._tried, *_ACCOUNT.findall(resource))))


def _told_apart(speaking: Speaking, abouts: Sequence[Context], other: str) -> Iterator[str]:
    """Yield an account for each set of values that one account fits, the other where it fits."""
    conditions = [
        condition
        for each, _ in speaking
        for condition in each.statement.conditions
        if condition.key.lower() in OWNER_KEYS
    ]
    patterns = {
        pattern
        for condition in conditions
        for value in condition.values
        for pattern in (instances(value, abouts, speaking) if variable_keys(value) else (value,))
    }
    yield from _fitting((*sorted(patterns), _ANY_ACCOUNT), other) if patterns else ()
    for text in candidates([each for each in map(_of_one_value, conditions) if each.values]):
        if isinstance(text, str) and _ACCOUNT.fullmatch(text):
            yield text


def _fitting(patterns: tuple[str, ...], other: str) -> Iterator[str]:
    automaton = Automaton([(pattern,) for pattern in patterns])
    for signature, text in signatures(patterns, _NO_DIGITS, (other,)):
        filled = (text.replace(OTHER_LETTER, digit) for digit in _DIGITS)
        alike = (t for t in filled if automaton.signature(automaton.run(t)) == signature)
        account = next(alike, "")
        if _ACCOUNT.fullmatch(account):
            yield account


def _of_one_value(condition: Condition) -> Condition:
    """Return the condition on the owner alone: a request has one, whatever sets are compared."""
    values = tuple(each for each in condition.values if not variable_keys(each))
    return replace(condition, operator=condition.operator.rpartition(":")[2], values=values)


def _reads_owner(statement: Statement) -> bool:
    texts: Iterable[str] = (
        *(statement.resources or ()),
        *(statement.not_resources or ()),
        *(value for condition in statement.conditions for value in condition.values),
    )
    read = {condition.key.lower() for condition in statement.conditions}
    read.update(key for text in texts for key in variable_keys(text))
    return not read.isdisjoint(_KEYS_OF_OWNER)
