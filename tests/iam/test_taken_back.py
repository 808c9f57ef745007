"""What an Allow names in vain, since a Deny beside it takes the same back."""

from typing import Any

import pytest

from whomay.iam.parse import parse_policy
from whomay.iam.taken_back import taken_back

ALLOW = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:Put*"], "Resource": "arn:aws:s3:::b/*"}
IF_TAGGED = {"StringEquals": {"aws:PrincipalTag/team": "blue"}}


def left_in_vain(allow: dict[str, Any], *denies: dict[str, Any]) -> list[str]:
    listed = [allow, *({"Effect": "Deny", "Resource": "*", **each} for each in denies)]
    first, *others = parse_policy({"Statement": listed}).statements
    return list(taken_back(first, others))


@pytest.mark.parametrize(
    ("deny", "in_vain"),
    [
        ({"Action": "S3:getobject"}, ["s3:GetObject"]),
        ({"Action": "s3:Get*"}, ["s3:GetObject"]),
        ({"Action": "*"}, ["s3:GetObject", "s3:Put*"]),
        ({"Action": "s3:P*"}, ["s3:Put*"]),
        ({"Action": "s3:PutObject"}, []),
        ({"Action": "s3:????"}, []),
        ({"NotAction": "s3:Put*"}, ["s3:GetObject"]),
        ({"Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"}, ["s3:GetObject"]),
        ({"Action": "s3:Get*", "Resource": "arn:aws:s3:::b/in/*"}, []),
        ({"Action": "s3:Get*", "Condition": IF_TAGGED}, []),
    ],
)
def test_a_deny_takes_back_what_it_covers(deny: dict[str, Any], in_vain: list[str]) -> None:
    assert left_in_vain(ALLOW, deny) == in_vain


def test_a_deny_of_all_but_some_resources_takes_back_the_others() -> None:
    deny = {"Effect": "Deny", "Action": "s3:Get*", "NotResource": "arn:aws:s3:::other/*"}
    first, second = parse_policy({"Statement": [ALLOW, deny]}).statements

    assert list(taken_back(first, [second])) == ["s3:GetObject"]


def test_denies_take_back_together_and_under_the_same_condition() -> None:
    both = {**ALLOW, "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]}
    parts = [{"Action": "s3:Get*", "Resource": each} for each in both["Resource"]]
    same = {"Action": "s3:GetObject", "Condition": IF_TAGGED}

    assert left_in_vain(both, *parts) == ["s3:GetObject"]
    assert left_in_vain(both, parts[0]) == []
    assert left_in_vain({**ALLOW, "Condition": IF_TAGGED}, same) == ["s3:GetObject"]
