"""Random records of a trail, of every kind that its questions tell apart; the same for one seed."""

import random
from typing import Any

ACCOUNT = "111111111111"
ROLES = (f"arn:aws:iam::{ACCOUNT}:role/apps/Deploy", f"arn:aws:iam::{ACCOUNT}:role/Reader")
CALLS = (
    *("s3:PutObject", "s3:ListBuckets", "iam:CreateUser", "lambda:GetFunction20150331v2"),
    *("monitoring:PutMetricData", "kms:Decrypt", "ec2:RunInstances", "secretsmanager:CreateSecret"),
)
CODES = (None, None, None, "AccessDenied", "Client.UnauthorizedOperation", "NoSuchKey", "Forbidden")
MESSAGES = (None, "it's not allowed", 'because "no" policy', "größer, 大")
STARTING = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot")


def user(name: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    known = {"principalId": f"AIDA{name}", "accountId": ACCOUNT, "userName": name}
    return {"type": "IAMUser", "arn": arn, **known}


def session(role: str, name: str, *, mfa: bool = False) -> dict[str, Any]:
    short = role.rpartition("/")[2]
    issuer = {"type": "Role", "principalId": f"AROA{short}", "arn": role, "userName": short}
    return {
        "type": "AssumedRole",
        "principalId": f"AROA{short}:{name}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{short}/{name}",
        "accountId": ACCOUNT,
        "sessionContext": {
            "sessionIssuer": issuer,
            "attributes": {"mfaAuthenticated": str(mfa).lower()},
        },
    }


IDENTITIES: tuple[dict[str, Any], ...] = (
    user("ada"),
    user("bob"),
    session(ROLES[0], "ci"),
    session(ROLES[0], "ada", mfa=True),
    session(ROLES[1], "ci"),
    {"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Lost/x"},
    {**session(f"arn:aws:iam::{ACCOUNT}:user/ada", "visitor"), "type": "FederatedUser"},
    {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"},
    {"type": "AWSAccount", "principalId": "AIDAFAR", "accountId": "222222222222"},
    {"type": "WebIdentityUser", "userName": "octo", "identityProvider": "example.com"},
    {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT},
    {"type": "Unknown"},
    {},
)


def records(seed: int, number: int = 400) -> list[dict[str, Any]]:
    """Return records of three days, in no order of time."""
    chance = random.Random(seed)  # noqa: S311 - no secret: the same for a seed
    return [_record(chance) for _ in range(number)]


def _record(chance: random.Random) -> dict[str, Any]:
    at = (
        f"2026-11-{chance.randint(22, 24)}T08:{chance.randint(0, 59):02}:{chance.randint(0, 1):02}Z"
    )
    service, _, event = chance.choice(CALLS).partition(":")
    identity = chance.choice(IDENTITIES)
    found = {
        "eventTime": at,
        "eventSource": f"{service}.amazonaws.com",
        "eventName": event,
        "awsRegion": chance.choice(("us-east-1", "eu-west-1")),
        "userIdentity": identity,
        "errorCode": chance.choice(CODES),
        "errorMessage": chance.choice(MESSAGES),
        "readOnly": chance.choice((True, False)),
        "eventCategory": chance.choice(("Management", "Data", None)),
        "managementEvent": chance.choice((True, False, None)),
        "recipientAccountId": chance.choice((ACCOUNT, "333333333333", None)),
        "requestParameters": chance.choice((None, {"bucketName": "reports"})),
    }
    kind = chance.randint(0, 3)
    if kind == 0:
        found |= _starting(chance)
    if kind == 1:
        switched = {"SwitchFrom": IDENTITIES[0]["arn"]}
        found |= {
            "eventSource": "signin.amazonaws.com",
            "eventName": "SwitchRole",
            "additionalEventData": switched,
        }
    return {name: value for name, value in found.items() if value is not None}


def _starting(chance: random.Random) -> dict[str, Any]:
    """Return what is different in a call that asks for a session."""
    asked = {
        chance.choice(("roleArn", "targetPrincipal")): chance.choice(ROLES),
        **chance.choice(({"roleSessionName": "ci"}, {"roleSessionName": "ada"}, {})),
        **chance.choice(({"serialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/ada"}, {})),
    }
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/i-1"
    return {
        "eventSource": "sts.amazonaws.com",
        "eventName": chance.choice(STARTING),
        "requestParameters": asked,
        "responseElements": chance.choice((None, {"assumedRoleUser": {"arn": arn}})),
    }
