"""AWS managed policies that ship with this package: those that CDK and its users attach most."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from whomay.iam.documents import read_policy
from whomay.iam.patterns.symbols import display
from whomay.iam.policy import Policy

_AWS_ARN = re.compile(r"arn:[^:]+:iam::aws:policy/(.+)")


@cache
def table() -> Mapping[str, Any]:
    """Return the table: `date` is that of its newest policy, `policies` maps names to documents."""
    text = Path(__file__).with_name("managed.json").read_text("utf-8")
    table: Mapping[str, Any] = json.loads(text)
    return table


@cache
def managed_policy(arn: str) -> Policy:
    """Return the policy of an ARN that the assembly does not define.

    One that is not in the table is Unknown: it may allow anything. AWS changes its policies over
    time, so a policy is as good as the table's date.
    """
    match = _AWS_ARN.fullmatch(arn)
    if match and match[1] in table()["policies"]:
        return read_policy(table()["policies"][match[1]], arn, match[1])
    if match:
        return Policy((), unknown=f"AWS managed policy {match[1]} is not in the table of policies")
    return Policy((), unknown=f"managed policy {display(arn)} is not in the assembly")
