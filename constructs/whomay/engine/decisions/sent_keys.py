"""The condition keys that AWS sends although nobody who asks for one decision thinks of them.

Their values are not known, so an answer that hangs on one is Unknown and names it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from whomay.engine.decisions.deciding_layer import conditions_read
from whomay.engine.decisions.judge import Layers
from whomay.engine.decisions.request import Request
from whomay.iam.callers import CallerKind
from whomay.iam.facts.action_keys import has_key
from whomay.iam.facts.condition_key_table import (
    KEYS,
    ConditionKey,
    KeyKind,
    KeyPresence,
    KeySender,
)
from whomay.iam.patterns.symbols import unknown
from whomay.iam.policy_variables import PerhapsSent, Value, variable_keys


def keys_sent(request: Request, by: Layers) -> Mapping[str, Value]:
    """Return the keys that a request has, and those of the resource's tags that the layers read.

    A service says for whom it calls, and credentials of a session how the session was made.
    """
    tags = {
        key: PerhapsSent(unknown(f"{key} is of the resource")) for key in _tags_read(request, by)
    }
    action = request.action_key
    sent = _SENT[request.caller.kind]
    return {**{k: v for k, v in sent.items() if _is_global(k) or has_key(action, k)}, **tags}


def _is_global(key: str) -> bool:
    return key.startswith("aws:")


def _is_sent(row: ConditionKey, kind: CallerKind) -> bool:
    if row.sender is KeySender.SERVICES:
        return kind is CallerKind.SERVICE
    if row.sender is KeySender.PEOPLE and kind in (CallerKind.SERVICE, CallerKind.ANONYMOUS):
        return False
    made = kind in (CallerKind.SESSION, CallerKind.FEDERATED_USER)
    if row.kind is KeyKind.SESSION and made and not row.set_by:
        return row.sender is not KeySender.PEOPLE
    return row.kind is not KeyKind.SESSION and row.presence is not KeyPresence.OPTIONAL


_NOT_ALWAYS: Final = (KeyPresence.OPTIONAL, KeyPresence.PERHAPS)


def _value(row: ConditionKey) -> Value:
    text = unknown(f"{row.name} is sent and was not given")
    return PerhapsSent(text) if row.presence in _NOT_ALWAYS else text


_SENT: Final[Mapping[CallerKind, Mapping[str, Value]]] = {
    kind: {key: _value(row) for key, row in KEYS.items() if _is_sent(row, kind)}
    for kind in CallerKind
}


def _tags_read(request: Request, by: Layers) -> Iterator[str]:
    """Yield the tags of the resource that statements about the action read."""
    for condition in conditions_read(request, by):
        named = (variable_keys(value) for value in condition.values)
        keys = [condition.key.lower(), *(key for each in named for key in each)]
        yield from filter(_OF_TAG.search, keys)


_OF_TAG: Final = re.compile(r":(?:resourcetag|existingobjecttag)/")
