"""The condition keys of AWS, looked up: what is known of one, and whether there is one.

What is known of each is a row of `whomay.iam.facts.condition_key_table`.
"""

import difflib
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from whomay.iam.facts.actions import condition_keys_of, services
from whomay.iam.facts.condition_key_table import (
    KEYS,
    ConditionKey,
    KeyKind,
    KeySender,
    KeyTells,
)

# What a current AWS CLI sends with every request. Fixed for "must allow" alone; `given` overrides.
ORDINARY_KEYS: Final[Mapping[str, str]] = {
    name: row.ordinary for name, row in sorted(KEYS.items()) if row.ordinary is not None
}

# Keys that nobody can choose, known or absent in every request.
DERIVED_KEYS: Final = frozenset(
    name for name, row in KEYS.items() if row.kind is KeyKind.DERIVED and not row.left_open
)

# Those of a session that began with a code: no role's session has them, nor a service.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
MFA_KEYS: Final = frozenset(
    name
    for name, row in KEYS.items()
    if row.kind is KeyKind.SESSION and row.sender is KeySender.PEOPLE
)
MFA_PRESENT: Final = "aws:multifactorauthpresent"


def condition_key(key: str) -> ConditionKey | None:
    """Return what the table holds of a key, in any case; None when it holds nothing.

    >>> condition_key("aws:principaltag/team").name
    'aws:PrincipalTag/${TagKey}'
    """
    name = key.lower()
    return KEYS.get(name) or KEYS.get(f"{name.partition('/')[0]}/${{tagkey}}")


def is_of_principal(key: str) -> bool:
    """Tell whether a key, in lower case, says who the caller is.

    >>> is_of_principal("aws:principaltag/team"), is_of_principal("aws:resourceaccount")
    (True, False)
    """
    return key.startswith("aws:principal") or key in ("aws:userid", "aws:username")


def sent_by(sender: KeySender) -> frozenset[str]:
    """Return the keys, in lower case, that only such a sender's requests carry.

    >>> sorted(sent_by(KeySender.SERVICES))[1:3]
    ['aws:sourceaccount', 'aws:sourcearn']
    """
    return frozenset(name for name, row in KEYS.items() if row.sender is sender)


def telling(*what: KeyTells) -> frozenset[str]:
    """Return the keys, in lower case, a guard on which is about one of these.

    >>> sorted(telling(KeyTells.OWNER))
    ['aws:resourceaccount', 'aws:resourceorgid', 'aws:resourceorgpaths']
    """
    return frozenset(name for name, row in KEYS.items() if row.tells in what)


@lru_cache(maxsize=4096)
def exists(key: str) -> bool:
    """Tell whether AWS has the condition key. A key of an identity provider may be any claim.

    >>> exists("aws:PrincipalTag/team"), exists("aws:SourceAcount")
    (True, False)
    """
    prefix = key.partition(":")[0].lower()
    if "." in prefix or "/" in prefix or prefix == "saml":
        return True
    return any(matches(known, key) for known in _of(prefix))


@lru_cache(maxsize=1024)
def nearest(key: str) -> str | None:
    """Return the key that is most like it; None when none is.

    >>> nearest("aws:SourceAcount")
    'aws:SourceAccount'
    """
    prefix, _, _ = key.partition(":")
    candidates = {known.lower(): known for known in _of(prefix.lower())}
    if not candidates:
        near = difflib.get_close_matches(prefix.lower(), ("aws", *services()), n=9)
        candidates = {known.lower(): known for each in near for known in _of(each)}
    found = difflib.get_close_matches(key.lower(), candidates, n=1)
    return candidates[found[0]] if found else None


@cache
def _of(prefix: str) -> tuple[str, ...]:
    if prefix != "aws":
        return condition_keys_of(prefix)
    return tuple(row.name for row in KEYS.values() if row.name.startswith("aws:"))


def matches(known: str, key: str) -> bool:
    """Tell whether a key is the one that AWS lists, in which `${…}` and `<…>` are any text.

    So is the key of a tag that the list calls `tag-key`, or leaves out behind the slash.

    >>> matches("s3:ExistingObjectTag/<key>", "s3:ExistingObjectTag/team")
    True
    >>> matches("secretsmanager:ResourceTag/tag-key", "secretsmanager:ResourceTag/team")
    True
    """
    return _test(known).fullmatch(key) is not None


@cache
def _test(known: str) -> re.Pattern[str]:
    named = re.sub(r"(?<=/)(?:tag-key)?$", "<key>", known)
    pieces = re.split(r"(\$\{[^}]*\}|<[^>]*>)", named)
    any_text = ("${", "<")
    return re.compile(
        "".join(".+" if piece.startswith(any_text) else re.escape(piece) for piece in pieces),
        re.IGNORECASE,
    )
