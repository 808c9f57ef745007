"""Sessions of roles in a trail: who asked for one, and which call was made in one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
"""

from typing import Final, NamedTuple

from whomay.iam.arn import name_in
from whomay.iam.facts.becoming import ASSUMING
from whomay.live.records import CloudTrailRecord, part, text
from whomay.live.who import action, caller_of

_STARTING: Final = {*ASSUMING, "sts:AssumeRoot"}


class RoleSession(NamedTuple):
    """All sessions of one role under one session name. `role` is an ARN."""

    role: str
    name: str


class Begun(NamedTuple):
    """A session that `who` asked for, also if it was refused. `mfa` tells whether MFA was used."""

    who: str
    session: RoleSession
    mfa: bool


def session_of(record: CloudTrailRecord) -> RoleSession | None:
    """Return the session in which the call was made; None when no role made it."""
    identity = part(record, "userIdentity")
    if text(identity, "type") != "AssumedRole":
        return None
    role = text(part(part(identity, "sessionContext"), "sessionIssuer"), "arn")
    return RoleSession(role, name_in(text(identity, "arn")))


def begun(record: CloudTrailRecord) -> Begun | None:
    """Return the session that the call asked for; None when it asked for none."""
    call = action(record)
    if call == "signin:SwitchRole":  # the console records it as the role itself, once it is that
        who = text(part(record, "additionalEventData"), "SwitchFrom")
        session = session_of(record)
        return Begun(who, session, _with_mfa(record)) if session else None
    if call not in _STARTING:
        return None
    asked = part(record, "requestParameters")
    name = text(asked, "roleSessionName")
    if not name:  # STS names the session itself where the request does not
        answered = part(part(record, "responseElements"), "assumedRoleUser")
        name = name_in(text(answered, "arn"))
    role = text(asked, "roleArn") or text(asked, "targetPrincipal")
    return Begun(caller_of(record), RoleSession(role, name), _with_mfa(record))


def _with_mfa(record: CloudTrailRecord) -> bool:
    """Tell whether a code was sent, or the calling session had begun with one."""
    context = part(part(record, "userIdentity"), "sessionContext")
    sent = text(part(record, "requestParameters"), "serialNumber")
    return bool(sent) or text(part(context, "attributes"), "mfaAuthenticated") == "true"
