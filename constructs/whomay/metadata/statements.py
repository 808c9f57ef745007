"""What the caller of a contract's statement passes, as a record holds it, and the checks of it.

A statement that names no action, no resource or nobody is true of nothing: it would be kept whatever
the policies say. So `check_statement` refuses it, be it made by a construct, by a test, or by another
author of metadata. What needs the templates, such as a principal that does not exist, is found when
the statement is answered.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from whomay.iam.facts import limits
from whomay.iam.facts.condition_key_types import allowed_values
from whomay.metadata.conditions import checked_conditions
from whomay.metadata.records import StatementKind, StatementRecord
from whomay.metadata.refusals import items, refuse, refuse_type, sequence
from whomay.metadata.tokens import unresolved

Texts = str | Sequence[str]
Given = Mapping[str, str | bool | int | Sequence[str] | None]

_GIVEN: Final = 'such as given={"sts:ExternalId": "course-2026"}'
_TRUSTED: Final = "principals, one after another"
_TRUST: Final = "such as Trust.user(user), Trust.service('ec2.amazonaws.com')"
_STATEMENTS: Final = ("a list of iam.PolicyStatement", "write statements=[…]")
ELEMENTS: Final = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
PRINCIPALS: Final = ("AWS", "Service", "Federated", "CanonicalUser")


def statement(
    kind: StatementKind,
    at: str,
    principal: Any,
    *,
    attribute: Callable[[Any, str], Any] = getattr,
    actions: Texts = (),
    resources: Texts = (),
    given: Given | None = None,
    statements: Sequence[Any] = (),
    trusted: Sequence[Any] = (),
) -> StatementRecord:
    """Return the record of one statement: `at` says where it is made.

    The principal is text, or a construct with `user_arn` or `role_arn`, which `attribute` reads.
    `given` fixes condition keys to a value, and with None as absent. `statements` are CDK's, or
    mappings, which allow unless they say so. `trusted` are CDK's principals, or Principal elements.

    Raises ValueError as `check_statement` does, and for a condition that AWS would refuse.
    """
    name = _principal_name(principal, attribute)
    match kind:
        case StatementKind.MAY_ONLY:
            record = StatementRecord(kind, at, name, statements=_documents(statements))
        case StatementKind.ASSUMABLE_ONLY_BY:
            record = StatementRecord(kind, at, name, trusted=_fragments(trusted))
        case _:
            patterns = texts("actions", actions), texts("resources", resources)
            record = StatementRecord(kind, at, name, *patterns, _given_values(given))
    check_statement(record)
    return record


def check_statement(record: StatementRecord) -> None:
    """Raise a ValueError, in the words of the caller, for a statement that says nothing.

    That is an empty or blank principal, action, resource, condition or trusted name, nobody in
    `trusted`, and whatever is of another type. `statements` may be empty: nothing at all is allowed.
    """
    allowed = "a role, a user, an ARN or a construct path"
    fix = "pass the construct of the role or user"
    if not isinstance(record.principal, str):
        refuse_type("principal", record.principal, allowed, fix)
    if not record.principal.strip():
        refuse("principal", record.principal, allowed, fix)
    match record.kind:
        case StatementKind.MAY_ONLY:
            for document in items("statements", record.statements, "iam.PolicyStatement"):
                _check_document(document)
        case StatementKind.ASSUMABLE_ONLY_BY:
            if not record.trusted:
                refuse("trusted", (), "at least one principal", _TRUST)
            for fragment in items("trusted", record.trusted, "principals"):
                _check_fragment(fragment)
        case _:
            _check_texts("actions", record.actions)
            _check_texts("resources", record.resources)
            _check_given(record.given)


def texts(parameter: str, value: Texts) -> Sequence[str]:
    """Return a list of texts, and one text as a list of it; raises ValueError for anything else."""
    return [value] if isinstance(value, str) else items(parameter, value, "text")


def _principal_name(principal: Any, attribute: Callable[[Any, str], Any]) -> Any:
    for name in () if isinstance(principal, type) else ("user_arn", "role_arn"):
        # The class is asked first: to ask a construct is to have CDK work the attribute out.
        if hasattr(type(principal), name) or hasattr(principal, name):
            return str(attribute(principal, name))
    return principal


def _given_values(given: Given | None) -> dict[str, list[str]]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        refuse_type("given", given, "a dict of condition key to value", _GIVEN)
    found: dict[str, list[str]] = {}
    for key, value in given.items():
        if isinstance(value, list | tuple) and not value:
            fix = "write None for an absent key"
            refuse("given", {key: value}, "at least one value", fix)
        values = [] if value is None else value if isinstance(value, list | tuple) else [value]
        for each in values:
            if not isinstance(each, str | bool | int):
                allowed = "text, bool, int, a list of text, or None for absent"
                refuse("given", {key: value}, allowed, "write other values in quotes")
        found[key] = [str(v).lower() if isinstance(v, bool) else str(v) for v in values]
    return found


def _documents(statements: Sequence[Any]) -> list[dict[str, Any]]:
    found = []
    for each in items("statements", statements, "iam.PolicyStatement"):
        if hasattr(each, "to_statement_json") and not isinstance(each, type):
            document = dict(each.to_statement_json())
        elif isinstance(each, Mapping):
            document = {"Effect": "Allow", **each}
        else:
            refuse_type("statements", each, *_STATEMENTS)
        if "Condition" in document:
            # It may be as wide as one likes, so it is held to no more than a Deny is.
            checked_conditions(document["Condition"], purpose="deny")
        found.append(document)
    return found


def _fragments(trusted: Sequence[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in trusted:
        if isinstance(each, Mapping) and "Principal" in each:
            found.append({"Condition": {}, **each})
        elif isinstance(each, Mapping):
            found.append({"Principal": each, "Condition": {}})
        elif isinstance(each, type) or not hasattr(each, "policy_fragment"):
            refuse_type("trusted", each, _TRUSTED, _TRUST)
        else:
            fragment = each.policy_fragment
            named = dict(fragment.principal_json)
            # CDK writes the bare star as LiteralString.
            principal = "*" if "LiteralString" in named else named
            found.append({"Principal": principal, "Condition": fragment.conditions})
    return found


def _check_texts(parameter: str, values: Sequence[str]) -> None:
    for text in sequence(parameter, values, "text"):
        if not isinstance(text, str) or not text.strip():
            refuse(parameter, text, "text", "such as an action s3:GetObject or an ARN")


def _check_given(given: Mapping[str, Sequence[str]]) -> None:
    keys: list[str] = []
    for key, values in given.items():
        if not isinstance(key, str) or not limits.CONDITION_KEY.fullmatch(key):
            refuse("given", key, "condition keys with their service", _GIVEN)
        if key.lower() in keys:
            refuse("given", key, "each key once, in any spelling", "join the values in a list")
        keys.append(key.lower())
        for value in items(f"given[{key!r}]", values, "text"):
            if not isinstance(value, str):
                refuse_type(f"given[{key!r}]", value, "text", "write it in quotes")
            allowed = None if unresolved(value) else allowed_values(key, value)
            if allowed:
                refuse("given", {key: value}, allowed, f"no request carries another {key}")


def check_elements(document: Mapping[str, Any]) -> None:
    """Raise a ValueError for a policy statement of a role or user that lacks an element, or has another."""
    for element in document:
        if element in ("Principal", "NotPrincipal"):
            fix = "the role or user is the principal"
            refuse("statements", element, "statements without a principal", fix)
        if element not in ELEMENTS:
            refuse("statements", element, f"the elements {', '.join(ELEMENTS)}", "leave it out")
    for element in ("Action", "Resource"):
        if element not in document and f"Not{element}" not in document:
            found = ", ".join(f"{key} {value}" for key, value in document.items())
            refuse("statements", found, f"statements with {element}", "name at least one")


def _check_document(document: Mapping[str, Any]) -> None:
    if not isinstance(document, Mapping):
        refuse_type("statements", document, *_STATEMENTS)
    check_elements(document)
    for element in ("Action", "NotAction", "Resource", "NotResource"):
        if element in document:
            _check_names("statements", element, document[element])
    if not isinstance(document.get("Sid", ""), str):
        refuse("statements: Sid", document["Sid"], "text", "a statement has one Sid, or none")
    _check_conditions("statements", document.get("Condition", {}))


def _check_fragment(fragment: Mapping[str, Any]) -> None:
    if not isinstance(fragment, Mapping) or "Principal" not in fragment:
        refuse_type("trusted", fragment, _TRUSTED, _TRUST)
    principal = fragment["Principal"]
    if principal != "*":
        if not isinstance(principal, Mapping):
            refuse_type("trusted", principal, _TRUSTED, _TRUST)
        if not principal:
            refuse("trusted", principal, "a principal with a name", _TRUST)
        for kind, names in principal.items():
            if kind not in PRINCIPALS:
                refuse("trusted", kind, f"one of {', '.join(PRINCIPALS)}", _TRUST)
            _check_names("trusted", kind, names)
    _check_conditions("trusted", fragment.get("Condition", {}))


def _check_names(parameter: str, element: str, value: Any) -> None:
    where = f"{parameter}: {element}"
    for text in sequence(where, texts(where, value), "text"):
        if not isinstance(text, str) or not text.strip():
            refuse(where, text, "text", "name at least one")


def _check_conditions(parameter: str, conditions: Any) -> None:
    if not isinstance(conditions, Mapping):
        allowed = "a dict of operator to a dict of key to value"
        refuse_type(f"{parameter}: Condition", conditions, allowed, "leave it out for none")
    for operator, keys in conditions.items():
        if not isinstance(keys, Mapping) or not keys:
            allowed = "at least one condition key with its value"
            refuse(f"{parameter}: Condition", {operator: keys}, allowed, "leave the operator out")
        for key, value in keys.items():
            if isinstance(value, list | tuple) and not value:
                allowed = "at least one value"
                refuse(f"{parameter}: Condition", {key: value}, allowed, "leave the key out")
