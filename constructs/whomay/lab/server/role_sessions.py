"""Sessions of roles that no call of STS makes: those of an instance, and those of a test."""

import base64
import datetime as dt
import os
import secrets
from xml.etree.ElementTree import Element

from whomay.lab.server import internals
from whomay.lab.server.access_keys import unreal


def register(account: str, role: Element, name: str, end: dt.datetime) -> dict[str, str]:
    """Register a session of a role, as IAM's GetRole tells it, and return its credentials."""
    given = {
        "AccessKeyId": unreal("ASIA" + base64.b32encode(os.urandom(10)).decode()),
        "SecretAccessKey": base64.b64encode(os.urandom(30)).decode(),
        "Token": secrets.token_urlsafe(180),
    }
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role.findtext('RoleName')}/{name}",
        "UserId": f"{role.findtext('RoleId')}:{name}",
        "SecretAccessKey": given["SecretAccessKey"],
        "SessionToken": given["Token"],
        "Expiration": end.timestamp(),
        "AccountId": account,
        "PrincipalType": "AssumedRole",
    }
    internals.get("services.sts", "register_session")(given["AccessKeyId"], session)
    return given
