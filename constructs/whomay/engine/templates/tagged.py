"""The tags of resources, and aliases of keys, that a policy reads: who may do what depends on them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from whomay.engine.snapshot import Snapshot, Tagged
from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resources import Items
from whomay.iam.policy import Policy, Statement
from whomay.iam.policy_variables import variable_keys

# aws:ResourceTag/team, ec2:ResourceTag/team, s3:BucketTag/team, secretsmanager:ResourceTag/team …
_TAG: Final = re.compile(r"[\w-]+:(?:\w*tag)/(.+)", re.IGNORECASE)
ALIAS: Final = "(alias)"
_OF_ALIASES: Final = ("kms:requestalias", "kms:resourcealiases")
_NOT_OF_A_RESOURCE: Final = ("aws:principaltag/", "aws:requesttag/")


def tagged(items: Items, snapshot: Snapshot) -> tuple[Tagged, ...]:
    """Return the resources that have a tag which some statement of the snapshot reads."""
    read = tags_read(snapshot)
    if not read:
        return ()
    found = {}
    for item in items.of("AWS::KMS::Alias") if ALIAS in read else ():
        alias = f"{item.text('AliasName')} of {item.text('TargetKeyId')}"
        found[item.path] = Tagged(item.path, ((ALIAS, alias),))
    for item in items:
        tags = tuple((k, v) for k, v in _pairs(item.plain("Tags")) if k.lower() in read)
        if tags:
            found[item.path] = Tagged(item.path, tuple(sorted(tags)))
    return tuple(found[path] for path in sorted(found))


def tags_read(snapshot: Snapshot) -> frozenset[str]:
    """Return the keys of tags, in lower case, that conditions and variables read of resources.

    `ALIAS` is among them where they read the aliases of a key.
    """
    statements = (s for policy in _policies(snapshot) for s in policy.statements)
    keys = {key.lower() for statement in statements for key in _keys(statement)}
    found = (_TAG.fullmatch(k) for k in keys if not k.startswith(_NOT_OF_A_RESOURCE))
    aliases = frozenset() if keys.isdisjoint(_OF_ALIASES) else frozenset((ALIAS,))
    return aliases | {match[1] for match in found if match}


def _policies(snapshot: Snapshot) -> Iterator[Policy]:
    for one in (*snapshot.principals, *snapshot.attached):
        yield from one.identity
        yield from filter(None, (one.boundary, one.trust))
    yield from (each.policy for each in snapshot.resources if each.policy is not None)


def _keys(statement: Statement) -> Iterator[str]:
    for condition in statement.conditions:
        yield condition.key
        yield from (key for value in condition.values for key in variable_keys(value))
    for pattern in (*(statement.resources or ()), *(statement.not_resources or ())):
        yield from variable_keys(pattern)


def _pairs(tags: Any) -> Iterator[tuple[str, str]]:
    """Yield keys and values of a list of tags, or of a map as some types have."""
    if isinstance(tags, dict):
        yield from ((str(key), as_text(value)) for key, value in tags.items())
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, dict):
            yield str(tag.get("Key")), as_text(tag.get("Value", ""))
