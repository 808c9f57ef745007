"""AWS's evaluation of a refused call as a case that the engine decides, and what differs.

https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_Evaluation.html
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from whomay.engine import Decision, Verdict
from whomay.engine.cases import NOT_GIVEN, CaseError, decide_case
from whomay.iam.arn import name_in, parse_arn
from whomay.iam.facts.becoming import TRUST_ACTIONS
from whomay.iam.parse import PolicyError, parse_policy
from whomay.iam.patterns.symbols import display, unknown_reasons
from whomay.iam.policy import Statement
from whomay.live.authorization import Authorization, EvaluatedPolicy, Evaluation
from whomay.live.errors import LiveError

VERDICTS: Final[Mapping[str, Verdict]] = {
    "ALLOW": Verdict.ALLOWED,
    "EXPLICIT_DENY": Verdict.EXPLICIT_DENY,
    "IMPLICIT_DENY": Verdict.IMPLICIT_DENY,
}
# A type of policy, in AWS's word: its layer in a case, and the check that it is part of.
_LAYERS: Final[Mapping[str, tuple[str, str]]] = {
    "IDENTITY_BASED_POLICY": ("identity", "PRINCIPAL"),
    "PERMISSIONS_BOUNDARY": ("boundary", "PERMISSIONS_BOUNDARY"),
    "SESSION_POLICY": ("session", "SESSION"),
    "RESOURCE_BASED_POLICY": ("resource", "RESOURCE"),
    "SERVICE_CONTROL_POLICY": ("scp", "SERVICE_CONTROL_POLICY"),
    "RESOURCE_CONTROL_POLICY": ("rcp", "RESOURCE_CONTROL_POLICY"),
    "VPC_ENDPOINT_POLICY": ("endpoint", "VPC_ENDPOINT"),
}
_GRANTING: Final = ("PRINCIPAL", "RESOURCE")


@dataclass(frozen=True, slots=True)
class Difference:
    """What AWS says and what the engine says of one thing: `verdict`, `statements`, a condition key."""

    what: str
    aws: str
    ours: str


def case_of(told: Authorization, evaluation: Evaluation, name: str = "") -> dict[str, Any]:
    """Return an evaluation as a case of `docs/reference/cases.md`, with AWS's verdict as expected.

    For a policy that AWS did not give, or that must be there and is not listed, it holds the reason.
    So the engine's verdict is Unknown where the policy could change it.

    Raises LiveError where the context tells no caller, or the verdict is none that is known.
    """
    if evaluation.effect not in VERDICTS:
        raise LiveError(
            f"{evaluation.action}: AWS's verdict is {evaluation.effect!r}; "
            f"allowed: {', '.join(VERDICTS)}",
            exit_code=3,
        )
    case: dict[str, Any] = {
        "id": name or told.id,
        "policies": _policies(told, evaluation),
        "request": {
            "principal": _caller(evaluation.context),
            "action": evaluation.action,
            "resource": evaluation.resource,
            "context": dict(evaluation.context),
        },
        "expected": VERDICTS[evaluation.effect].value,
    }
    owner = _keys(evaluation.context).get("aws:resourceaccount")
    if isinstance(owner, str):
        case["request"]["resource_account"] = owner
    return case


def decision_of(told: Authorization, evaluation: Evaluation) -> Decision:
    """Return the engine's own decision on the same context and policies.

    Raises LiveError as `case_of` does, and for a context or a policy that the engine cannot read.
    """
    try:
        return decide_case(case_of(told, evaluation))
    except CaseError as error:
        raise LiveError(
            f"AWS's evaluation cannot be decided again: {error}", exit_code=3
        ) from error


def differences(
    told: Authorization, evaluation: Evaluation, ours: Decision | None = None
) -> tuple[Difference, ...]:
    """Return where AWS's evaluation and the engine differ, side by side; none where they agree.

    The engine decides again on AWS's context and policies, and then verdict and statements are
    compared. `ours` is another decision of the engine on the same call, such as that of a snapshot
    or of a probe. Its verdict is compared, and each condition key of which both know the value.

    Raises LiveError as `decision_of` does.
    """
    found = list(_of_same_policies(told, evaluation))
    if ours is not None:
        found += _of_snapshot(evaluation, ours)
    return tuple(found)


def uris(told: Authorization, statement: Statement) -> tuple[str, ...]:
    """Return the URIs of the policies that hold a statement of `decision_of`; several may be alike."""
    return tuple(
        policy.uri
        for policy in told.policies
        for each in _statements(policy)
        if each == statement and each.source.index == statement.source.index
    )


def _of_same_policies(told: Authorization, evaluation: Evaluation) -> Iterator[Difference]:
    decision = decision_of(told, evaluation)
    theirs = VERDICTS[evaluation.effect]
    if decision.verdict is not theirs:
        yield Difference("verdict", theirs.value, f"{decision.verdict}: {decision.reason}")
        return
    if theirs is not Verdict.EXPLICIT_DENY:
        return
    by_aws = Counter(
        _label(told, one.uri, one.sid) for one in evaluation.matched if one.effect == "DENY"
    )
    by_us = Counter(
        _label(told, uri, one.source.sid)
        for one in decision.statements
        for uri in uris(told, one)[:1]
    )
    # AWS may name the policies of one kind alone, and the engine names those of the one that decides
    if by_aws and by_us and not by_aws & by_us:
        yield Difference("statements", _listed(by_aws), _listed(by_us))


def _label(told: Authorization, uri: str, sid: str) -> str:
    """Return how both sides name a statement: AWS makes a Sid where the document has none."""
    written = {
        each.source.sid
        for policy in told.policies
        if policy.uri == uri
        for each in _statements(policy)
    }
    return f"{uri} {sid if sid in written and sid else '(no Sid)'}"


def _listed(found: Counter[str]) -> str:
    return ", ".join(sorted(found))


def _of_snapshot(evaluation: Evaluation, ours: Decision) -> Iterator[Difference]:
    theirs = VERDICTS.get(evaluation.effect)
    if theirs is not None and ours.verdict is not theirs:
        yield Difference("verdict of the snapshot", theirs.value, f"{ours.verdict}: {ours.reason}")
    told = _keys(evaluation.context)
    for key, value in sorted(ours.request.context.items()):
        values = (value,) if isinstance(value, str) else tuple(value)
        if any(unknown_reasons(one) or display(one) != one for one in values):
            continue
        if key in told and sorted(texts(told[key])) != sorted(values):
            yield Difference(key, ", ".join(texts(told[key])), ", ".join(values))


def texts(value: object) -> tuple[str, ...]:
    """Return the values of a condition key as texts: one, or those of a list."""
    if isinstance(value, list | tuple):
        return tuple(text for each in value for text in texts(each))
    return (str(value).lower() if isinstance(value, bool) else str(value),)


def _policies(told: Authorization, evaluation: Evaluation) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    levels: dict[str, list[Any]] = {}
    for policy in told.policies:
        written = _document(policy)
        layer = _LAYERS.get(policy.kind, ("", ""))[0]
        if layer == "scp":
            for target in policy.attached_to or ("",):
                levels.setdefault(target, []).append(written)
        elif layer:
            found.setdefault(layer, []).append(written)
        else:
            kind = f"{policy.uri} is of a kind that is not known: {policy.kind or 'none'}"
            found.setdefault("identity", []).append({NOT_GIVEN: kind})
    for kind, text in _not_listed(told, evaluation):
        layer = next(name for name, check in _LAYERS.values() if check == kind)
        if layer == "scp":
            levels.setdefault(text, []).append({NOT_GIVEN: text})
        else:
            found.setdefault(layer, []).append({NOT_GIVEN: text})
    if levels:
        found["scp"] = list(levels.values())
    of_role = evaluation.action.lower() in TRUST_ACTIONS and ":role/" in evaluation.resource
    if of_role and "resource" in found:
        found["trust"] = found.pop("resource")
    return found


def _document(policy: EvaluatedPolicy) -> Mapping[str, Any]:
    if policy.document is None:
        return {NOT_GIVEN: policy.unknown}
    try:
        parse_policy(policy.document)
    except PolicyError as error:
        return {NOT_GIVEN: f"{policy.uri} cannot be read: {error}"}
    return policy.document


def _not_listed(told: Authorization, evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """Yield the kinds of check that came to what no listed policy can explain, each with a sentence.

    AWS lists no policy of an account that the caller may not see.
    """
    for check in evaluation.checks:
        kinds = [kind for kind, (_, name) in _LAYERS.items() if name == check.kind]
        listed = any(
            policy.kind in kinds and (not check.target or check.target in policy.attached_to)
            for policy in told.policies
        )
        needs = check.effect in (
            "EXPLICIT_DENY",
            "ALLOW" if check.kind in _GRANTING else "IMPLICIT_DENY",
        )
        if kinds and needs and not listed and not _is_root(evaluation):
            of = f" of {check.target}" if check.target else ""
            said = f"AWS's check {check.kind}{of} came to {check.effect} and lists no policy"
            yield check.kind, said


def _is_root(evaluation: Evaluation) -> bool:
    return _keys(evaluation.context).get("aws:principaltype") == "Account"


def _statements(policy: EvaluatedPolicy) -> Sequence[Statement]:
    try:
        return parse_policy(policy.document).statements if policy.document is not None else ()
    except PolicyError:
        return ()


def _keys(context: Mapping[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in context.items()}


def _caller(context: Mapping[str, Any]) -> str:
    """Return who calls, by the keys that AWS sends of everybody."""
    keys = _keys(context)
    if service := keys.get("aws:principalservicename"):
        return str(service)
    arn = parse_arn(str(keys.get("aws:principalarn", "")))
    if arn is None:
        if keys.get("aws:principaltype") == "Anonymous":
            return "anonymous"
        raise LiveError("AWS's context tells no caller: it has no aws:PrincipalArn", exit_code=3)
    session = str(keys.get("aws:userid", "")).partition(":")[2]
    if arn.kind == "role" and session:
        return f"arn:{arn.partition}:sts::{arn.account}:assumed-role/{name_in(str(arn))}/{session}"
    return str(arn)
