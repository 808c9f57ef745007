"""Whether an action acts on any of a statement's resources."""

from functools import lru_cache

from whomay.iam.facts.actions import matching
from whomay.iam.facts.resource_types import problem_with_resource
from whomay.iam.patterns.symbols import display, unknown_reasons
from whomay.iam.policy_variables import widen


@lru_cache(maxsize=16384)
def acts_on_none(action: str, resources: tuple[str, ...]) -> str | None:
    """Say that an action acts on none of the resources; None where it may act on one.

    A variable such as `${aws:PrincipalAccount}` may hold anything. An action that AWS does not
    have, or has not told of, is no problem of its resources.
    """
    written, resources = resources, tuple(map(widen, resources))
    if any(resource.strip("*") == "" or unknown_reasons(resource) for resource in resources):
        return None
    if unknown_reasons(action) or not matching(action):
        return None
    problems = [problem_with_resource([action], resource) for resource in resources]
    found = [problem for problem in problems if problem]
    if len(found) < len(problems):
        return None
    others = len(found) - 1
    message = display(found[0]).replace(display(resources[0]), display(written[0]))
    return message + (f" (nor on {others} more of the statement)" if others else "")
