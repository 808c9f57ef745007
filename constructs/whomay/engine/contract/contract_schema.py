"""What an editor needs to complete and check `access-contract.yaml`: a JSON schema.

It is made from the tables of the reader. The file beside this module holds it, and a test keeps both equal.
https://json-schema.org/draft/2020-12
"""

from typing import Any, Final

from whomay.engine.contract.contract_file import SAYS, VERSION
from whomay.engine.contract.file_names import MANAGED
from whomay.metadata.records import StatementKind
from whomay.metadata.statements import ELEMENTS, PRINCIPALS

Schema = dict[str, Any]

_MEANS: Final = {
    StatementKind.MUST_ALLOW: "Every request of the pattern is allowed.",
    StatementKind.MUST_NOT_ALLOW: "No request of the pattern is allowed.",
    StatementKind.CANNOT_REACH: "No request of the pattern is allowed, through any chain of roles either.",
    StatementKind.MAY_ONLY: "All that is allowed is allowed by these statements alone.",
    StatementKind.ASSUMABLE_ONLY_BY: "Nobody but these can assume the role.",
}
_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
_TEXTS: Final[Schema] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_VALUE: Final[Schema] = {"type": ["string", "boolean", "integer"]}
_VALUES: Final[Schema] = {"anyOf": [_VALUE, {"type": "array", "items": _VALUE, "minItems": 1}]}
_CONDITION: Final[Schema] = {
    "description": "Operators, each with its condition keys and their values.",
    "type": "object",
    "additionalProperties": {"type": "object", "additionalProperties": _VALUES},
}
_ELEMENT: Final[Schema] = {
    "type": "object",
    "properties": dict.fromkeys(PRINCIPALS, _TEXTS),
    "additionalProperties": False,
    "minProperties": 1,
}


def schema() -> Schema:
    """Return the schema, ready for `json.dumps`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "access-contract.yaml of whomay",
        "type": "object",
        "properties": {
            "version": {"const": VERSION},
            "statements": {
                "type": "array",
                "minItems": 1,
                "items": {"oneOf": [_statement(kind) for kind in StatementKind]},
            },
        },
        "required": ["version", "statements"],
        "additionalProperties": False,
    }


def _statement(kind: StatementKind) -> Schema:
    must, may = SAYS[kind]
    principal = {
        **_TEXT,
        "description": f"{_MEANS[kind]} A construct path, a path with *, or an ARN.",
    }
    return {
        "type": "object",
        "properties": {kind.value: principal, **{key: _KEYS[key] for key in sorted(must | may)}},
        "required": [kind.value, *sorted(must)],
        "additionalProperties": False,
    }


_STATEMENT: Final[Schema] = {
    "type": "object",
    "properties": {
        **dict.fromkeys(ELEMENTS, _TEXTS),
        "Sid": _TEXT,
        "Effect": {"enum": ["Allow", "Deny"]},
        "Condition": _CONDITION,
    },
    "additionalProperties": False,
}
_KEYS: Final[dict[str, Schema]] = {
    "actions": {**_TEXTS, "description": "Actions or patterns of them, such as s3:GetObject."},
    "resources": {
        **_TEXTS,
        "description": "ARNs, or construct paths with what lies in them: Reports/Bucket/*.",
    },
    "given": {
        "description": "Condition keys with their value, and null for an absent one.",
        "type": "object",
        "additionalProperties": {"anyOf": [_VALUES, {"type": "null"}]},
    },
    "statements": {
        "description": "Statements as IAM has them; Effect is Allow where it is left out.",
        "type": "array",
        "items": {
            "anyOf": [
                _STATEMENT,
                {
                    "description": "An AWS managed policy by its name, such as ReadOnlyAccess.",
                    "type": "object",
                    "properties": {MANAGED: _TEXT},
                    "required": [MANAGED],
                    "additionalProperties": False,
                },
            ]
        },
    },
    "trusted": {
        "description": "Services, accounts, construct paths, ARNs, or Principal elements.",
        "type": "array",
        "minItems": 1,
        "items": {
            "anyOf": [
                _TEXT,
                _ELEMENT,
                {
                    "type": "object",
                    "properties": {
                        "Principal": {"anyOf": [_TEXT, _ELEMENT]},
                        "Condition": _CONDITION,
                    },
                    "required": ["Principal"],
                    "additionalProperties": False,
                },
            ]
        },
    },
}
