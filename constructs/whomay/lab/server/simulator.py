"""IAM's simulator: SimulatePrincipalPolicy, answered by the evaluator that decides the lab's calls.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
It has AWS's limits: it reads no trust policy, and takes a resource's policy for users alone. It
knows the condition keys that it is given, and no others. It does not tell where in a document a
matched statement is, and takes no further policies.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from whomay.iam.arn import account_in, name_in
from whomay.lab.server import internals
from whomay.lab.server.calls import CallError, Response
from whomay.lab.server.evaluation import find_entity
from whomay.lab.server.iam.operations import Kind, Operation, Parameters, around, value
from whomay.lab.server.query_errors import error
from whomay.lab.server.refusals import here
from whomay.lab.server.simulator_answer import Result, answer
from whomay.lab.server.variables import VARIABLE
from whomay.lab.state import ACCOUNTS

ACTION: Final = "SimulatePrincipalPolicy"
_MOST_ITEMS: Final = 100  # of one page, where the caller names no number
_ACTION: Final = re.compile(r"[A-Za-z0-9-]{1,64}:[A-Za-z0-9*]{1,128}")
_NOT_TAKEN: Final = (
    "PermissionsBoundaryPolicyInputList",
    "PolicyExclusionList",
    "PolicyInputList",
    "ResourceHandlingOption",
)
_USERS: Final = "A resource policy can be simulated for an IAM user alone"


@dataclass(frozen=True, slots=True)
class Named:
    """A policy with the words that the answer has for it."""

    id: str
    type: str
    statements: Sequence[Any]


@dataclass(slots=True)
class Simulation:
    """Who is simulated: the policies of a user, role or group, its boundary, a resource's policy."""

    arn: str
    policies: list[Named]
    boundary: list[Named] = field(default_factory=list)
    resource: str = ""
    owner: str = ""  # the account of the resource, empty for the caller's

    @property
    def named(self) -> Iterator[Named]:
        """All of them."""
        yield from (*self.policies, *self.boundary)
        if self.resource:
            yield Named("ResourcePolicy", "resource", _parsed(self.resource))


class Given(dict[str, Any]):
    """The condition keys of a simulation, in lower case: what is not given is absent."""


def _by_given(inner: Any) -> Any:
    """Resolve a key of a simulated request by what was given, and by nothing else."""

    def resolve_condition_key(key: str, context: Any) -> Any:
        if isinstance(context.service_context, Given):
            return context.service_context.get(key.lower())
        return inner(key, context)

    return resolve_condition_key


def _simulating(inner: Operation) -> Operation:
    del inner  # MiniStack's has no boundary, no context and no matched statements

    def operation(parameters: Parameters) -> Response:
        try:
            results = [*_results(parameters)]
            return answer(*_page(parameters, results))
        except CallError as refused:
            return error(refused.code, refused.message)

    return operation


def _page(parameters: Parameters, results: list[Result]) -> tuple[list[Result], str]:
    """Return one page, and the marker of the next, empty at the end."""
    asked, marker = value(parameters, "MaxItems"), value(parameters, "Marker")
    if marker and not marker.isdigit():
        raise CallError("InvalidInput", f"Invalid marker: {marker}")
    begin = int(marker or 0)
    end = begin + int(asked or _MOST_ITEMS)
    return results[begin:end], str(end) if end < len(results) else ""


def _results(parameters: Parameters) -> Iterator[Result]:
    """Yield a result for each action on each resource."""
    for name in _NOT_TAKEN:
        if any(each.startswith(name) for each in parameters):
            raise CallError("InvalidInput", f"This lab's simulator does not take {name}")
    actions = [*_members(parameters, "ActionNames")]
    if not actions:
        raise CallError("ValidationError", "Value null at 'actionNames' must not be null")
    for wrong in (each for each in actions if not _ACTION.fullmatch(each)):
        raise CallError("InvalidInput", f"Invalid Action Name: {wrong}")
    who = _who(parameters)
    given = Given(_context(parameters))
    resources = [*_members(parameters, "ResourceArns")] or ["*"]
    for action in actions:
        for resource in resources:
            yield _result(who, given, action, resource)


def _result(who: Simulation, given: Given, action: str, resource: str) -> Result:
    account = account_in(who.arn)
    context = internals.get("core.iam_evaluator", "EvalContext")(
        principal_arn=who.arn,
        principal_type="User",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region="",
        service_context=given,
    )
    boundary = [[each.statements for each in who.boundary]] if who.boundary else []
    found = _evaluate(context, who.policies, *boundary)
    if who.resource:
        combine = internals.get("core.iam_evaluator", "combine_resource_policy")
        owner = who.owner or None
        found = combine(found, context, who.resource, owner, limits=tuple(boundary))
    used = [*who.named]
    matched = [each for each in used if _evaluate(context, [each]).decision == found.decision]
    return Result(
        action=action,
        resource=resource,
        decision=found.decision,
        matched=[(each.id, each.type) for each in matched if found.decision != "ImplicitDeny"],
        missing=[key for key in _keys(used) if key.lower() not in given],
        bounded=_evaluate(context, who.boundary).decision == "Allow" if who.boundary else None,
        organized=account in ACCOUNTS,
    )


def _evaluate(context: Any, policies: Sequence[Named], *limits: Any) -> Any:
    evaluate = internals.get("core.iam_evaluator", "evaluate")
    return evaluate(context, [each.statements for each in policies], *limits)


def _who(parameters: Parameters) -> Simulation:
    """Return who is simulated.

    Raises CallError for somebody who is not there, and for a resource's policy of no user.
    """
    arn = value(parameters, "PolicySourceArn")
    kind = next((each for each in Kind if f":{each.word.lower()}/" in arn), None)
    record = None if kind is None else kind.named(name_in(arn))
    if kind is None or record is None or record["Arn"] != arn or f":{here()[0]}:" not in arn:
        raise CallError("NoSuchEntity", f"The policy source {arn} cannot be found.")
    found = Simulation(arn, [*_policies(kind, record)])
    if boundary := record.get("PermissionsBoundary"):
        found.boundary = [_managed(boundary)]
    if document := value(parameters, "ResourcePolicy"):
        caller = value(parameters, "CallerArn") or arn
        if ":user/" not in caller or find_entity(caller) is None:
            raise CallError("InvalidInput", _USERS)
        found.resource, found.owner = (
            document,
            value(parameters, "ResourceOwner").removesuffix(":root").rpartition(":")[2],
        )
    return found


def _policies(kind: Kind, record: Mapping[str, Any]) -> Iterator[Named]:
    """Yield the policies of a user, role or group, and those of a user's groups."""
    name = record["Arn"].rpartition("/")[2]
    word = kind.word.lower()
    for policy, document in kind.inline_policies(name).items():
        yield Named(f"{word}_{name}_{policy}", word, _parsed(document))
    yield from map(_managed, record.get("AttachedPolicies", []))
    if kind is Kind.USER:
        for group in internals.get("services.iam", "_groups").values():
            if name in group.get("Users", []):
                yield from _policies(Kind.GROUP, group)


def _managed(arn: str) -> Named:
    resolve = internals.get("core.iam_evaluator", "_resolve_managed_policy_document")
    by_aws = arn.startswith("arn:aws:iam::aws:")
    document = resolve(arn, here()[0])
    kind = "aws-managed" if by_aws else "user-managed"
    return Named(name_in(arn), kind, _parsed(document) if document else [])


def _parsed(document: Any) -> list[Any]:
    parsed: list[Any] = internals.get("core.iam_evaluator", "parse_policy_document")(document)
    return parsed


def _context(parameters: Parameters) -> Iterator[tuple[str, Any]]:
    """Yield the condition keys, in lower case, with a list for a key of several values."""
    for number in range(1, len(parameters)):
        prefix = f"ContextEntries.member.{number}."
        name = value(parameters, f"{prefix}ContextKeyName")
        if not name:
            return
        values = [*_members(parameters, f"{prefix}ContextKeyValues")]
        several = value(parameters, f"{prefix}ContextKeyType").endswith("List")
        yield name.lower(), values if several else values[0] if values else ""


def _members(parameters: Parameters, name: str) -> Iterator[str]:
    for number in range(1, len(parameters) + 1):
        if f"{name}.member.{number}" not in parameters:
            return
        yield value(parameters, f"{name}.member.{number}")


def _keys(policies: Sequence[Named]) -> list[str]:
    """Return the condition keys that the policies read, in conditions and as policy variables."""
    found: dict[str, None] = {}
    for statement in (each for policy in policies for each in policy.statements):
        for keys in (statement.conditions or {}).values():
            found.update(dict.fromkeys(keys))
        texts = [*statement.resources, *statement.not_resources, str(statement.conditions)]
        found.update(
            dict.fromkeys(match[1].strip() for t in texts for match in VARIABLE.finditer(t))
        )
    return [key for key in found if key not in ("*", "?", "$")]


def install() -> None:
    """Answer by the lab's own evaluation."""
    around(ACTION, _simulating)
    internals.replace("core.iam_evaluator", "_resolve_condition_key", _by_given)
