"""Which condition keys a request for an action carries.

A global key may come with every request, a service's key only with the actions that list it.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterable
from functools import lru_cache

from whomay.iam.facts.actions import (
    condition_keys_of_action,
    condition_keys_of_no_action,
    is_action,
    matching,
    services,
)
from whomay.iam.facts.condition_key_table import KeyKind
from whomay.iam.facts.condition_keys import condition_key, exists, matches, nearest


@lru_cache(maxsize=16384)
def has_key(action: str, key: str) -> bool:
    """Tell whether a request for the action can carry a condition key, both in any case.

    Of an action that the catalogue does not know this is not known, so it can. So it can where the
    reference lists a key of the service, and no action with it. So it can for the claims of an
    identity provider, which come with the sessions that are made of them.

    >>> has_key("s3:ListBucket", "s3:prefix"), has_key("s3:GetObject", "s3:prefix")
    (True, False)
    """
    action, key = action.lower(), key.lower()
    prefix, row = key.partition(":")[0], condition_key(key)
    if prefix == "aws" and not (row and row.listed_only):
        return True
    if row and row.kind is KeyKind.SESSION:  # it says how the session was made, whatever it asks
        return True
    if (prefix != "aws" and prefix not in services()) or not is_action(action):
        return True
    listed = condition_keys_of_action(action)
    service = action.partition(":")[0]
    return any(matches(known, key) for known in (*listed, *condition_keys_of_no_action(service)))


def problem_with_key(actions: Iterable[str], key: str) -> str | None:
    """Say why no request for some actions carries a condition key; None where one may.

    The actions may be patterns.

    >>> problem_with_key(["s3:GetObject"], "s3:prefix")
    'no request for s3:GetObject carries it'
    """
    if not exists(key):
        near = nearest(key)
        return f"AWS has no such condition key{f': did you mean {near}?' if near else ''}"
    actions = tuple(actions)
    named = [each for pattern in actions for each in matching(pattern)]
    if not named or any(has_key(each, key) for each in named):
        return None
    return f"no request for {', '.join(actions)} carries it"
