"""The condition keys of AWS: one table that says of each what kind it is and who sends it.

The keys of every service, by AWS's page on them:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
Of a service's own keys the table holds those of which more is known than that they exist. All
others are in the Service Authorization Reference (`whomay.iam.facts.actions`), and are free. To
change how a key is treated, change its row.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from whomay.iam.facts.actions import condition_keys_of, services


class KeyKind(StrEnum):
    """Who decides what a key's value is."""

    DERIVED = "derived"  # nobody: it follows from principal, action, resource and environment
    SESSION = "session"  # the one who makes the session, within what the role's trust allows
    ORDINARY = "ordinary"  # the caller, and a current AWS CLI always sends the same value
    FREE = "free"  # the caller


class KeyValue(StrEnum):
    """What a key's value is; the first six are the reference's own words."""

    TEXT = "String"
    ARN = "ARN"
    BOOLEAN = "Bool"
    DATE = "Date"
    NUMBER = "Numeric"
    ADDRESS = "IPAddress"
    ACCOUNT = "account"
    ORGANIZATION = "organization"
    ORGANIZATION_PATH = "path in an organization"
    EXTERNAL_ID = "external id"


class KeySender(StrEnum):
    """Whose requests carry a key at all."""

    ANYBODY = "anybody"
    SERVICES = "services"  # a service that acts for somebody; never a user or a role
    PEOPLE = "people"  # never a service that assumes a role


@dataclass(frozen=True, slots=True)
class ConditionKey:
    """What is known of one key.

    `name` is in AWS's spelling; `${TagKey}` in it is any tag's key. `ordinary` is what a current
    AWS CLI sends. A derived key that is `left_open` is free where the snapshot does not tell it.
    Of a key that is `listed_only`, requests for just those actions carry it that list it. A key
    with `one_of` has no other values.
    """

    name: str
    kind: KeyKind
    values: KeyValue = KeyValue.TEXT
    ordinary: str | None = None
    left_open: bool = False
    listed_only: bool = False
    sender: KeySender = KeySender.ANYBODY
    one_of: tuple[str, ...] = ()


_DERIVED, _SESSION, _ORDINARY, _FREE = KeyKind
_SERVICES, _PEOPLE = KeySender.SERVICES, KeySender.PEOPLE

_TABLE: Final = (
    # Who calls.
    ConditionKey("aws:PrincipalAccount", _DERIVED, KeyValue.ACCOUNT),
    ConditionKey("aws:PrincipalArn", _DERIVED, KeyValue.ARN),
    ConditionKey("aws:PrincipalIsAWSService", _DERIVED, KeyValue.BOOLEAN),
    ConditionKey(
        "aws:PrincipalOrgID", _DERIVED, KeyValue.ORGANIZATION, left_open=True, sender=_PEOPLE
    ),
    ConditionKey("aws:PrincipalOrgPaths", _FREE, KeyValue.ORGANIZATION_PATH, sender=_PEOPLE),
    ConditionKey("aws:PrincipalServiceName", _DERIVED),
    ConditionKey("aws:PrincipalServiceNamesList", _FREE),
    ConditionKey("aws:PrincipalType", _DERIVED),
    ConditionKey("aws:userid", _DERIVED),
    ConditionKey("aws:username", _DERIVED, sender=_PEOPLE),
    ConditionKey("kms:CallerAccount", _DERIVED, KeyValue.ACCOUNT),
    ConditionKey("sts:ExternalId", _FREE, KeyValue.EXTERNAL_ID, sender=_PEOPLE),
    # How the caller's session was made.
    ConditionKey("aws:AssumedRoot", _SESSION, KeyValue.BOOLEAN),
    ConditionKey("aws:Ec2InstanceSourcePrivateIPv4", _SESSION, KeyValue.ADDRESS),
    ConditionKey("aws:Ec2InstanceSourceVpc", _SESSION),
    ConditionKey("aws:FederatedProvider", _SESSION),
    ConditionKey("aws:MultiFactorAuthAge", _SESSION, KeyValue.NUMBER, sender=_PEOPLE),
    ConditionKey("aws:MultiFactorAuthPresent", _SESSION, KeyValue.BOOLEAN, sender=_PEOPLE),
    ConditionKey("aws:PrincipalTag/${TagKey}", _SESSION),
    ConditionKey("aws:SignInSessionArn", _SESSION, KeyValue.ARN),
    ConditionKey("aws:SourceIdentity", _SESSION),
    ConditionKey("aws:TokenIssueTime", _SESSION, KeyValue.DATE),
    ConditionKey("ec2:RoleDelivery", _SESSION, KeyValue.NUMBER),
    ConditionKey("ec2:SourceInstanceARN", _SESSION, KeyValue.ARN),
    ConditionKey("glue:CredentialIssuingService", _SESSION),
    ConditionKey("glue:RoleAssumedBy", _SESSION),
    ConditionKey("identitystore:UserId", _SESSION),
    ConditionKey("lambda:SourceFunctionArn", _SESSION, KeyValue.ARN),
    ConditionKey("ssm:SourceInstanceARN", _SESSION, KeyValue.ARN),
    # For whom a service calls, and through which services a request came.
    ConditionKey("aws:CalledVia", _FREE),
    ConditionKey("aws:CalledViaAWSMCP", _FREE),
    ConditionKey("aws:CalledViaFirst", _FREE),
    ConditionKey("aws:CalledViaLast", _FREE),
    ConditionKey("aws:IsMcpServiceAction", _FREE, KeyValue.BOOLEAN),
    ConditionKey("aws:SourceAccount", _DERIVED, KeyValue.ACCOUNT, sender=_SERVICES),
    ConditionKey("aws:SourceArn", _DERIVED, KeyValue.ARN, sender=_SERVICES),
    ConditionKey("aws:SourceOrgID", _FREE, KeyValue.ORGANIZATION, sender=_SERVICES),
    ConditionKey("aws:SourceOrgPaths", _FREE, KeyValue.ORGANIZATION_PATH, sender=_SERVICES),
    ConditionKey("aws:SourceOwner", _FREE, KeyValue.ACCOUNT),
    ConditionKey("aws:ViaAWSMCPService", _FREE, KeyValue.BOOLEAN),
    ConditionKey("aws:ViaAWSService", _ORDINARY, KeyValue.BOOLEAN, "false"),
    # On what.
    ConditionKey("aws:RequestedRegion", _DERIVED, left_open=True),
    ConditionKey("aws:ResourceAccount", _DERIVED, KeyValue.ACCOUNT),
    ConditionKey("aws:ResourceOrgID", _FREE, KeyValue.ORGANIZATION),
    ConditionKey("aws:ResourceOrgPaths", _FREE, KeyValue.ORGANIZATION_PATH),
    ConditionKey("aws:ResourceTag/${TagKey}", _FREE, listed_only=True),
    ConditionKey("s3:DataAccessPointAccount", _DERIVED, KeyValue.ACCOUNT),
    ConditionKey("s3:DataAccessPointArn", _DERIVED, KeyValue.ARN),
    ConditionKey("s3:ResourceAccount", _DERIVED, KeyValue.ACCOUNT),
    # From where.
    ConditionKey("aws:SourceIp", _FREE, KeyValue.ADDRESS),
    ConditionKey("aws:SourceVpc", _FREE),
    ConditionKey("aws:SourceVpcArn", _FREE),
    ConditionKey("aws:SourceVpce", _FREE),
    ConditionKey("aws:VpceAccount", _FREE, KeyValue.ACCOUNT),
    ConditionKey("aws:VpceOrgID", _FREE, KeyValue.ORGANIZATION),
    ConditionKey("aws:VpceOrgPaths", _FREE, KeyValue.ORGANIZATION_PATH),
    ConditionKey("aws:VpcSourceIp", _FREE, KeyValue.ADDRESS),
    # When, and how.
    ConditionKey("aws:CurrentTime", _FREE, KeyValue.DATE),
    ConditionKey("aws:EpochTime", _FREE, KeyValue.DATE),
    ConditionKey("aws:Referer", _FREE),
    ConditionKey("aws:RequestTag/${TagKey}", _FREE, listed_only=True),
    ConditionKey("aws:SecureTransport", _ORDINARY, KeyValue.BOOLEAN, "true"),
    ConditionKey("aws:TagKeys", _FREE, listed_only=True),
    ConditionKey("aws:UserAgent", _FREE),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
    ConditionKey("s3:authType", _ORDINARY, ordinary="REST-HEADER"),
    ConditionKey("s3:signatureAge", _ORDINARY, KeyValue.NUMBER, "1000"),
    ConditionKey("s3:signatureversion", _ORDINARY, ordinary="AWS4-HMAC-SHA256"),
    ConditionKey("s3:TlsVersion", _ORDINARY, KeyValue.NUMBER, "1.3"),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    ConditionKey(
        "s3:x-amz-server-side-encryption", _FREE, one_of=("AES256", "aws:kms", "aws:kms:dsse")
    ),
)

# By their names in lower case, in which requests hold them.
KEYS: Final[Mapping[str, ConditionKey]] = {row.name.lower(): row for row in _TABLE}

# What a current AWS CLI sends with every request. Fixed for "must allow" alone; `given` overrides.
ORDINARY_KEYS: Final[Mapping[str, str]] = {
    name: row.ordinary for name, row in sorted(KEYS.items()) if row.ordinary is not None
}

# Keys that nobody can choose, known or absent in every request.
DERIVED_KEYS: Final = frozenset(
    name for name, row in KEYS.items() if row.kind is KeyKind.DERIVED and not row.left_open
)


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

    >>> sorted(sent_by(KeySender.SERVICES))[:2]
    ['aws:sourceaccount', 'aws:sourcearn']
    """
    return frozenset(name for name, row in KEYS.items() if row.sender is sender)


def exists(key: str) -> bool:
    """Tell whether AWS has the condition key. A key of an identity provider may be any claim.

    >>> exists("aws:PrincipalTag/team"), exists("aws:SourceAcount")
    (True, False)
    """
    prefix = key.partition(":")[0].lower()
    if "." in prefix or "/" in prefix or prefix == "saml":
        return True
    return any(matches(known, key) for known in _of(prefix))


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

    >>> matches("s3:ExistingObjectTag/<key>", "s3:ExistingObjectTag/team")
    True
    """
    return _test(known).fullmatch(key) is not None


@cache
def _test(known: str) -> re.Pattern[str]:
    pieces = re.split(r"(\$\{[^}]*\}|<[^>]*>)", known)
    any_text = ("${", "<")
    return re.compile(
        "".join(".+" if piece.startswith(any_text) else re.escape(piece) for piece in pieces),
        re.IGNORECASE,
    )
