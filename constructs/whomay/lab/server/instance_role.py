"""The role of an instance: who EC2 becomes, if the role's trust policy lets it.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
"""

import datetime as dt
import time
from xml.etree.ElementTree import Element

from whomay.lab.server import role_sessions, service_trust
from whomay.lab.server.calls import query
from whomay.lab.state import REGION

SESSION_SECONDS = 6 * 3600
RENEW_SECONDS = 900  # before the end of a session, as EC2 does
TIME = "%Y-%m-%dT%H:%M:%SZ"

_sessions: dict[str, tuple[dict[str, str], float]] = {}  # instance/role -> credentials, until when


def _ec2_may_assume(role: Element, account: str, instance: str) -> bool:
    """Evaluate the role's trust policy for EC2 as the caller."""
    context = {
        "aws:sourceaccount": account,
        "aws:sourcearn": f"arn:aws:ec2:{REGION}:{account}:instance/{instance}",
    }
    return service_trust.may_assume("ec2.amazonaws.com", role, account, context)


def credentials(account: str, instance: str, role_name: str) -> dict[str, str]:
    """Return a session of the instance's role, or the refusal that EC2 shows in its place."""
    name = f"{instance}/{role_name}"
    cached, until = _sessions.get(name, ({}, 0.0))
    if until - time.time() > RENEW_SECONDS:
        return cached
    role = query("iam", "GetRole", RoleName=role_name).find(".//Role")
    now = dt.datetime.now(dt.UTC)
    if role is None or not _ec2_may_assume(role, account, instance):
        page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html"
        return {
            "Code": "AssumeRoleUnauthorizedAccess",
            "Message": f"EC2 cannot assume the role {role_name}.  Please see documentation at "
            f"{page}#troubleshoot_iam-ec2_errors-info-doc.",
            "LastUpdated": now.strftime(TIME),
        }
    end = now + dt.timedelta(seconds=SESSION_SECONDS)
    document = {
        "Code": "Success",
        "LastUpdated": now.strftime(TIME),
        "Type": "AWS-HMAC",
        **role_sessions.register(account, role, instance, end),
        "Expiration": end.strftime(TIME),
    }
    _sessions[name] = document, end.timestamp()
    return document
