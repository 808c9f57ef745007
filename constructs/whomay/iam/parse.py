"""Read a policy document, as JSON or a template has it, into a `Policy`.

Follows the grammar of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from whomay.iam import unique_json
from whomay.iam.content import content_of
from whomay.iam.patterns.code_points import unescape
from whomay.iam.patterns.symbols import display, unknown_reasons
from whomay.iam.policy import Condition, Policy, Principals, Source, Statement

_LONGEST = 60  # what is shown of a bad value
_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")


class PolicyError(ValueError):
    """A policy document breaks the grammar; the text says where, what and what is allowed."""


def read_policy(document: Any, path: str, name: str = "") -> Policy:
    """Return the policy; one that cannot be read may allow anything, and `unknown` says why.

    Args:
        document: the document with all functions evaluated, as an object or as JSON text.
        path: where the document is, a construct path.
        name: the policy's own name.

    """
    if isinstance(document, str):
        if reasons := unknown_reasons(document):
            return Policy((), unknown=f"{path}: {', '.join(reasons)}", content=content_of(document))
        try:
            document = unique_json.loads(document)
        except (ValueError, RecursionError) as error:
            return Policy(
                (),
                unknown=f"{path}: the policy document is not JSON: {error}",
                refused=True,
                content=content_of(document),
            )
    try:
        return parse_policy(document, Source(path, name))
    except PolicyError as error:
        # A message quotes by repr, which escapes the code points of symbols.
        said = f"{path}: {display(unescape(str(error)))}"
        refused = not unknown_reasons(unescape(str(document)))
        return Policy((), unknown=said, refused=refused, content=content_of(document))


def parse_policy(document: object, source: Source | None = None) -> Policy:
    """Return the document as data. Numbers and Booleans become text, single values lists.

    `source` names the document in answers; each statement gets it with its own index and Sid.
    Raises PolicyError when the document breaks the policy grammar.
    """
    where = source or Source("")
    if not isinstance(document, Mapping):
        raise PolicyError(f"a policy is an object with a Statement, not {_short(document)}")
    _refuse_unknown(document, ("Version", "Id", "Statement"), "the policy")
    version = document.get("Version", "2008-10-17")
    if version not in ("2008-10-17", "2012-10-17"):
        raise PolicyError(f"Version is {_short(version)}; allowed: 2012-10-17, 2008-10-17")
    if "Statement" not in document:
        raise PolicyError("the policy has no Statement")
    statements = document["Statement"]
    if isinstance(statements, Mapping):
        statements = [statements]
    if not isinstance(statements, Sequence) or isinstance(statements, str):
        raise PolicyError(f"Statement is an object or a list of them, not {_short(statements)}")
    parsed = (_statement(s, where, index) for index, s in enumerate(statements))
    return Policy(statements=tuple(parsed), version=version)


def problem_with(statement: Statement, *, of_resource: bool) -> str | None:
    """Say why AWS refuses a statement in its place; None when it does not.

    `of_resource` tells a resource's or a trust policy from a principal's, a limit's or an SCP.
    """
    named = statement.principals is not None or statement.not_principals is not None
    if named is not of_resource:
        return "must have a Principal or NotPrincipal" if of_resource else "must name no principal"
    if not of_resource and statement.resources is None and statement.not_resources is None:
        return "must have a Resource or NotResource"
    listed = statement.actions if statement.actions is not None else statement.not_actions or ()
    for action in listed:
        if ":" not in action and (action == "" or action.strip("*")):
            return f"has the action {_short(action)}, which names no service, as in s3:GetObject"
    return None


def _statement(raw: object, where: Source, index: int) -> Statement:
    place = f"Statement[{index}]"
    if not isinstance(raw, Mapping):
        raise PolicyError(f"{place} is not an object but {_short(raw)}")
    _refuse_unknown(raw, _ELEMENTS, place)
    effect = raw.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise PolicyError(f"{place}: Effect is {_short(effect)}; allowed: Allow, Deny")
    for one, other in (("Action", "NotAction"), ("Resource", "NotResource")):
        if one in raw and other in raw:
            raise PolicyError(f"{place} has both {one} and {other}; allowed is one of them")
    if "Action" not in raw and "NotAction" not in raw:
        raise PolicyError(f"{place} has neither Action nor NotAction")
    if "Principal" in raw and "NotPrincipal" in raw:
        raise PolicyError(f"{place} has both Principal and NotPrincipal; allowed is one of them")
    sid = raw.get("Sid", "")
    return Statement(
        effect=effect,
        actions=_texts(raw, "Action", place),
        not_actions=_texts(raw, "NotAction", place),
        resources=_texts(raw, "Resource", place),
        not_resources=_texts(raw, "NotResource", place),
        principals=_principals(raw, "Principal", place),
        not_principals=_principals(raw, "NotPrincipal", place),
        conditions=_conditions(raw.get("Condition"), place),
        source=Source(where.path, where.policy, index, str(sid)),
    )


_NAMES = ("Action", "NotAction", "Resource", "NotResource")
_ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)


def _principals(raw: Mapping[str, Any], element: str, place: str) -> Principals | None:
    if element not in raw:
        return None
    value = raw[element]
    if value == "*":
        return (("*", ("*",)),)
    if not isinstance(value, Mapping):
        raise PolicyError(
            f"{place}: {element} is {_short(value)}; allowed: '*' or an object of AWS, Service …"
        )
    _refuse_unknown(value, _KINDS, f"{place}: {element}")
    return tuple((kind, _texts(value, kind, place) or ()) for kind in value)


def _conditions(raw: object, place: str) -> tuple[Condition, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, Mapping):
        raise PolicyError(f"{place}: Condition is not an object but {_short(raw)}")
    found = []
    for operator, keys in raw.items():
        if not isinstance(keys, Mapping):
            raise PolicyError(f"{place}: Condition {operator} is not an object of keys")
        found += [
            Condition(operator, key, _texts(keys, key, f"{place}: Condition {operator}") or ())
            for key in keys
        ]
    return tuple(found)


def _texts(raw: Mapping[str, Any], element: str, place: str) -> tuple[str, ...] | None:
    if element not in raw:
        return None
    value = raw[element]
    if isinstance(value, str):
        return (value,)
    values = value if isinstance(value, list) else [value]
    return tuple([_text(item, element, place) for item in values])


def _text(value: object, element: str, place: str) -> str:
    if isinstance(value, str):
        return value
    match value:
        case bool() if element not in _NAMES:
            return "true" if value else "false"
        case int() | float() if element not in _NAMES:
            return str(value)
    raise PolicyError(f"{place}: {element} holds {_short(value)}; allowed: text")


def _refuse_unknown(raw: Mapping[str, Any], allowed: tuple[str, ...], place: str) -> None:
    for name in raw:
        if name not in allowed:
            raise PolicyError(f"{place} has an element {name!r}; allowed: {', '.join(allowed)}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
