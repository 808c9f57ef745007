"""CloudFormation's intrinsic functions; one that is not listed here is unknown by its name.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from whomay.engine.templates.template import Template
from whomay.iam.patterns.code_points import PLACEHOLDER
from whomay.iam.patterns.symbols import (
    SYMBOL,
    display,
    generated,
    is_symbolic,
    unknown,
    unknown_reasons,
)

REFUSED: Final = "Fn::Refused"  # no function of CloudFormation: in what is made of a live account
DEEPEST: Final = 60  # levels, counting each reference that is followed


class Evaluator(Protocol):
    """What a function asks about the template that it is in; `depth` counts levels."""

    def text(self, template: Template, value: Any, depth: int = 0) -> str:
        """Return a value that is where text is expected."""

    def plain(self, template: Template, value: Any, depth: int = 0) -> Any:
        """Return a value as plain JSON, or `NoValue`."""

    def condition(self, template: Template, name: str, depth: int) -> bool | None:
        """Evaluate one of the template's conditions."""

    def ref(self, template: Template, name: str, depth: int) -> Any:
        """Evaluate Ref."""

    def attribute(self, template: Template, logical_id: str, name: str, depth: int) -> Any:
        """Evaluate an attribute of a resource."""

    def import_value(self, template: Template, name: str, depth: int) -> Any:
        """Return what another stack exports under a name."""

    def stack_output(self, template: Template, stack: str, output: str, depth: int) -> Any:
        """Return an output of another stack."""


class NoValue:
    """AWS::NoValue: what has it is not there."""


def as_text(value: Any) -> str:
    """Return an evaluated value as the text that CloudFormation makes of it."""
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case Pieces():
            return value.any()
    return unknown(f"{type(value).__name__} {told(value)} where text is expected")


def told(value: Any) -> str:
    """Return a value in short, so that no two read alike: by its reason an unknown part is known.

    Long values are cut, with a checksum of the whole.
    """
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(", ", "="), default=str
    )
    short = text.replace('"', "")
    if len(short) <= _LONGEST_TOLD:
        return short
    return f"{short[:_LONGEST_TOLD]}… {hashlib.sha256(text.encode()).hexdigest()[:8]}"


_LONGEST_TOLD: Final = 60  # characters


@dataclass(frozen=True, slots=True)
class Pieces:
    """Fn::Split of a text that holds symbols: how many pieces there are is not known."""

    text: str
    delimiter: str

    def any(self) -> str:
        """Return a piece of which nobody knows the place."""
        return unknown(f"a piece of {display(self.text)} split by {self.delimiter}")

    def piece(self, index: int) -> str:
        """Return one piece: known before the first symbol, made at deployment as that is beyond."""
        first = SYMBOL.search(self.text)
        known = self.text[: first.start() if first else None].split(self.delimiter)[:-1]
        if index < len(known):
            return known[index]
        name = f"piece {index} of {display(self.text)} split by {self.delimiter}"
        return unknown(name) if unknown_reasons(self.text) else generated(name)


def condition(at: Evaluator, template: Template, value: Any, depth: int) -> bool | None:
    """Decide a condition; None when it hangs on what only a deployment knows."""
    match value:
        case _ if depth > DEEPEST:
            return None
        case {"Condition": str(name)}:
            return at.condition(template, name, depth)
        case {"Fn::Equals": [*sides]} if any(isinstance(each, float) for each in sides):
            return None  # CloudFormation does not say how it writes 1.0 or 1e3 as text
        case {"Fn::Equals": [left, right]}:
            return _equal(at.text(template, left, depth), at.text(template, right, depth))
        case {"Fn::Not": [inner]}:
            holds = condition(at, template, inner, depth + 1)
            return None if holds is None else not holds
        case {"Fn::And": [*parts]} | {"Fn::Or": [*parts]}:
            return _combined([condition(at, template, part, depth + 1) for part in parts], value)
    return None


def _combined(results: list[bool | None], value: Mapping[str, Any]) -> bool | None:
    decisive = "Fn::Or" in value
    if decisive in results:
        return decisive
    return None if None in results else not decisive


def _equal(left: str, right: str) -> bool | None:
    if left == right:
        return True
    return None if is_symbolic(left) or is_symbolic(right) else False


def _ref(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    return at.ref(template, at.text(template, argument, depth), depth)


def _get_att(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    logical_id, name = argument.split(".", 1) if isinstance(argument, str) else argument
    return at.attribute(template, logical_id, at.text(template, name, depth), depth)


def _join(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    delimiter, values = argument
    values = at.plain(template, values, depth)
    if not isinstance(values, list):
        return unknown(f"Join {told(argument)} of {template.path}, of no known list")
    return at.text(template, delimiter, depth).join(as_text(value) for value in values)


def _sub(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    text, variables = (argument, {}) if isinstance(argument, str) else argument

    def value(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if name in variables:
            return at.text(template, variables[name], depth)
        reference = {"Fn::GetAtt": name} if "." in name else {"Ref": name}
        return at.text(template, reference, depth)

    return re.sub(r"\$\{([^{}]+)\}", value, at.text(template, text, depth))


def _select(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    index, values = argument
    values = at.plain(template, values, depth)
    position = at.text(template, index, depth)
    if isinstance(values, Pieces) and position.isdecimal():
        return values.piece(int(position))
    if not isinstance(values, list) or not position.isdecimal():
        return unknown(f"Select {told(argument)} of {template.path}, of no known list")
    return values[int(position)]


def _split(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    delimiter, text = at.text(template, argument[0], depth), at.text(template, argument[1], depth)
    # The symbols' values hold neither a colon nor a slash: those are what ARNs are split by.
    exact = ":" in delimiter or "/" in delimiter
    if unknown_reasons(text) or (is_symbolic(text) and not exact):
        return Pieces(text, delimiter)
    symbols = [match[0] for match in SYMBOL.finditer(text)]
    parts = SYMBOL.sub(PLACEHOLDER, text).split(delimiter)
    return [re.sub(PLACEHOLDER, lambda _: symbols.pop(0), part) for part in parts]


def _length(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    values = at.plain(template, argument, depth)
    if not isinstance(values, list):
        return unknown(f"Length {told(argument)} of {template.path}, of no known list")
    return len(values)


def _to_json_string(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    return json.dumps(at.plain(template, argument, depth), default=as_text, ensure_ascii=False)


def _find_in_map(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    name, *keys = [at.text(template, part, depth) for part in argument[:3]]
    table = template.section("Mappings").get(name)
    for key in keys:
        known = not is_symbolic(key) and not is_symbolic(name)
        missing = known and not (isinstance(table, Mapping) and key in table)
        if missing and len(argument) > 3 and "DefaultValue" in argument[3]:  # noqa: PLR2004 - the fourth
            return at.plain(template, argument[3]["DefaultValue"], depth)
        if is_symbolic(key) or not isinstance(table, Mapping) or key not in table:
            return unknown(f"what mapping {name} of {template.path} holds for {' and '.join(keys)}")
        table = table[key]
    return at.plain(template, table, depth)


def _if(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    name, then, otherwise = argument
    holds = at.condition(template, name, depth)
    if holds is not None:
        return at.plain(template, then if holds else otherwise, depth)
    both = at.plain(template, then, depth), at.plain(template, otherwise, depth)
    if both[0] == both[1]:
        return both[0]
    return unknown(f"{told(then)} or {told(otherwise)}, by condition {name} of {template.path}")


def _import_value(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    return at.import_value(template, at.text(template, argument, depth), depth)


def _get_stack_output(at: Evaluator, template: Template, argument: Any, depth: int) -> Any:
    stack, output = (at.text(template, argument[key], depth) for key in ("StackName", "OutputName"))
    return at.stack_output(template, stack, output, depth)


def _refused(_at: Evaluator, _template: Template, argument: Any, _depth: int) -> Any:
    """Return what the account did not tell; `argument` is the call and why it was refused."""
    return unknown(f"what {as_text(argument)} would have told")


FUNCTIONS: Final[Mapping[str, Callable[[Evaluator, Template, Any, int], Any]]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Join": _join,
    "Fn::Sub": _sub,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::GetStackOutput": _get_stack_output,
    "Fn::Length": _length,
    "Fn::ToJsonString": _to_json_string,
    REFUSED: _refused,
}
