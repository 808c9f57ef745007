"""JSON that is read in one way only: what parsers read differently is refused, with its line.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html refuses a policy that
names a key twice. Half of a surrogate pair is no character, so nothing could write it again.
"""

import json
import re
from json.decoder import JSONObject  # type: ignore[attr-defined] # no stub has it
from json.scanner import py_make_scanner  # type: ignore[attr-defined] # no stub has it
from typing import Any, Final

_MAYBE_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPES: Final = re.compile(
    r"\\(?:u([dD][89abAB]..)\\u[dD][c-fC-F]..|u([dD][89a-fA-F]..)|.)", re.DOTALL
)


class AmbiguousError(ValueError):
    """Two parsers would read the text as two documents, or not at all."""


def loads(text: str) -> Any:
    """Return the document.

    Raises:
        json.JSONDecodeError: it is not JSON
        AmbiguousError: an object names a key twice, or there is a number that JSON does not have or
            half of a character. The message names the line.

    """
    try:
        document = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
    except _RepeatedError:
        _Placing().decode(text)
        raise
    if _MAYBE_SURROGATE.search(text):
        for escape in _ESCAPES.finditer(text):
            if escape[2]:
                raise AmbiguousError(
                    f"line {_line(text, escape.start())}: {escape[0]} is half a character"
                )
    return document


class _RepeatedError(AmbiguousError):
    """An object has a key twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RepeatedError(f"an object has the key {twice!r} twice")
    return found


def _no_number(name: str) -> Any:
    raise AmbiguousError(f"{name} is not a JSON number")


class _Placing(json.JSONDecoder):
    """Reads more slowly, and tells the line of the object that has a key twice."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=_unique)
        self.parse_object = self._object
        self.scan_once = py_make_scanner(self)

    def _object(self, at: tuple[str, int], *others: Any) -> Any:
        try:
            return JSONObject(at, *others)
        except _RepeatedError as error:
            raise AmbiguousError(f"line {_line(*at)}: {error}") from None


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
