"""Texts of an app as metadata holds them: each reference with the stack that it is of."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from aws_cdk import CfnElement, Token, Tokenization
from aws_cdk import Reference as CdkReference
from constructs import IConstruct

from whomay.cdk.jsii.construct_facts import path_of, stack_of
from whomay.metadata.references import Reference, write_text
from whomay.metadata.tokens import TOKEN, unresolved

_TOKEN: Final = re.compile(f"({TOKEN.pattern})")


def with_references(scope: IConstruct, value: Any) -> Any:
    """Return JSON in which each text that holds tokens is written as `whomay.metadata.references` says.

    What refers to no construct, such as a pseudo parameter, belongs to the stack of `scope`.
    """
    if isinstance(value, str):
        parts = [part for part in _TOKEN.split(value) if part]
        return write_text([_part(scope, part) for part in parts]) if unresolved(value) else value
    if isinstance(value, Mapping):
        return {key: with_references(scope, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [with_references(scope, item) for item in value]
    if Token.is_unresolved(value):
        return with_references(scope, Token.as_string(value))
    return value


def _part(scope: IConstruct, part: str) -> str | Reference:
    if not _TOKEN.fullmatch(part):
        return part
    return _reference(part) or Reference(path_of(stack_of(scope)), part)


@lru_cache(maxsize=4096)  # a contract names the same roles and buckets again and again
def _reference(part: str) -> Reference | None:
    [token] = Tokenization.reverse_string(part).tokens
    target = token.target if isinstance(token, CdkReference) else None
    if not (isinstance(token, CdkReference) and isinstance(target, CfnElement)):
        return None
    stack = stack_of(target)
    return Reference(path_of(stack), stack.resolve(token))
