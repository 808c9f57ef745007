"""What Ref and Fn::GetAtt give for a resource: its name, or its ARN, as far as a template says.

What AWS makes is a generated symbol, which equals no literal. So a part is generated only where it is
known that AWS makes it; what nobody knows is unknown.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from whomay.iam.arn import last_word_in, name_in
from whomay.iam.facts.resource_names import ResourceNames, names_of
from whomay.iam.patterns.code_points import GENERATED, SYMBOL_END, UNKNOWN
from whomay.iam.patterns.symbols import generated, unknown

PropertyOf = Callable[[str], str | None]

_NOBODY: ResourceNames = ResourceNames()
REF: Final = "Ref"  # no property is called so: what it gives of a resource that is there already

# Services that keep names in small letters, however they are written.
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
_IN_LOWER_CASE: Final = frozenset(("DMS", "DocDB", "ElastiCache", "Neptune", "RDS"))
_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")
_CAPITAL: Final = re.compile(f"[A-Z](?![^{GENERATED}{UNKNOWN}]*{SYMBOL_END})")  # in no symbol


def attribute(
    kind: str, name: str, attribute: str, environment: Mapping[str, str], property_of: PropertyOf
) -> str:
    """Return the text of one attribute of a resource; `Ref` is an attribute as well.

    Args:
        kind: CloudFormation's type, `AWS::S3::Bucket`.
        name: the resource's name among all symbols, should AWS generate its physical name.
        attribute: `Ref`, `Arn`, or another that CloudFormation's reference lists for the type.
        environment: values of Partition, Region and Account.
        property_of: gives the text of a property, None when the template does not set it.

    """
    if attribute == REF and (there := property_of(REF)):
        return there
    of = f"of {kind.replace('::', ' ')} {name}"  # a symbol holds no colon
    names = names_of(kind)
    form = _format(kind, attribute)
    if form == "":
        return unknown(f"{attribute} {of}, whose ARN format is not known")
    lowered = kind.split("::")[1] in _IN_LOWER_CASE
    parts = _Parts(names or _NOBODY, name, of, property_of, lowered=lowered)
    if form is not None:
        return _VARIABLE.sub(lambda m: environment.get(m[1]) or parts.part(m[1]), form)
    if names is None or (attribute == "Ref" and names.ref is None):
        return unknown(f"the id {of}" if attribute == "Ref" else f"{attribute} {of}")
    if attribute in ("Ref", names.id, names.ref):
        return parts.ref()
    return parts.other(attribute)


@cache
def own_attribute(kind: str) -> str | None:
    """Return the attribute that is the resource's own ARN; None when the ARN is not known."""
    names = names_of(kind)
    if names is None:
        return None
    formats = _formats(kind)
    own = [each for each in formats if formats[each] and _is_own(names, kind, each)]
    if own:
        return own[0]
    if formats.get("Ref", "").startswith("arn:"):
        return "Ref"
    return "Arn" if names.arn and "Arn" not in formats else None


def attribute_like(kind: str, form: str) -> str:
    """Return the attribute of a type whose ARN is of a form up to the name in it; else `Ref`."""
    start = form.partition("${Name}")[0]
    found = (name for name, each in _formats(kind).items() if each.startswith(start))
    return next(found, "Ref")


@cache
def _format(kind: str, attribute: str) -> str | None:
    """Return the format of an attribute that is an ARN; empty where it is not known."""
    names = names_of(kind)
    form = _formats(kind).get(attribute)
    if form is None and names is not None and _is_own(names, kind, attribute):
        form = _own_format(names, kind)
    return form


def _formats(kind: str) -> Mapping[str, str]:
    found: Mapping[str, str] = _table().get(kind, {})
    return found


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    text = Path(__file__).with_name("arns.json").read_text("utf-8")
    found: Mapping[str, Mapping[str, str]] = json.loads(text)["formats"]
    return found


def _is_own(names: ResourceNames, kind: str, attribute: str) -> bool:
    """Tell whether an attribute is the ARN of the resource itself, not of another."""
    word = kind.rpartition("::")[2].lower()
    lower = attribute.lower()
    own = attribute == names.id or word.endswith(lower.removesuffix("arn"))
    return lower.endswith("arn") and own


def _own_format(names: ResourceNames, kind: str) -> str | None:
    """Return the format of the resource's own ARN, where another attribute or IAM tells it."""
    ref = _formats(kind).get("Ref", "")
    return names.arn or (ref if ref.startswith("arn:") else None)


class _Parts:
    """What is in the names and ARNs of one resource."""

    def __init__(
        self, names: ResourceNames, name: str, of: str, property_of: PropertyOf, *, lowered: bool
    ) -> None:
        self._names = names
        self._lowered = lowered
        self._name = name
        self._of = of
        self._property_of = property_of

    def ref(self) -> str:
        """Return what `Ref` gives."""
        made = self._said(self._names.ref or "", "", generated(self._name))
        return self._property_of(REF) or made

    def part(self, variable: str) -> str:
        """Return the value of one variable of an ARN's format."""
        said = self._names.parts.get(variable)
        if said is None:
            return self._unknown(variable)
        if said == "Ref":
            value = self.ref()
        else:
            own = self._name if variable == "Name" else f"{self._name}.{variable}"
            value = self._said(said, variable, generated(own))
        match variable:
            case "Url":
                return value.removeprefix("https://")
            case "Alias":
                return value.removeprefix("alias/")
            case "FunctionName":
                return last_word_in(value)
            case "ClusterName":
                return value.rpartition("/")[2]
            case "EventBus":
                return f"{last_word_in(value)}/" if value not in ("", "default") else ""
            case "ParameterNameWithoutLeadingSlash":
                return value.removeprefix("/")
        # many properties take a name or the ARN with that name
        return name_in(value) if value.startswith("arn:") else value

    def other(self, attribute: str) -> str:
        """Return an attribute that is neither the name nor the ARN."""
        if value := self._property_of(attribute):
            return value
        named = bool(self._names.name and self._property_of(self._names.name))
        made = generated(f"{self._name}.{attribute}")
        if attribute.lower().endswith("arn") or (named and not attribute.endswith(("Id", "ID"))):
            return self._unknown(attribute)
        return made

    def _said(self, said: str, variable: str, made: str) -> str:
        """Return the text that the words of the table mean; `made` is what AWS makes."""
        named, has_default, default = said.partition("=")
        prop = named.strip("~?-")
        value = self._property_of(prop) if prop else None
        if value is None:
            if has_default:
                return default
            return self._unknown(variable) if said.endswith("?") else made
        if said.startswith("~"):
            return self._unknown(variable or "Ref")
        if self._lowered:
            value = _CAPITAL.sub(lambda capital: capital[0].lower(), value)
        return f"{value}-{made}" if said.endswith("-") else value

    def _unknown(self, what: str) -> str:
        return unknown(f"{what} {self._of}")
