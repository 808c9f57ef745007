"""Accounts of their own, opened one after the other for who owns the lab, such as one a test.

They are in no organization, and each has an administrator. A session of any of their roles can be
had without its trust policy, since a test has no Lambda function to run code in.
"""

import datetime as dt
import json
from collections.abc import Mapping
from itertools import count
from typing import Final

from whomay.iam.arn import name_in, parse_arn
from whomay.lab.server import role_sessions
from whomay.lab.server.calls import CallError, in_account, query
from whomay.lab.state import ACCOUNTS, REGION

SESSION_TIME: Final = dt.timedelta(hours=1)
_ADMINISTRATOR: Final = "admin"
_POLICY: Final = "arn:aws:iam::aws:policy/AdministratorAccess"

_numbers = count(1)
_opened: list[str] = []


def accounts() -> tuple[str, ...]:
    """Return all accounts that there are: those of the lab's organization, and the opened ones."""
    return (*ACCOUNTS, *_opened)


def open_one() -> str:
    """Open an account; return its id and its administrator's key, as JSON."""
    account = f"4{next(_numbers):011}"
    _opened.append(account)
    return json.dumps({"Account": account, **in_account(account, REGION, _administrator)})


def session_of(role_arn: str) -> str | None:
    """Return the credentials of a session of a role, as JSON; None where there is no such role."""
    found = parse_arn(role_arn)
    if found is None or found.account not in _opened:
        return None
    try:
        given = in_account(found.account, REGION, _session, found.account, name_in(role_arn))
    except CallError:
        return None
    return json.dumps(given)


def _administrator() -> Mapping[str, str]:
    query("iam", "CreateUser", UserName=_ADMINISTRATOR)
    query("iam", "AttachUserPolicy", UserName=_ADMINISTRATOR, PolicyArn=_POLICY)
    made = query("iam", "CreateAccessKey", UserName=_ADMINISTRATOR)
    names = ("AccessKeyId", "SecretAccessKey")
    return {name: made.findtext(f".//{name}") or "" for name in names}


def _session(account: str, name: str) -> Mapping[str, str]:
    role = query("iam", "GetRole", RoleName=name).find(".//Role")
    if role is None:
        raise CallError("NoSuchEntity", name)
    end = dt.datetime.now(dt.UTC) + SESSION_TIME
    return role_sessions.register(account, role, "test", end)
