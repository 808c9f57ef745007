"""May this request pass, and why: by the policies of a snapshot, or by explicit ones.

What names nothing is an error, never a denial.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from whomay.engine.decisions.deciding_layer import deciding_layer
from whomay.engine.decisions.derived_keys import OWNER_KEYS
from whomay.engine.decisions.explain import BY_OPTION, Explanation, explain
from whomay.engine.decisions.index import Index
from whomay.engine.decisions.judge import LayerName, Layers, Verdict, judge, taking_part
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.object_keys import CIRCUMSTANCES, circumstances, key_requests
from whomay.engine.decisions.request import RESOURCE_ACCOUNT, Request
from whomay.engine.decisions.sent_keys import keys_sent
from whomay.engine.decisions.through import problem_with_endpoint, through_endpoint
from whomay.engine.names import UnknownNameError, principal_named, resource_named
from whomay.engine.snapshot import Snapshot
from whomay.iam.arn import parse_arn
from whomay.iam.callers import ANONYMOUS
from whomay.iam.facts.action_keys import problem_with_key
from whomay.iam.facts.actions import resource_formats, services_acted_on
from whomay.iam.facts.condition_keys import ORDINARY_KEYS
from whomay.iam.facts.resource_types import as_asked, problem_with_action, problem_with_resource
from whomay.iam.patterns.matching import unliteral
from whomay.iam.patterns.symbols import display, unknown
from whomay.iam.policy import Condition, Policy, Statement

__all__ = ["Decision", "Verdict", "decide", "decide_by", "decide_in"]


@dataclass(frozen=True)
class Decision:
    """A verdict; its layer, statements and reason are worked out once, when somebody asks.

    `request` is the one that decided: for an object under a key it may be the request that S3
    makes to KMS. `open` says what the request does not tell and makes the verdict Unknown.
    `how_to_give` says in the reason how the value of a `{key}` is given.

    >>> from whomay.engine import Request, decide, read
    >>> request = Request("Reports/Reader", "s3:PutObject", "Reports/Bucket/a.csv")
    >>> decision = decide(request, read("cdk.out").snapshot)
    >>> decision.verdict.value, decision.layer.value
    ('ImplicitDeny', 'identity')
    """

    verdict: Verdict
    request: Request
    layers: Layers
    open: str = ""
    how_to_give: str = BY_OPTION

    @cached_property
    def layer(self) -> LayerName:
        """The layer that decided, or that would have to allow."""
        return deciding_layer(self.request, self.layers, self.verdict)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that decided; for an implicit denial the nearest that failed."""
        return self._explanation.statements

    @property
    def unmet(self) -> tuple[Condition, ...]:
        """The conditions of the nearest statement, where it would allow the request but for them."""
        return self._explanation.unmet

    @property
    def reason(self) -> str:
        """A sentence that names the statements, or what the nearest one lacked."""
        if self.open:
            return f"not known: {self.open}"
        return self._explanation.reason

    @cached_property
    def _explanation(self) -> Explanation:
        return explain(self.request, self.layers, self.verdict, self.how_to_give)


def decide_by(request: Request, layers: Layers) -> Decision:
    """Decide by explicit policies. The request's context is taken as it is: absent is absent."""
    by = taking_part(request, layers)
    return Decision(judge(request, by), request, by, how_to_give=_BY_CONTEXT)


_BY_CONTEXT: Final = "put {key} into the request's context"


def decide_in(request: Request, index: Index) -> Decision:
    """Decide within an indexed snapshot; principal and resource are ARNs.

    Keys that follow from principal and resource (aws:PrincipalArn, aws:ResourceAccount …) are
    filled in where the request does not have them. A role's trust and a key's policy outside the
    snapshot are Unknown; any other resource outside it has no policy.
    """
    verdict, decisive, perhaps = judge_in(index.complete(request), index)
    asked, own = display(request.resource), display(perhaps)
    why = f"{asked} is perhaps {own}, where the answer is another" if perhaps else ""
    return Decision(verdict, decisive, taking_part(decisive, index.layers(decisive)), why)


def judge_in(request: Request, index: Index) -> tuple[Verdict, Request, str]:
    """Return the verdict on a request whose context is complete, and the request that decided it.

    Where the resource may turn out to be one of the snapshot that has another answer, the verdict
    is Unknown. The third value then is that one's ARN, and else empty.
    """
    verdict, decisive = _judge_with_key(request, index)
    if verdict is not Verdict.UNKNOWN:
        for other in index.perhaps(request):
            if _judge_with_key(other, index)[0] is not verdict:
                return Verdict.UNKNOWN, request, other.resource
    return verdict, decisive, ""


def _judge_with_key(request: Request, index: Index) -> tuple[Verdict, Request]:
    """Decide a request, and those that S3 makes to KMS for it.

    An object action under a key is allowed only where S3 may use the key for the caller. Then S3's
    own request to KMS may be the one that decides.
    """
    verdict = judge(request, index.layers(request))
    if verdict is Verdict.ALLOWED:
        for of_key in key_requests(request, index):
            by_key = judge(of_key, index.layers(of_key))
            if by_key is not Verdict.ALLOWED:
                return by_key, of_key
    return verdict, request


def decide(request: Request, snapshot: Snapshot) -> Decision:
    """Return whether a request is allowed, with the statements that decide it and the reason.

    The principal is an ARN, a construct path, a path with wildcards that fits one principal, a
    service such as `ec2.amazonaws.com`, or `anonymous`. The resource is an ARN, or a construct path and what lies
    in it (`MyStack/Bucket/report.csv`). Keys that follow from both (aws:PrincipalArn,
    aws:ResourceAccount …) and those that a current AWS CLI sends are added where the request does
    not have them. Any other key that it does not have is absent.

    >>> from whomay.engine import Request, decide, read
    >>> request = Request("Reports/Reader", "s3:GetObject", "Reports/Bucket/a.csv")
    >>> decide(request, read("cdk.out").snapshot).verdict
    <Verdict.ALLOWED: 'Allowed'>

    Raises:
        UnknownNameError: principal, resource, action or endpoint does not name one thing, or no
            request for the action carries a condition key that is given.

    """
    who = _principal(request.principal, snapshot)
    what = resource_named(snapshot, request.resource)
    if problem := problem_with_action(request.action):
        raise UnknownNameError(problem)
    if "*" in request.action or "?" in request.action:
        raise UnknownNameError(
            f"{request.action!r} is a pattern and this asks for one action; `whomay who` takes both"
        )
    by_path = not request.resource.startswith(
        "arn:"
    )  # an ARN is the caller's own, a path's is ours
    if by_path and (problem := problem_with_resource([request.action], what)):
        raise UnknownNameError(problem)
    what = as_asked((request.action,), what)
    for key in request.context:
        if problem := problem_with_key((request.action,), key):
            raise UnknownNameError(f"given names {key}: {problem}")
    if problem := problem_with_endpoint(snapshot, request.context):
        raise UnknownNameError(problem)
    snapshot, given = through_endpoint(snapshot, request.context)
    context = {**ORDINARY_KEYS, **given}
    index = Index(snapshot)
    asked = Request(who, request.action, what, context)
    if what != "*":
        return _as_sent(asked, index)
    found = [_as_sent(each, index) for each in _of_every_kind(asked)]
    if len({each.verdict for each in found}) == 1:
        return _on_some_resource(found[0], index)
    found.append(_as_sent(Request(who, request.action, unknown(_NO_RESOURCE), context), index))
    unknowns = [each for each in reversed(found) if each.verdict is Verdict.UNKNOWN]
    return unknowns[0] if unknowns else _kinds_differ(found)


def _kinds_differ(found: Sequence[Decision]) -> Decision:
    """Return Unknown where the answer hangs on the kind of the resource, and tell it of each."""
    apart = found[-1]
    why = "; ".join(f"{each.verdict} on {display(each.request.resource)}" for each in found[:-1])
    return Decision(Verdict.UNKNOWN, apart.request, apart.layers, f"{why}: name the resource")


_NO_RESOURCE: Final = "which resource: the request names none"


def _of_every_kind(asked: Request) -> list[Request]:
    """Return a request for each kind of resource that the action acts on, `*` where it has none."""
    resources = [
        unliteral(_with_unknown_parts(each, asked)) for each in resource_formats(asked.action)
    ]
    return [
        Request(asked.principal, asked.action, each, asked.context) for each in resources or ["*"]
    ]


def _with_unknown_parts(arn_format: str, asked: Request) -> str:
    own = parse_arn(asked.principal)
    known = {"Partition": own.partition if own else "aws", "Account": asked.account or ""}

    def part(match: re.Match[str]) -> str:
        return known.get(match[1]) or unknown(_NO_RESOURCE)

    return re.sub(r"\$\{(\w+)\}", part, arn_format)


def _as_sent(request: Request, index: Index) -> Decision:
    """Decide with the keys that AWS sends: one whose value nobody gave is not known, never absent."""
    complete = index.complete(request)
    sent = keys_sent(complete, index.layers(complete))
    whose = _whose(request, index)
    asked = complete.with_context({**sent, **complete.context, **whose})
    plain = decide_in(asked, index)
    for key, values in circumstances(asked, index, ()).items():
        for value in values if key in CIRCUMSTANCES else ():
            other = decide_in(asked.with_context({**asked.context, key: value}), index)
            if other.verdict is not plain.verdict:
                lacking = plain if other.verdict is Verdict.ALLOWED else other
                either = f"{other.verdict} where {key} is {value}, else {plain.verdict}"
                why = f"{either}: {lacking.reason}"
                return Decision(Verdict.UNKNOWN, asked, index.layers(asked), why)
    return plain


def _whose(request: Request, index: Index) -> dict[str, str]:
    """Return the keys of the owner as not known, where neither the ARN nor the snapshot tells it."""
    if index.knows_owner(request) or RESOURCE_ACCOUNT in request.context:
        return {}
    return dict.fromkeys(OWNER_KEYS, unknown(f"whose {display(request.resource)} is"))


def _on_some_resource(decision: Decision, index: Index) -> Decision:
    """Return Unknown in place of a denial when the policy of some resource may allow the action."""
    request = decision.request
    if decision.verdict is not Verdict.IMPLICIT_DENY:
        return decision
    services = services_acted_on(request.action_key.partition(":")[0])
    for near in index.resource_policies_near(request.caller):
        _, allows = near.layer.relevant(request.action_key)
        granting = any(s.grant(request.caller, bounded=False)[1] for s, _ in allows)
        if near.service in services and (granting or near.layer.unknown):
            named = index.resources[near.arn].path if near.arn in index.resources else near.arn
            why = f"* names no resource, and the policy of {display(named)} may allow it: name one"
            by = decision.layers
            perhaps = Layer((Policy((), unknown=why),))
            layers = Layers(by.identity, by.boundary, by.session, by.scps, perhaps)
            return Decision(Verdict.UNKNOWN, request, layers)
    return decision


def _principal(name: str, snapshot: Snapshot) -> str:
    """Return the ARN of a principal; somebody outside the snapshot is named by one."""
    outside = name == ANONYMOUS or (name.startswith("arn:") and "<" not in name)
    return name if outside else principal_named(snapshot, name)
