"""A request that names no resource: the answer holds for each kind, or is Unknown."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import role, snapshot_of_template

from whomay.engine.decisions.decide import decide
from whomay.engine.decisions.request import Request

ROLE = "arn:aws:iam::111122223333:role/r"


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"Null": {"s3:DataAccessPointArn": "true"}}, "Unknown"),
        ({"StringLike": {"s3:DataAccessPointArn": "*"}}, "Unknown"),
        ({}, "Allowed"),
    ],
)
def test_a_key_that_one_kind_alone_has_leaves_the_answer_unknown(
    tmp_path: Path, condition: dict[str, Any], verdict: str
) -> None:
    """An object has no access point's ARN unless the request goes through one."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Condition": condition}]}
    own = [{"PolicyName": "p", "PolicyDocument": policy}]
    template = {"Resources": {"Role": role(RoleName="r", Policies=own)}}

    found = decide(Request(ROLE, "s3:GetObject", "*"), snapshot_of_template(tmp_path, template))

    assert str(found.verdict) == verdict
