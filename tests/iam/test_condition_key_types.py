"""Which values a key can have in a request."""

import pytest

from whomay.iam.facts.condition_key_types import allowed_values
from whomay.iam.patterns.symbols import generated

BOOLEAN = "true or false"
ADDRESS = "one address, such as 203.0.113.7"
NUMBER = "a number such as 3600"
DATE = "a date such as 2026-11-24T00:00:00Z, or seconds since 1970"


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("aws:SecureTransport", "False", None),
        ("aws:SecureTransport", "no", BOOLEAN),
        ("aws:sourceip", "2001:db8::1", None),
        ("aws:SourceIp", "203.0.113.0/24", ADDRESS),
        ("aws:CurrentTime", "2026-11-24T00:00:00Z", None),
        ("aws:CurrentTime", "today", DATE),
        ("aws:MultiFactorAuthAge", "3600", None),
        ("aws:MultiFactorAuthAge", "an hour", NUMBER),
        ("s3:TlsVersion", "1.2", None),
        ("S3:tlsversion", "newest", NUMBER),
        ("s3:ObjectCreationOperation", "maybe", BOOLEAN),
        ("s3:prefix", "any text", None),
        ("ec2:NoSuchKey", "any text", None),
        ("token.actions.githubusercontent.com:sub", "any text", None),
        ("aws:SourceIp", generated("S.Address"), None),
    ],
)
def test_a_value_that_no_request_carries_is_told(key: str, value: str, allowed: str | None) -> None:
    assert allowed_values(key, value) == allowed
