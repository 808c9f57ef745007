"""Texts of an app as data that names the stack of whatever they refer to.

A logical id means nothing without its stack, and CDK resolves a reference to another stack as an
import, or refuses to resolve it where accounts differ. So each reference is written out here.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from aws_cdk import CfnElement, Reference, Token, Tokenization
from constructs import IConstruct

from whomay.cdk.jsii.construct_facts import path_of, stack_of
from whomay.metadata.tokens import TOKEN, unresolved

_TOKEN: Final = re.compile(f"({TOKEN.pattern})")


def with_references(scope: IConstruct, value: Any) -> Any:
    """Return JSON with each text that holds tokens as `{"Text": [part, …]}`.

    A part is plain text, or `{"Stack": path, "Value": …}` with what CloudFormation evaluates in the
    stack at that construct path. What refers to no construct, such as a pseudo parameter, belongs
    to the stack of `scope`.
    """
    if isinstance(value, str):
        parts = [part for part in _TOKEN.split(value) if part]
        return {"Text": [_part(scope, part) for part in parts]} if unresolved(value) else value
    if isinstance(value, Mapping):
        return {key: with_references(scope, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [with_references(scope, item) for item in value]
    if Token.is_unresolved(value):
        return with_references(scope, Token.as_string(value))
    return value


def _part(scope: IConstruct, part: str) -> Any:
    if not _TOKEN.fullmatch(part):
        return part
    return _reference(part) or {"Stack": path_of(stack_of(scope)), "Value": part}


@lru_cache(maxsize=4096)  # a contract names the same roles and buckets again and again
def _reference(part: str) -> Mapping[str, Any] | None:
    [token] = Tokenization.reverse_string(part).tokens
    target = token.target if isinstance(token, Reference) else None
    if not (isinstance(token, Reference) and isinstance(target, CfnElement)):
        return None
    stack = stack_of(target)
    return {"Stack": path_of(stack), "Value": stack.resolve(token)}
