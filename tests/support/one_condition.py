"""One condition, and the value that it tests."""

from whomay.iam.conditions import compile_condition
from whomay.iam.patterns.symbols import unknown
from whomay.iam.patterns.truth import Truth
from whomay.iam.policy import Condition
from whomay.iam.policy_variables import Value

PARAMETER = unknown("a parameter without a value")


KEY = "aws:SourceIp"


def met(
    operator: str,
    wanted: str | tuple[str, ...],
    value: Value | None,
    *,
    variables: bool = True,
    name: str = "Alice",
) -> Truth:
    """What a condition comes to; None as value leaves the key away."""
    values = (wanted,) if isinstance(wanted, str) else wanted
    context = {} if value is None else {KEY.lower(): value, "aws:username": name}
    return compile_condition(Condition(operator, KEY, values), variables=variables)(context)
