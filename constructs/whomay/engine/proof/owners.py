"""Whose a resource may be that the snapshot does not hold, where its ARN does not tell: a bucket's.

Policies read the owner, and the organization may hold back one owner's resources alone. So a
question about all requests tries one owner of each kind that they tell apart.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
"""

from collections.abc import Iterable
from typing import Final

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.decisions.derived_keys import OWNER_KEYS
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.outside import Outside
from whomay.engine.proof.condition_values import candidates
from whomay.iam.policy import Statement
from whomay.iam.policy_variables import variable_keys

# The owner that is known, or else the caller's own account.
_TOLD: Final = (None,)


class Owners:
    """The accounts to try as the owner of a resource, for requests of which the same is said."""

    def __init__(self, index: Index, speaking: Iterable[CompiledStatement], other: str) -> None:
        """Take the statements that speak of the requests, and an account that none of them names.

        Where nothing outside the snapshot grants anything, nobody could use what another account
        owns. Then the caller's own account is the only one.
        """
        self._index = index
        raws = [each.statement for each in speaking]
        self._tried: tuple[str | None, ...] = _TOLD
        if index.outside is Outside.DELEGATES and (index.around or any(map(_reads_owner, raws))):
            self._tried = tuple(dict.fromkeys((*_TOLD, *_told_apart(raws), other)))

    def of(self, resource: str) -> tuple[str | None, ...]:
        """Return the accounts to try; None is the one that is known, or else the caller's own."""
        known = len(self._tried) == 1 or self._index.tells_owner(resource)
        return _TOLD if known else self._tried


def _told_apart(raws: Iterable[Statement]) -> list[str]:
    read = (c for raw in raws for c in raw.conditions if c.key.lower() in OWNER_KEYS)
    plain = [each for each in read if not any(map(variable_keys, each.values))]
    return [text for text in candidates(plain) if isinstance(text, str) and text.isdecimal()]


def _reads_owner(statement: Statement) -> bool:
    texts = [*(statement.resources or ()), *(statement.not_resources or ())]
    texts += [value for condition in statement.conditions for value in condition.values]
    read = {condition.key.lower() for condition in statement.conditions}
    read.update(key for text in texts for key in variable_keys(text))
    return not read.isdisjoint(OWNER_KEYS)
