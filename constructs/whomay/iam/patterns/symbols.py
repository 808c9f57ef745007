"""Text with parts that only a deployment knows.

An ARN in a template is often not yet a string: a bucket's name is generated at deployment, a
parameter has no value. Such a part travels inside ordinary text as one *symbol*, between private
code points that no AWS name may hold. So text stays a `str`, and matching can treat each symbol as
a single letter.

- A *generated* symbol is a value that AWS will make. It equals itself and nothing else.
- An *unknown* symbol is a value of which nothing is known, with the reason. The reason tells which
  value it is: two with one reason are one value. Whatever else depends on it is Unknown.
- `ACCOUNT` and `REGION` are generated: those of all stacks that name none. They may turn out to be
  any id, any Region that is written out. `OTHER_ACCOUNT` and `OTHER_REGION` are surely not theirs.
"""

import re
from collections.abc import Mapping
from typing import Final

from whomay.iam.patterns.code_points import (
    GENERATED,
    LITERAL_QUESTION,
    LITERAL_STAR,
    SYMBOL_END,
    UNKNOWN,
)

SYMBOL: Final = re.compile(f"[{GENERATED}{UNKNOWN}]([^{SYMBOL_END}]*){SYMBOL_END}")
UNKNOWN_SYMBOL: Final = re.compile(f"{UNKNOWN}([^{SYMBOL_END}]*){SYMBOL_END}")

# A colon ends an ARN's segment, and a bracket a symbol that is shown: a name holds neither.
_REPLACED: Final = str.maketrans(":<>", ".()", f"{GENERATED}{UNKNOWN}{SYMBOL_END}")


def generated(name: str) -> str:
    """Return the text for a value made at deployment, such as a bucket's name."""
    return f"{GENERATED}{name.translate(_REPLACED)}{SYMBOL_END}"


def unknown(reason: str) -> str:
    """Return the text for a value of which nothing is known."""
    return f"{UNKNOWN}{reason.translate(_REPLACED)}{SYMBOL_END}"


ACCOUNT: Final = generated("account")
REGION: Final = generated("region")
OTHER_ACCOUNT: Final = generated("another account")
OTHER_REGION: Final = generated("another region")

# What each of them may turn out to be, as a text holds it.
WRITTEN_OUT: Final[Mapping[str, re.Pattern[str]]] = {
    ACCOUNT: re.compile(r"(?<!\d)(?=(\d{12})(?!\d))"),
    REGION: re.compile(
        r"(?<![a-z0-9])(?=([a-z]{2,4}(?:-[a-z]{2,4})?"
        r"-(?:(?:north|south)(?:east|west)?|east|west|central)-\d)(?!\d))"
    ),
}


def apart(text: str) -> str:
    """Return the text for stacks whose account and Region are none of those that are written out."""
    return text.replace(ACCOUNT, OTHER_ACCOUNT).replace(REGION, OTHER_REGION)


def alike(text: str) -> str:
    """Return the text with one symbol in place of each: for patterns that hold none, all are alike."""
    return SYMBOL.sub(_ANY, text) if SYMBOL_END in text else text


_ANY: Final = generated("any")


def is_symbolic(text: str) -> bool:
    """Tell whether any part of the text is a symbol."""
    return SYMBOL_END in text


def unknown_reasons(text: str) -> list[str]:
    """Return why parts of the text are unknown; empty when all is known."""
    return UNKNOWN_SYMBOL.findall(text) if UNKNOWN in text else []


def display(text: str) -> str:
    """Return the text for people: a generated part as <name>, an unknown one as <?reason>."""
    plain = text.replace(LITERAL_STAR, "*").replace(LITERAL_QUESTION, "?")
    return SYMBOL.sub(lambda m: f"<{'?' if m[0][0] == UNKNOWN else ''}{m[1]}>", plain)


def printable(text: str) -> str:
    r"""Return the text for a terminal: as `display` shows it, control characters written out.

    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in display(text))
