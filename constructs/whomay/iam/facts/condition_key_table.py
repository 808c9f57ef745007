"""The table of AWS's condition keys: one row says of each what kind it is and who sends it.

The keys of every service, by AWS's page on them:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
Of a service's own keys the table holds those of which more is known than that they exist. All
others are in the Service Authorization Reference (`whomay.iam.facts.actions`), and are free. To
change how a key is treated, change its row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


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


class KeyPresence(StrEnum):
    """Whether a request holds a key that nobody thought of."""

    OPTIONAL = "only where it is set"
    # An address or an endpoint, as the way is; an organization, where there is one.
    PERHAPS = "by circumstances that nobody who asks may think of"
    SESSIONS = "always with temporary credentials"
    ALWAYS = "always"


class KeyTells(StrEnum):
    """What a guard on the key is about."""

    NAMED = "which caller of an account or of AWS"
    CALLER = "who calls, or from where"
    OWNER = "whose the resource is"


@dataclass(frozen=True, slots=True)
class ConditionKey:
    """What is known of one key.

    `name` is in AWS's spelling; `${TagKey}` in it is any tag's key. `ordinary` is what a current
    AWS CLI sends. A derived key that is `left_open` is free where the snapshot does not tell it. Of
    a key that is `listed_only`, requests for just those actions carry it that list it. A key with
    `one_of` has no other values. `set_by` is the action by which the maker of a role's session sets
    it. `tells` says what a guard on it is about. S3 takes a policy for everyone as not public where
    a key binds it that is `not_public`. These are more keys than AWS lists, so that a policy is
    rather not taken to be held back.
    """

    name: str
    kind: KeyKind
    values: KeyValue = KeyValue.TEXT
    ordinary: str | None = None
    left_open: bool = False
    listed_only: bool = False
    sender: KeySender = KeySender.ANYBODY
    one_of: tuple[str, ...] = ()
    presence: KeyPresence = KeyPresence.OPTIONAL
    set_by: str = ""
    tells: KeyTells | None = None
    not_public: bool = False


_DERIVED, _SESSION, _ORDINARY, _FREE = KeyKind
_SERVICES, _PEOPLE = KeySender.SERVICES, KeySender.PEOPLE
_PERHAPS, _ALWAYS = KeyPresence.PERHAPS, KeyPresence.ALWAYS
_NAMED, _CALLER, _OWNER = KeyTells

_TABLE: Final = (
    # Who calls.
    ConditionKey(
        "aws:PrincipalAccount", _DERIVED, KeyValue.ACCOUNT, tells=_CALLER, not_public=True
    ),
    ConditionKey("aws:PrincipalArn", _DERIVED, KeyValue.ARN, tells=_NAMED, not_public=True),
    ConditionKey("aws:PrincipalIsAWSService", _DERIVED, KeyValue.BOOLEAN, not_public=True),
    ConditionKey(
        "aws:PrincipalOrgID",
        _DERIVED,
        KeyValue.ORGANIZATION,
        left_open=True,
        sender=_PEOPLE,
        presence=_PERHAPS,
        tells=_NAMED,
        not_public=True,
    ),
    ConditionKey(
        "aws:PrincipalOrgPaths",
        _FREE,
        KeyValue.ORGANIZATION_PATH,
        sender=_PEOPLE,
        presence=_PERHAPS,
        tells=_NAMED,
        not_public=True,
    ),
    ConditionKey("aws:PrincipalServiceName", _DERIVED, not_public=True),
    ConditionKey("aws:PrincipalServiceNamesList", _FREE, sender=_SERVICES, not_public=True),
    ConditionKey("aws:PrincipalType", _DERIVED, not_public=True),
    ConditionKey("aws:userid", _DERIVED, set_by="sts:AssumeRole", tells=_CALLER, not_public=True),
    ConditionKey("aws:username", _DERIVED, sender=_PEOPLE, not_public=True),
    ConditionKey("kms:CallerAccount", _DERIVED, KeyValue.ACCOUNT, tells=_CALLER),
    ConditionKey("sts:ExternalId", _FREE, KeyValue.EXTERNAL_ID, sender=_PEOPLE, tells=_NAMED),
    # How the caller's session was made.
    ConditionKey("aws:AssumedRoot", _SESSION, KeyValue.BOOLEAN),
    ConditionKey("aws:Ec2InstanceSourcePrivateIPv4", _SESSION, KeyValue.ADDRESS),
    ConditionKey("aws:Ec2InstanceSourceVpc", _SESSION),
    ConditionKey("aws:FederatedProvider", _SESSION),
    ConditionKey("aws:MultiFactorAuthAge", _SESSION, KeyValue.NUMBER, sender=_PEOPLE),
    ConditionKey("aws:MultiFactorAuthPresent", _SESSION, KeyValue.BOOLEAN, sender=_PEOPLE),
    ConditionKey("aws:PrincipalTag/${TagKey}", _SESSION, set_by="sts:TagSession", not_public=True),
    ConditionKey("aws:SignInSessionArn", _SESSION, KeyValue.ARN),
    ConditionKey("aws:SourceIdentity", _SESSION, set_by="sts:SetSourceIdentity", not_public=True),
    ConditionKey("aws:TokenIssueTime", _SESSION, KeyValue.DATE, presence=KeyPresence.SESSIONS),
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
    ConditionKey(
        "aws:SourceAccount", _DERIVED, KeyValue.ACCOUNT, sender=_SERVICES, not_public=True
    ),
    ConditionKey("aws:SourceArn", _DERIVED, KeyValue.ARN, sender=_SERVICES, not_public=True),
    ConditionKey(
        "aws:SourceOrgID", _FREE, KeyValue.ORGANIZATION, sender=_SERVICES, not_public=True
    ),
    ConditionKey(
        "aws:SourceOrgPaths", _FREE, KeyValue.ORGANIZATION_PATH, sender=_SERVICES, not_public=True
    ),
    ConditionKey("aws:SourceOwner", _FREE, KeyValue.ACCOUNT, tells=_CALLER, not_public=True),
    ConditionKey("aws:ViaAWSMCPService", _FREE, KeyValue.BOOLEAN),
    ConditionKey("aws:ViaAWSService", _ORDINARY, KeyValue.BOOLEAN, "false"),
    # On what.
    ConditionKey("aws:RequestedRegion", _DERIVED, left_open=True, presence=_ALWAYS),
    ConditionKey("aws:ResourceAccount", _DERIVED, KeyValue.ACCOUNT, tells=_OWNER),
    ConditionKey(
        "aws:ResourceOrgID", _FREE, KeyValue.ORGANIZATION, presence=_PERHAPS, tells=_OWNER
    ),
    ConditionKey(
        "aws:ResourceOrgPaths", _FREE, KeyValue.ORGANIZATION_PATH, presence=_PERHAPS, tells=_OWNER
    ),
    ConditionKey("aws:ResourceTag/${TagKey}", _FREE, listed_only=True),
    ConditionKey(
        "s3:DataAccessPointAccount", _DERIVED, KeyValue.ACCOUNT, tells=_CALLER, not_public=True
    ),
    ConditionKey("s3:DataAccessPointArn", _DERIVED, KeyValue.ARN, tells=_CALLER, not_public=True),
    ConditionKey("lambda:EventSourceToken", _FREE, tells=_CALLER),
    ConditionKey("s3:ResourceAccount", _DERIVED, KeyValue.ACCOUNT),
    # From where.
    ConditionKey(
        "aws:SourceIp", _FREE, KeyValue.ADDRESS, presence=_PERHAPS, tells=_CALLER, not_public=True
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpc
    ConditionKey("aws:SourceVpc", _FREE, presence=_PERHAPS, tells=_CALLER, not_public=True),
    ConditionKey("aws:SourceVpcArn", _FREE, presence=_PERHAPS, not_public=True),
    ConditionKey("aws:SourceVpce", _FREE, presence=_PERHAPS, tells=_CALLER, not_public=True),
    ConditionKey("aws:VpceAccount", _FREE, KeyValue.ACCOUNT, presence=_PERHAPS, not_public=True),
    ConditionKey("aws:VpceOrgID", _FREE, KeyValue.ORGANIZATION, presence=_PERHAPS, not_public=True),
    ConditionKey(
        "aws:VpceOrgPaths", _FREE, KeyValue.ORGANIZATION_PATH, presence=_PERHAPS, not_public=True
    ),
    ConditionKey(
        "aws:VpcSourceIp",
        _FREE,
        KeyValue.ADDRESS,
        presence=_PERHAPS,
        tells=_CALLER,
        not_public=True,
    ),
    # When, and how.
    ConditionKey("aws:CurrentTime", _FREE, KeyValue.DATE, presence=_ALWAYS),
    ConditionKey("aws:EpochTime", _FREE, KeyValue.DATE, presence=_ALWAYS),
    ConditionKey("aws:Referer", _FREE),
    ConditionKey("aws:RequestTag/${TagKey}", _FREE, listed_only=True),
    ConditionKey("aws:SecureTransport", _ORDINARY, KeyValue.BOOLEAN, "true", presence=_ALWAYS),
    ConditionKey("aws:TagKeys", _FREE, listed_only=True),
    ConditionKey("aws:UserAgent", _FREE, presence=_ALWAYS, not_public=True),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
    ConditionKey("s3:authType", _ORDINARY, ordinary="REST-HEADER"),
    ConditionKey("s3:signatureAge", _ORDINARY, KeyValue.NUMBER, "1000"),
    ConditionKey("s3:signatureversion", _ORDINARY, ordinary="AWS4-HMAC-SHA256"),
    ConditionKey("s3:TlsVersion", _ORDINARY, KeyValue.NUMBER, "1.3"),
    # What a request for some actions cannot do without.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    ConditionKey("iam:PassedToService", _FREE, presence=_PERHAPS),
    ConditionKey("sts:RoleSessionName", _FREE, presence=_ALWAYS),
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    ConditionKey("dynamodb:LeadingKeys", _FREE, presence=_PERHAPS),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    ConditionKey(
        "s3:x-amz-server-side-encryption", _FREE, one_of=("AES256", "aws:kms", "aws:kms:dsse")
    ),
    ConditionKey(
        "s3:x-amz-server-side-encryption-aws-kms-key-id", _FREE, KeyValue.ARN, not_public=True
    ),
)

# By their names in lower case, in which requests hold them.
KEYS: Final[Mapping[str, ConditionKey]] = {row.name.lower(): row for row in _TABLE}
