"""The two questions that people ask: may this principal do it, and who may do it.

Both take names: construct paths as well as ARNs. What names nothing is an error, never a denial.
"""

from collections.abc import Mapping, Sequence

from whomay.engine.decisions.decide import Decision, decide_in
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.request import ORDINARY_KEYS, Request
from whomay.engine.names import UnknownNameError, principal_named, resource_named
from whomay.engine.proof.classes import Pattern
from whomay.engine.proof.who_may import Holder, holders
from whomay.engine.snapshot import Snapshot
from whomay.iam.callers import ANONYMOUS
from whomay.iam.facts.resource_types import problem_with_action, problem_with_resource


def decide(request: Request, snapshot: Snapshot) -> Decision:
    """Return whether a request is allowed, with the statements that decide it and the reason.

    The principal is an ARN, a construct path, a path with wildcards that fits one principal, a
    service such as `ec2.amazonaws.com`, or `anonymous`. The resource is an ARN, or a construct path and what lies
    in it (`MyStack/Bucket/report.csv`). Keys that follow from both (aws:PrincipalArn,
    aws:ResourceAccount …) and those that a current AWS CLI sends are added where the request does
    not have them. Any other key that it does not have is absent.

        decide(Request("Reports/Reader", "s3:GetObject", "Reports/Bucket/a.csv"), snapshot).verdict

    Raises:
        UnknownNameError: principal, resource or action is no name of one thing.

    """
    who = _principal(request.principal, snapshot)
    what = resource_named(snapshot, request.resource)
    if problem := problem_with_action(request.action):
        raise UnknownNameError(problem)
    if "*" in request.action or "?" in request.action:
        raise UnknownNameError(
            f"{request.action!r} is a pattern and this asks for one action; `whomay who` takes both"
        )
    context = {**ORDINARY_KEYS, **request.context}
    if (who, what) == (request.principal, request.resource):
        return decide_in(request.with_context(context), Index(snapshot))
    return decide_in(Request(who, request.action, what, context), Index(snapshot))


def who_may(
    action: str,
    resource: str,
    snapshot: Snapshot,
    given: Mapping[str, str | Sequence[str]] | None = None,
) -> list[Holder]:
    """Return everybody who may do the action on the resource; both may be patterns.

    They are principals of the snapshot, and those outside it whom a policy of a resource or of a
    role lets in. A pattern asks who may do any of it. `given` fixes condition keys; all others are
    free, but for those that every AWS CLI sends.

        [holder.name for holder in who_may("s3:GetObject", "Reports/Bucket/*", snapshot)]

    Raises:
        UnknownNameError: AWS has no such action, it does not act on the resource, or nothing in
            the snapshot has the resource's name.

    """
    what = resource_named(snapshot, resource)
    if problem := problem_with_action(action) or problem_with_resource([action], what):
        raise UnknownNameError(problem)
    fixed = {key.lower(): _value(value) for key, value in (given or {}).items()}
    return list(holders(snapshot, Pattern((action,), (what,), fixed, ordinary=True)))


def _principal(name: str, snapshot: Snapshot) -> str:
    """Return the ARN of a principal; somebody outside the snapshot is named by one."""
    outside = name == ANONYMOUS or (name.startswith("arn:") and "<" not in name)
    return name if outside else principal_named(snapshot, name)


def _value(value: str | Sequence[str]) -> str | tuple[str, ...]:
    """Return one text of a list of one."""
    values = (value,) if isinstance(value, str) else tuple(value)
    return values[0] if len(values) == 1 else values
