"""Ways over principals: what is not looked for any more is said."""

from pathlib import Path

import pytest
from support.rule_examples import found_in, role_allowed

OWN_ACCOUNT = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": "sts:AssumeRole",
    },
}
ANY_ROLE = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}


def test_of_more_steps_than_are_decided_the_rest_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whomay.engine.rules.reading.becoming.MOST_ASKED", 5)
    every = {
        f"R{i}": role_allowed(ANY_ROLE, AssumeRolePolicyDocument=OWN_ACCOUNT) for i in range(4)
    }
    found = [f for f in found_in(tmp_path, {"Resources": every}) if f.rule.id == "escalation"]
    assert [(f.path, f.message.partition(":")[0]) for f in found] == [
        ("S/R0", "of S/R0 and the principals after it no ways were looked for")
    ]
