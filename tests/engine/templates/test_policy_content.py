"""Policies that are not read, compared piece by piece."""

from typing import Any

import pytest

from whomay.engine.templates.policy_content import content_of_policy, holds_back_more


def policy(*statements: dict[str, Any]) -> str:
    return content_of_policy({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource, **more}


def deny(action: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*"}


BEFORE = policy(allow(["s3:GetObject", "s3:PutObject"], ["a", "b"]), deny("s3:DeleteObject"))


@pytest.mark.parametrize(
    "after",
    [
        policy(allow("s3:GetObject", ["b", "a"]), deny("s3:DeleteObject")),
        policy(deny(["s3:DeleteObject", "s3:PutObject"])),
        policy(allow("s3:PutObject", "a", Sid="Put"), deny("s3:DeleteObject")),
    ],
)
def test_less_allowed_and_as_much_denied_holds_back_more(after: str) -> None:
    assert holds_back_more(BEFORE, after)


@pytest.mark.parametrize(
    "after",
    [
        policy(allow("s3:GetObject", "a")),
        policy(allow("s3:GetObject", "c"), deny("s3:DeleteObject")),
        policy(allow("s3:GetObject", "a", Condition={}), deny("s3:DeleteObject")),
        content_of_policy("no policy"),
        content_of_policy({"Version": "2008-10-17", "Statement": [deny("s3:DeleteObject")]}),
    ],
)
def test_anything_else_may_allow_more(after: str) -> None:
    assert not holds_back_more(BEFORE, after)
