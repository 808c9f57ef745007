"""Policy documents that IAM refuses, each with the words in which IAM refuses it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
The words are those that people report of the service; the first fault found is told, as IAM does.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from whomay.iam import unique_json
from whomay.iam.conditions import read_operator
from whomay.iam.facts.limits import POLICY_TEXT, SID
from whomay.iam.parse import PolicyError, parse_policy
from whomay.iam.policy import Policy, Statement
from whomay.lab.server.calls import CallError
from whomay.lab.server.iam.operations import Check, Kind, Parameters, ask_first, value

_SYNTAX: Final = "Syntax errors in policy."
_NO_RESOURCES: Final = "Policy statement must contain resources."
_VENDOR: Final = re.compile(r"[a-zA-Z0-9.-]+")

# operation -> the parameter that holds a document
IDENTITY: Final[Mapping[str, str]] = {
    "CreatePolicy": "PolicyDocument",
    "CreatePolicyVersion": "PolicyDocument",
    "PutGroupPolicy": "PolicyDocument",
    "PutRolePolicy": "PolicyDocument",
    "PutUserPolicy": "PolicyDocument",
}
TRUST: Final[Mapping[str, str]] = {
    "CreateRole": "AssumeRolePolicyDocument",
    "UpdateAssumeRolePolicy": "PolicyDocument",
}


def check_identity(document: object) -> None:
    """Refuse the document of a principal's policy.

    Raises:
        CallError: MalformedPolicyDocument or ValidationError.

    """
    policy = _read(document)
    _refuse(_faults_of_all(policy))
    for statement in policy.statements:
        _refuse(_faults_of_identity(statement))


def check_trust(document: object) -> None:
    """Refuse the document of a role's trust.

    Raises:
        CallError: MalformedPolicyDocument or ValidationError.

    """
    policy = _read(document)
    for statement in policy.statements:
        _refuse(_faults_of_trust(statement))
    _refuse(_faults_of_all(policy))


def _refuse(faults: Iterator[str]) -> None:
    for fault in faults:
        raise CallError("MalformedPolicyDocument", fault)


def _read(document: object) -> Policy:
    if isinstance(document, str) and not POLICY_TEXT.fullmatch(document):
        raise CallError(
            "ValidationError",
            "The specified value for policyDocument is invalid. It must contain only printable "
            "ASCII characters.",
        )
    try:
        parsed = unique_json.loads(document) if isinstance(document, str) else document
        _refuse(_missing(parsed))
        policy = parse_policy(parsed)
    except (PolicyError, ValueError, RecursionError) as error:
        if isinstance(error, CallError):
            raise
        raise CallError("MalformedPolicyDocument", _SYNTAX) from error
    if not policy.statements:
        raise CallError("MalformedPolicyDocument", _SYNTAX)
    return policy


def _missing(document: Any) -> Iterator[str]:
    """Yield what is told apart from a syntax error: a statement without actions."""
    written = document.get("Statement", []) if isinstance(document, Mapping) else []
    for statement in written if isinstance(written, list) else [written]:
        named = [statement[key] for key in ("Action", "NotAction") if key in statement]
        if not any(named):
            yield "Policy statement must contain actions."


def _faults_of_all(policy: Policy) -> Iterator[str]:
    sids = [statement.source.sid for statement in policy.statements if statement.source.sid]
    if any(not SID.fullmatch(sid) for sid in sids):
        yield (
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
            "regular expression [0-9A-Za-z]*"
        )
    if len(set(sids)) < len(sids):
        yield "Statement IDs (SID) in a single policy must be unique."
    for statement in policy.statements:
        for action in statement.actions or statement.not_actions or ():
            yield from _faults_of_action(action)
        for condition in statement.conditions:
            if read_operator(condition.operator) is None:
                yield _SYNTAX
            if ":" not in condition.key:
                yield "Conditions must be prefaced by a vendor"


def _faults_of_action(action: str) -> Iterator[str]:
    vendor, colon, name = action.partition(":")
    if not colon and action != "*":
        yield "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
    if ":" in name:
        yield "Actions/Condition can contain only one colon."
    if vendor != "*" and not _VENDOR.fullmatch(vendor):
        yield f"Vendor {vendor} is not valid"


def _faults_of_identity(statement: Statement) -> Iterator[str]:
    if statement.principals is not None or statement.not_principals is not None:
        yield "Policy document should not specify a principal."
    resources = statement.resources or statement.not_resources
    if not resources:
        yield _NO_RESOURCES
    for resource in resources or ():
        if not resource.startswith(("*", "arn:", "arn*")):
            yield f'Resource {resource} must be in ARN format or "*".'


def _faults_of_trust(statement: Statement) -> Iterator[str]:
    for name, listed in (
        ("Resource", statement.resources),
        ("NotResource", statement.not_resources),
    ):
        if listed is not None:
            yield f"Has prohibited field {name}"
    if statement.not_principals is not None:
        yield (
            "Allow with NotPrincipal is not allowed."
            if statement.effect == "Allow"
            else "AssumeRole policy must not contain NotPrincipal field."
        )
    elif statement.principals is None:
        yield "Missing required field Principal"
    for action in statement.actions or ():
        if not action.lower().startswith("sts:") and "*" not in action:
            yield "AssumeRole policy may only specify STS AssumeRole actions."


def _asking(check: Callable[[object], None], operation: str, parameter: str) -> Check:
    kind = next((kind for kind in Kind if f"Put{kind.word}Policy" == operation), None)

    def of_call(parameters: Parameters) -> None:
        if kind is None or kind.find(parameters):  # else MiniStack says that nobody is there
            check(value(parameters, parameter))

    return of_call


def install() -> None:
    """Ask before each call that writes a document."""
    for operations, check in ((IDENTITY, check_identity), (TRUST, check_trust)):
        for operation, parameter in operations.items():
            ask_first(operation, _asking(check, operation, parameter))
