"""Text with parts that only a deployment knows.

An ARN in a template is often not yet a string: a bucket's name is generated at deployment, a
parameter has no value. Such a part travels inside ordinary text as one *symbol*, between private
code points that no AWS name may hold, so that text stays a `str` and matching can treat each
symbol as a single letter.

- A *generated* symbol is a value that AWS will make. It equals itself and nothing else.
- An *unknown* symbol is a value of which nothing is known, with the reason. Whatever depends on it
  is Unknown.
"""

import re
from typing import Final

from whomay.iam.patterns.code_points import GENERATED, SYMBOL_END, UNKNOWN

SYMBOL: Final = re.compile(f"[{GENERATED}{UNKNOWN}]([^{SYMBOL_END}]*){SYMBOL_END}")


def generated(name: str) -> str:
    """Return the text that stands for a value made at deployment, such as a bucket's name."""
    return f"{GENERATED}{_clean(name)}{SYMBOL_END}"


def unknown(reason: str) -> str:
    """Return the text that stands for a value of which nothing is known."""
    return f"{UNKNOWN}{_clean(reason)}{SYMBOL_END}"


def is_symbolic(text: str) -> bool:
    """Tell whether any part of the text is a symbol."""
    return SYMBOL_END in text


def unknown_reasons(text: str) -> list[str]:
    """Return why parts of the text are unknown; empty when all is known."""
    if UNKNOWN not in text:
        return []
    return [match[1] for match in SYMBOL.finditer(text) if match[0][0] == UNKNOWN]


def display(text: str) -> str:
    """Return the text for people: a generated part as <name>, an unknown one as <?reason>."""
    return SYMBOL.sub(lambda m: f"<{'?' if m[0][0] == UNKNOWN else ''}{m[1]}>", text)


def _clean(name: str) -> str:
    """Keep colons out: a symbol never reaches over a segment of an ARN."""
    return re.sub(f"[{GENERATED}{UNKNOWN}{SYMBOL_END}]", "", name).replace(":", ".")
