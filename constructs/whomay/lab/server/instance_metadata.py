"""Instance metadata: http://127.0.0.1:PORT/imds/INSTANCE-ID/latest/...

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
"""

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from whomay.lab.server import instance_role, instances
from whomay.lab.server.calls import CallError, in_account, query, texts
from whomay.lab.server.opened_accounts import accounts
from whomay.lab.state import REGION

LONGEST_TOKEN_SECONDS = 21600

_tokens: dict[str, tuple[str, float]] = {}  # token -> instance, until when


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of the metadata service; `lifetime` is the token's, in seconds."""

    status: int
    text: str
    lifetime: str = ""


NOT_FOUND = Response(404, "Not Found")


def _find(instance: str) -> tuple[str, Element] | None:
    """Return the account of a running instance and EC2's description of it."""
    for account in accounts():
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


def _issue_token(method: str, instance: str, headers: dict[str, str]) -> Response:
    seconds = headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
    valid = seconds.isdigit() and 1 <= int(seconds) <= LONGEST_TOKEN_SECONDS
    if method != "PUT" or not valid or "x-forwarded-for" in headers:
        return Response(400, "Bad Request")
    token = secrets.token_urlsafe(40)
    _tokens[token] = instance, time.time() + int(seconds)
    return Response(200, token, seconds)


def _authorized(instance: str, token: str | None) -> bool:
    """Tell whether the token is the instance's and good; none is needed where version 1 is on."""
    if token is None:
        return not instances.needs_token(instance)
    owner, until = _tokens.get(token, ("", 0.0))
    return owner == instance and until > time.time()


def _item(account: str, instance: str, record: Element, path: str) -> str | None:
    """Return one item of metadata; None when there is no such item."""
    zone = record.findtext("placement/availabilityZone") or f"{REGION}a"
    if path == "user-data":
        return instances.user_data(instance)
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
        return json.dumps(instance_role.credentials(account, instance, role), indent=1)
    return None


def answer(method: str, path: str, headers: dict[str, str]) -> Response:
    """Answer a request for `path`, INSTANCE-ID/latest/...

    Without a token it is 401, unless the instance answers version 1 too.
    """
    instance, _, rest = path.partition("/")
    found = _find(instance)
    if not found or not rest.startswith("latest/"):
        return NOT_FOUND
    if not instances.has_metadata(instance):
        return Response(403, "Forbidden")
    rest = rest.removeprefix("latest/")
    if rest == "api/token":
        return _issue_token(method, instance, headers)
    if not _authorized(instance, headers.get("x-aws-ec2-metadata-token")):
        return Response(401, "Unauthorized")
    account, record = found
    text = in_account(account, REGION, _item, account, instance, record, rest)
    return NOT_FOUND if text is None else Response(200, text)
