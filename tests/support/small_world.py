"""A world so small that every request in it can be decided one by one."""

from typing import Any

from whomay.engine import Request
from whomay.iam.facts.action_keys import has_key
from whomay.iam.facts.resource_types import acts_on
from whomay.iam.parse import parse_policy

A, B = "111122223333", "444455556666"
ALICE = f"arn:aws:iam::{A}:user/alice"
ROLE = f"arn:aws:iam::{A}:role/Writer"
HUB = f"arn:aws:iam::{B}:role/Hub"
BUCKET = "arn:aws:s3:::b"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/k"


def document(*found: dict[str, Any]) -> Any:
    return parse_policy({"Version": "2012-10-17", "Statement": list(found)})


def can_be_sent(request: Request) -> bool:
    """Whether the action acts on the resource, and a request for it carries all the keys."""
    return acts_on(request.action, request.resource) and all(
        has_key(request.action, key) for key in request.context
    )
