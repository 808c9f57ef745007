"""What CDK says of a construct and never changes, asked once: CDK runs in another process."""

from functools import lru_cache
from typing import Any, Final

from aws_cdk import Stack
from constructs import IConstruct

# One question takes as long as some thousand lines of Python. An app of a hundred stacks would ask
# for the same names and ARNs ten thousand times.
_ASKED: Final = 8192


def cached_attribute(construct: IConstruct, attribute: str) -> Any:
    """Return an attribute of a construct that never changes once it is made, such as its ARN."""
    return _attribute(_hashable(construct), attribute)


def stack_of(construct: IConstruct) -> Stack:
    """Return the stack of a construct."""
    return _stack(_hashable(construct))


def path_of(construct: IConstruct) -> str:
    """Return the path of a construct in its app."""
    return str(cached_attribute(cached_attribute(construct, "node"), "path"))


def account_of(construct: IConstruct) -> str:
    """Return the account of a construct's stack, which may be a token."""
    return str(cached_attribute(stack_of(construct), "account"))


def _hashable(construct: IConstruct) -> Any:
    return construct  # every construct is, and its interface does not say so


@lru_cache(_ASKED)
def _attribute(construct: Any, attribute: str) -> Any:
    return getattr(construct, attribute)


@lru_cache(_ASKED)
def _stack(construct: Any) -> Stack:
    return Stack.of(construct)
