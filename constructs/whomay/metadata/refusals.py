"""Errors for an argument that is refused: which one, the bad value, what is allowed, what to do.

The lists of a caller are taken here too, since what is not a list is refused.
"""

import re
from collections.abc import Iterable
from typing import Final, NoReturn, TypeVar

_SHOWN_LENGTH: Final = 120
_ADDRESS: Final = re.compile(r"<(?:[\w.]+\.)?(\w+) object at 0x[0-9a-f]+>")


_NO_LISTS: Final = (str, bytes, type, dict, set, frozenset)
T = TypeVar("T")


class WrongTypeError(TypeError, ValueError):
    """The argument is of a wrong type. It is a ValueError too: no value of that type will do."""


def refuse(parameter: str, value: object, allowed: str, fix: str = "") -> NoReturn:
    """Raise a ValueError that names the parameter, the value, what is allowed, and what to do."""
    raise ValueError(_message(parameter, repr(value), allowed, fix))


def refuse_type(parameter: str, value: object, allowed: str, fix: str = "") -> NoReturn:
    """Raise an error that is both a TypeError and a ValueError."""
    path = getattr(getattr(value, "node", None), "path", None)  # a construct's repr says nothing
    shown = _ADDRESS.sub(r"<\1>", repr(value)) if path is None else path
    raise WrongTypeError(_message(parameter, f"{type(value).__name__} {shown}", allowed, fix))


def items(parameter: str, value: Iterable[T], of: str) -> list[T]:
    """Return the items of a list, tuple or generator; raise for anything else.

    A string would be taken apart into letters. The order of a set differs from run to run, and with
    it the template would.
    """
    if isinstance(value, _NO_LISTS) or not isinstance(value, Iterable):
        refuse_type(parameter, value, f"a list of {of}", f"write {parameter}=[…]")
    return list(value)


def sequence(parameter: str, value: Iterable[T], of: str) -> list[T]:
    """Return the items of a list, tuple or generator, of which there must be one at least."""
    found = items(parameter, value, of)
    if not found:
        refuse(parameter, [], f"at least one of {of}", "an empty list would grant or guard nothing")
    return found


def _message(parameter: str, shown: str, allowed: str, fix: str) -> str:
    if len(shown) > _SHOWN_LENGTH:
        shown = f"{shown[:_SHOWN_LENGTH]}… ({len(shown)} characters)"
    return f"{parameter}: got {shown}; allowed is {allowed}" + (f"; {fix}" if fix else "")
