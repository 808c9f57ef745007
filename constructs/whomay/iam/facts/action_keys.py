"""Which condition keys a request for an action carries.

A global key may come with every request, a service's key only with the actions that list it.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from functools import cache, lru_cache
from typing import Final

from whomay.iam.facts.actions import condition_keys_of_action, is_action, services

# Global keys that come only with the actions that list them.
_LISTED: Final = ("aws:requesttag/", "aws:resourcetag/", "aws:tagkeys")

# Keys of services that come with every request of a session, since they say how it was made.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_OF_THE_SESSION: Final = frozenset(
    (
        "ec2:roledelivery",
        "ec2:sourceinstancearn",
        "glue:credentialissuingservice",
        "glue:roleassumedby",
        "identitystore:userid",
        "lambda:sourcefunctionarn",
        "ssm:sourceinstancearn",
    )
)


@lru_cache(maxsize=16384)
def has_key(action: str, key: str) -> bool:
    """Tell whether a request for the action can carry a condition key, both in any case.

    Of an action that the catalogue does not know this is not known, so it can. So it can for the
    claims of an identity provider, which come with the sessions that are made of them.

    >>> has_key("s3:ListBucket", "s3:prefix"), has_key("s3:GetObject", "s3:prefix")
    (True, False)
    """
    action, key = action.lower(), key.lower()
    prefix = key.partition(":")[0]
    if prefix == "aws" and not key.startswith(_LISTED):
        return True
    if key in _OF_THE_SESSION or (prefix != "aws" and prefix not in services()):
        return True
    if not is_action(action):
        return True
    return any(_test(known).fullmatch(key) for known in condition_keys_of_action(action))


@cache
def _test(known: str) -> re.Pattern[str]:
    """Return an expression for a key of the catalogue, in which `${…}` and `<…>` are any text."""
    pieces = re.split(r"(\$\{[^}]*\}|<[^>]*>)", known)
    return re.compile(
        "".join(".+" if p.startswith(("${", "<")) else re.escape(p) for p in pieces), re.IGNORECASE
    )
