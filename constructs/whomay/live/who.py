"""Who made a call, as CloudTrail records it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import re
from typing import Final

from whomay.live.records import CloudTrailRecord, part, text

# The codes by which AWS services refuse a call for want of permission; EC2 puts `Client.` before.
REFUSED: Final = re.compile(
    r"AccessDenied|UnauthorizedOperation|UnauthorizedAccess|AuthorizationError|NotAuthorized|^Forbidden"
)


def caller_of(record: CloudTrailRecord) -> str:
    """Return who called: an ARN, a service, a person of an identity provider, or an account."""
    identity = part(record, "userIdentity")
    provider = text(identity, "identityProvider")
    account = text(identity, "accountId")
    return (
        text(identity, "arn")
        or (f"{text(identity, 'userName')} of {provider}" if provider else "")
        or text(identity, "invokedBy")
        or (f"account {account} ({text(identity, 'principalId')})" if account else "")
        or text(identity, "type")
        or "nobody named"
    )


def names(record: CloudTrailRecord) -> set[str]:
    """Return every name that the caller goes by: ARNs and plain names, of the role too."""
    identity = part(record, "userIdentity")
    issuer = part(part(identity, "sessionContext"), "sessionIssuer")
    found = {
        text(thing, name)
        for thing in (identity, issuer)
        for name in ("arn", "userName", "principalId")
    }
    return (found | {text(identity, "invokedBy"), caller_of(record)}) - {""}


def action(record: CloudTrailRecord) -> str:
    """Return service and call, as `s3:GetObject`: CloudTrail's names, not always IAM's."""
    return (
        f"{text(record, 'eventSource').removesuffix('.amazonaws.com')}:{text(record, 'eventName')}"
    )


def refused(record: CloudTrailRecord) -> bool:
    """Tell whether AWS refused the call for want of permission."""
    return bool(REFUSED.search(text(record, "errorCode")))
