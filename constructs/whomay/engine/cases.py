"""Decisions kept as data: one request with its policies, and the verdict it must get."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from whomay.engine.decisions.decide import Decision, decide_by
from whomay.engine.decisions.derived_keys import keys_of_caller, keys_of_resource
from whomay.engine.decisions.judge import LayerName, Layers, Verdict
from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.engine.decisions.sent_keys import keys_sent
from whomay.iam.callers import problem_with_caller
from whomay.iam.facts.action_keys import problem_with_key
from whomay.iam.facts.condition_keys import ORDINARY_KEYS
from whomay.iam.facts.resource_control import restricts
from whomay.iam.parse import PolicyError, parse_policy, problem_with
from whomay.iam.policy import Policy, Source
from whomay.iam.policy_variables import Value

NOT_GIVEN: Final = "not_given"  # the one member of what is in the place of a document
_OF_RESOURCES: Final = ("resource", "trust", "rcp", "endpoint")  # their statements name principals


class CaseError(ValueError):
    """A case cannot be read; the text says which part and what is allowed."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What a case came to. `expected` is None when the case states none."""

    id: str
    verdict: Verdict
    expected: str | None
    reason: str

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the expected one, or none was expected."""
        return self.expected in (None, self.verdict.value)


def run_case(case: object) -> CaseResult:
    """Decide one case of the format in `docs/reference/cases.md`.

    Raises CaseError when the case has no request, or a policy in it breaks the grammar.
    """
    if not isinstance(case, Mapping):
        raise CaseError("a case is an object with `policies` and `request`")
    expected = case.get("expected")
    allowed = [verdict.value for verdict in Verdict]
    if expected is not None and expected not in allowed:
        raise CaseError(f"expected is {expected!r}; allowed: {', '.join(allowed)}")
    decision = decide_case(case)
    return CaseResult(str(case.get("id", "")), decision.verdict, expected, decision.reason)


def decide_case(case: Mapping[str, Any]) -> Decision:
    """Return the decision on a case, whatever it expects.

    Raises CaseError as `run_case` does.
    """
    raw = _object(case, "request")
    policies = _object(case, "policies") if "policies" in case else {}
    for key in ("principal", "action", "resource"):
        if not isinstance(raw.get(key), str):
            raise CaseError(f"request.{key} is {raw.get(key)!r}; it must be text")
    context = raw.get("context") or {}
    if not isinstance(context, Mapping):
        raise CaseError("request.context must be an object of condition keys")
    problem = problem_with_caller(raw["principal"])
    if problem:
        raise CaseError(f"request.principal {problem}")
    twice = [key for key, count in Counter(map(str.lower, context)).items() if count > 1]
    if twice:
        raise CaseError(f"request.context has {twice[0]!r} twice: case makes no difference in it")
    complete = case.get("complete", True)
    if not isinstance(complete, bool):
        raise CaseError(f"complete is {complete!r}; allowed: true or false")
    request = Request(
        raw["principal"],
        raw["action"],
        raw["resource"],
        {key: _value(key, value) for key, value in context.items() if value is not None},
        account=raw.get("principal_account"),
        resource_account=raw.get("resource_account"),
    )
    absent = {key.lower() for key, value in context.items() if value is None}
    by = _layers(policies, request)
    filled = {**_further_keys(request, by, complete=complete), **request.context}
    asked = request.with_context({k: v for k, v in filled.items() if k not in absent})
    return decide_by(asked, by)


def _further_keys(request: Request, by: Layers, *, complete: bool) -> Mapping[str, Value]:
    """Return the keys that a case does not name and its request has all the same."""
    own = keys_of_caller(request.caller, None, None)
    if complete:
        return own
    for key in request.context:
        if problem := problem_with_key((request.action,), key):
            raise CaseError(f"request.context names {key}: {problem}")
    of_resource = keys_of_resource(request.resource, request.resource_account)
    return {**keys_sent(request, by), **ORDINARY_KEYS, **own, **of_resource}


def _layers(policies: Mapping[str, Any], request: Request) -> Layers:
    trust, resource = _documents(policies, "trust"), _documents(policies, "resource")
    resource_policies = trust if request.is_trust or trust else resource
    boundary, session = _documents(policies, "boundary"), _documents(policies, "session")
    scps = [_level(level, index) for index, level in enumerate(_list(policies.get("scp")))]
    return Layers(
        identity=Layer(_documents(policies, "identity")),
        boundary=Layer(boundary) if boundary else None,
        session=Layer(session) if session else None,
        scps=tuple(Layer(level) for level in scps),
        resource=Layer(resource_policies) if resource_policies else None,
        of_all=tuple(_of_all(policies, request)),
    )


def _of_all(policies: Mapping[str, Any], request: Request) -> Iterator[tuple[LayerName, Layer]]:
    """Yield what binds every caller: above the resource, and at the endpoint that is passed."""
    rcps, endpoint = _documents(policies, "rcp"), _documents(policies, "endpoint")
    if rcps and restricts(request.action_key, request.caller, request.resource):
        yield LayerName.RCP, Layer(rcps)
    if endpoint:
        yield LayerName.ENDPOINT, Layer(endpoint)


def _level(level: object, index: int) -> list[Policy]:
    """One level of the organization: one document, or a list of them."""
    return [_policy(document, f"scp[{index}]") for document in _list(level)]


def _documents(policies: Mapping[str, Any], name: str) -> list[Policy]:
    return [_policy(document, name) for document in _list(policies.get(name))]


def _policy(document: object, name: str) -> Policy:
    if isinstance(document, Mapping) and set(document) == {NOT_GIVEN}:
        return Policy((), unknown=f"{name}: {document[NOT_GIVEN]}")
    try:
        policy = parse_policy(document, Source(name))
    except PolicyError as error:
        raise CaseError(f"policies.{name}: {error}") from error
    for index, statement in enumerate(policy.statements):
        if problem := problem_with(statement, of_resource=name in _OF_RESOURCES):
            raise CaseError(f"policies.{name}: Statement[{index}] {problem}")
    return policy


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _object(case: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = case.get(name)
    if not isinstance(value, Mapping):
        raise CaseError(f"{name} is {value!r}; it must be an object")
    return value


def _value(key: str, value: object) -> str | list[str]:
    if isinstance(value, list):
        return [_text(key, item) for item in value]
    return _text(key, value)


def _text(key: str, value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return str(value)
    raise CaseError(f"request.context[{key!r}] holds {value!r}; allowed: text or a list of texts")
