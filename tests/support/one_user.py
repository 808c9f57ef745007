"""One user and one bucket."""

from typing import Any

from whomay.iam.parse import parse_policy
from whomay.iam.policy import Policy, Source

A = "111122223333"


ALICE = f"arn:aws:iam::{A}:user/alice"


SESSION = f"arn:aws:sts::{A}:assumed-role/Writer/s"


BUCKET = "arn:aws:s3:::b"


def document(statements: list[dict[str, Any]], source: str = "") -> Policy:
    return parse_policy({"Version": "2012-10-17", "Statement": statements}, Source(source))
