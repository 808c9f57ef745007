"""AWS's own managed policies, all of them: MiniStack knows some forty.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from whomay.iam.facts.managed_policies import published
from whomay.lab.server import internals

_PREFIX = "arn:aws:iam::aws:policy/"


@cache
def _record(name: str) -> Any:
    found = published(name)
    if found is None:
        return None
    make = internals.get("services.iam", "_make_aws_managed_record")
    return make(name, found[1])


def _of_aws(inner: Callable[[str], Any]) -> Callable[[str], Any]:
    def lookup_policy(arn: str) -> Any:
        return inner(arn) or (
            _record(arn.removeprefix(_PREFIX)) if arn.startswith(_PREFIX) else None
        )

    return lookup_policy


def install() -> None:
    """Find them wherever MiniStack looks for a policy."""
    internals.replace("services.iam", "_lookup_policy", _of_aws)
