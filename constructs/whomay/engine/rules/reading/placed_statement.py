"""Statements, with the kind of policy that they are in and the resource that holds it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from whomay.engine.templates.resources import Item
from whomay.iam.facts.actions import resource_formats
from whomay.iam.patterns.action_patterns import ActionPatterns
from whomay.iam.patterns.overlap import arns_overlap
from whomay.iam.patterns.symbols import is_symbolic
from whomay.iam.policy import Policy, Statement


class PolicyType(StrEnum):
    """Which type of policy holds a statement."""

    IDENTITY = "identity policy"
    BOUNDARY = "permissions boundary"
    TRUST = "trust policy"
    RESOURCE = "resource policy"


@dataclass(frozen=True, slots=True)
class PlacedStatement:
    """One statement, the policy that it is in, and the resource that holds the policy."""

    statement: Statement
    policy: Policy
    policy_type: PolicyType
    item: Item

    @property
    def allows(self) -> bool:
        """Tell whether it is an Allow."""
        return self.statement.effect == "Allow"

    @property
    def allows_everything(self) -> bool:
        """Tell whether it allows every action on every resource, without a condition."""
        return allows_everything(self.statement)

    def names(self, action: str) -> bool:
        """Tell whether its Action element covers the action, in lower case."""
        return names_action(self.statement.actions or (), action)


@lru_cache(maxsize=65536)
def names_action(patterns: tuple[str, ...] | frozenset[str], action: str) -> bool:
    """Tell whether one of the patterns covers the action, which is in lower case."""
    return _compiled(patterns).match(action) is not False


@lru_cache(maxsize=16384)
def _compiled(patterns: tuple[str, ...] | frozenset[str]) -> ActionPatterns:
    return ActionPatterns(each.lower() for each in patterns)


def is_wild(pattern: str) -> bool:
    """Tell whether a pattern may match more than one text."""
    return "*" in pattern or "?" in pattern or is_symbolic(pattern)


def allows_everything(statement: Statement) -> bool:
    """Tell whether a statement allows every action on every resource, without a condition."""
    return (
        statement.effect == "Allow"
        and not statement.conditions
        and any(not action.strip("*:") for action in statement.actions or ())
        and any(not resource.strip("*:") for resource in statement.resources or ())
    )


def concrete(pattern: str, action: str, account: str) -> str:
    """Return one resource that the pattern covers, of a type that the action acts on.

    It is one of the account, where the type has an account.

    Raises KeyError when AWS has no such action.
    """
    if pattern.strip("*"):
        return pattern.replace("*", "any").replace("?", "x")
    formats = resource_formats(action)
    known = {"${Partition}": "aws", "${Account}": account}
    own = next((each for each in formats if "${Account}" in each), formats[0] if formats else "*")
    return re.sub(r"\$\{\w+\}", lambda m: known.get(m[0], "any"), own)


def may_be_role(pattern: str) -> bool:
    """Tell whether a resource pattern covers a role."""
    return arns_overlap(pattern, "arn:*:iam::*:role/*")
