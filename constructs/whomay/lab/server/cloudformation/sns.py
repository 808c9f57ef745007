"""AWS::SNS::Topic: the policy that SNS writes lets in the topic's own account, and nobody else.

MiniStack's SNS writes it so, and its CloudFormation leaves the condition out.
https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-key-concepts.html
"""

import json
from typing import Any

from whomay.lab.server import internals
from whomay.lab.server.cloudformation.registry import Properties, extend


def _limit(arn: str, old: Properties, _: Properties) -> dict[str, Any]:
    if not old:
        topic = internals.get("services.sns", "_topics")[arn]
        policy = json.loads(topic["attributes"]["Policy"])
        [statement] = policy["Statement"]
        statement["Condition"] = {"StringEquals": {"AWS:SourceOwner": topic["attributes"]["Owner"]}}
        topic["attributes"]["Policy"] = json.dumps(policy)
    return {}


def register() -> None:
    """Extend the type in MiniStack's table."""
    extend("AWS::SNS::Topic", _limit)
