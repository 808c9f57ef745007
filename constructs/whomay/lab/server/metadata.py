"""Instance metadata, version 2 only: http://127.0.0.1:PORT/imds/INSTANCE-ID/latest/...

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
"""

import base64
import datetime as dt
import json
import os
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from whomay.lab.server import internals
from whomay.lab.server.calls import CallError, in_account, query, texts
from whomay.lab.state import ACCOUNTS, REGION

SESSION_SECONDS = 6 * 3600
RENEW_SECONDS = 900  # before the end of a session, as EC2 does
LONGEST_TOKEN_SECONDS = 21600
TIME = "%Y-%m-%dT%H:%M:%SZ"

_tokens: dict[str, tuple[str, float]] = {}  # token -> instance, until when
_sessions: dict[str, tuple[dict[str, str], float]] = {}  # instance/role -> credentials, until when


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the metadata service; `lifetime` is the token's, in seconds."""

    status: int
    text: str
    lifetime: str = ""


NOT_FOUND = Reply(404, "Not Found")


def _find(instance: str) -> tuple[str, Element] | None:
    """Return the account of a running instance and EC2's description of it."""
    for account in ACCOUNTS:
        try:
            root = in_account(
                account, REGION, query, "ec2", "DescribeInstances", InstanceId=[instance]
            )
        except CallError:
            continue
        found = root.find(".//instancesSet/item")
        if found is not None and found.findtext("instanceState/name") == "running":
            return account, found
    return None


def _ec2_may_assume(role: Element, account: str, instance: str) -> bool:
    """Evaluate the role's trust policy for EC2 as the caller."""
    document = json.loads(unquote(role.findtext("AssumeRolePolicyDocument") or "{}"))
    statements = document["Statement"]
    # MiniStack lets an account's root stand for any service: keep only what names EC2 itself
    naming = []
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        named = [services] if isinstance(services, str) else services
        if principal == "*" or "ec2.amazonaws.com" in named:
            naming.append({**statement, "Principal": "*"})
    context = internals.get("core.iam_evaluator", "EvalContext")(
        principal_arn="ec2.amazonaws.com",
        principal_type="Service",
        principal_account=account,
        action="sts:AssumeRole",
        resource_arn=role.findtext("Arn"),
        region=REGION,
        service_context={
            "aws:sourceaccount": account,
            "aws:sourcearn": f"arn:aws:ec2:{REGION}:{account}:instance/{instance}",
        },
    )
    evaluate = internals.get("core.iam_evaluator", "evaluate_trust_policy")
    return bool(evaluate({"Statement": naming}, "ec2.amazonaws.com", context))


def _credentials(account: str, instance: str, role_name: str) -> dict[str, str]:
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
        "AccessKeyId": "ASIA" + base64.b32encode(os.urandom(10)).decode(),
        "SecretAccessKey": base64.b64encode(os.urandom(30)).decode(),
        "Token": secrets.token_urlsafe(180),
        "Expiration": end.strftime(TIME),
    }
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{instance}",
        "UserId": f"{role.findtext('RoleId')}:{instance}",
        "SecretAccessKey": document["SecretAccessKey"],
        "SessionToken": document["Token"],
        "Expiration": end.timestamp(),
        "AccountId": account,
        "PrincipalType": "AssumedRole",
    }
    internals.get("services.sts", "register_session")(document["AccessKeyId"], session)
    _sessions[name] = document, end.timestamp()
    return document


def _issue_token(method: str, instance: str, headers: dict[str, str]) -> Reply:
    seconds = headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
    valid = seconds.isdigit() and 1 <= int(seconds) <= LONGEST_TOKEN_SECONDS
    if method != "PUT" or not valid or "x-forwarded-for" in headers:
        return Reply(400, "Bad Request")
    token = secrets.token_urlsafe(40)
    _tokens[token] = instance, time.time() + int(seconds)
    return Reply(200, token, seconds)


def _item(account: str, instance: str, record: Element, path: str) -> str | None:
    """Return one item of metadata; None when there is no such item."""
    zone = record.findtext("placement/availabilityZone") or f"{REGION}a"
    plain: dict[str, Any] = {
        "instance-id": instance,
        "ami-id": record.findtext("imageId"),
        "instance-type": record.findtext("instanceType"),
        "local-ipv4": record.findtext("privateIpAddress"),
        "placement/availability-zone": zone,
        "placement/region": REGION,
    }
    if path == "dynamic/instance-identity/document":
        document = {
            "accountId": account,
            "availabilityZone": zone,
            "imageId": plain["ami-id"],
            "instanceId": instance,
            "instanceType": plain["instance-type"],
            "privateIp": plain["local-ipv4"],
            "region": REGION,
            "version": "2017-09-30",
        }
        return json.dumps(document, indent=1)
    leaf = path.removeprefix("meta-data/").rstrip("/")
    return plain.get(leaf) or _role_item(account, instance, record, leaf)


def _role_item(account: str, instance: str, record: Element, leaf: str) -> str | None:
    """Return one item below iam/; None without an instance profile that has a role."""
    profile = record.findtext("iamInstanceProfile/arn") or ""
    if not profile or not leaf.startswith("iam/"):
        return None
    found = query("iam", "GetInstanceProfile", InstanceProfileName=profile.rsplit("/", 1)[-1])
    roles = texts(found, ".//Roles/member/RoleName")
    if not roles:
        return None
    role = roles[0]  # an instance profile holds one
    if leaf == "iam/info":
        return json.dumps({"Code": "Success", "InstanceProfileArn": profile})
    if leaf == "iam/security-credentials":
        return role
    if leaf == f"iam/security-credentials/{role}":
        return json.dumps(_credentials(account, instance, role), indent=1)
    return None


def answer(method: str, path: str, headers: dict[str, str]) -> Reply:
    """Answer a request for `path`, INSTANCE-ID/latest/...; without a token it is 401."""
    instance, _, rest = path.partition("/")
    found = _find(instance)
    if not found or not rest.startswith("latest/"):
        return NOT_FOUND
    rest = rest.removeprefix("latest/")
    if rest == "api/token":
        return _issue_token(method, instance, headers)
    owner, until = _tokens.get(headers.get("x-aws-ec2-metadata-token", ""), ("", 0.0))
    if owner != instance or until < time.time():
        return Reply(401, "Unauthorized")
    if method != "GET":
        return Reply(405, "Method Not Allowed")
    account, record = found
    try:
        text = in_account(account, REGION, _item, account, instance, record, rest)
    except CallError as error:
        return Reply(500, str(error))
    return NOT_FOUND if text is None else Reply(200, text)
