"""Errors for an argument that is refused: which one, the bad value, what is allowed, what to do."""

import re
from typing import Final, NoReturn

_SHOWN_LENGTH: Final = 120
_ADDRESS: Final = re.compile(r"<(?:[\w.]+\.)?(\w+) object at 0x[0-9a-f]+>")


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


def _message(parameter: str, shown: str, allowed: str, fix: str) -> str:
    if len(shown) > _SHOWN_LENGTH:
        shown = f"{shown[:_SHOWN_LENGTH]}… ({len(shown)} characters)"
    return f"{parameter}: got {shown}; allowed is {allowed}" + (f"; {fix}" if fix else "")
