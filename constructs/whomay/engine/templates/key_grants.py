"""Grants of KMS keys as a snapshot of an account has them: what each names is not decided.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from whomay.engine.snapshot import Unseen
from whomay.engine.templates.template import json_object
from whomay.iam.arn import parse_arn


def of_grants(key: Mapping[str, Any], path: str, account: str, file: str) -> Iterator[Unseen]:
    """Yield the grants of a key: each gives somebody some actions, under constraints.

    `path` is where the key is, `file` the name of the snapshot for errors.
    """
    arn = str(key.get("arn"))
    refused = json_object(key.get("refused") or {}, f"{file}: refused")
    if "grants" in refused:
        why = f"its grants: kms:{str(refused['grants']).rstrip(',')}: allow kms:ListGrants on "
        why += "this key to who takes the snapshot, and take it again"
        yield Unseen(path, why, account, ("kms:*",), (arn,))
    for each in key.get("grants") or ():
        grant = json_object(each, f"{file}: grants")
        actions = tuple(f"kms:{name}" for name in grant.get("Operations") or ()) or ("kms:*",)
        whom = grant.get("GranteePrincipal") or grant.get("GranteeServicePrincipal")
        why = f"its grant {grant.get('GrantId')} to {whom or 'somebody who is not told'}"
        yield Unseen(path, why, account, actions, (arn,), _named(whom))
        if retiring := grant.get("RetiringPrincipal"):
            why = f"its grant {grant.get('GrantId')}, which {retiring} may retire"
            yield Unseen(path, why, account, ("kms:RetireGrant",), (arn,), _named(retiring))


def _named(whom: Any) -> tuple[str, ...]:
    """Return whom a grant names for sure: behind a service's name there may be a user or a role.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html
    """
    return (whom,) if isinstance(whom, str) and parse_arn(whom) is not None else ()
