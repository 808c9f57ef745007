"""What Ref and Fn::GetAtt give for a resource: its name, or its ARN, as far as a template says."""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from whomay.iam.arn import last_word_in
from whomay.iam.patterns.symbols import generated, unknown


@cache
def _table() -> tuple[Mapping[str, str], Mapping[str, Mapping[str, str]]]:
    table = json.loads(Path(__file__).with_name("arns.json").read_text("utf-8"))
    return table["names"], table["formats"]


def attribute(
    kind: str,
    name: str,
    attribute: str,
    place: Mapping[str, str],
    property_of: Callable[[str], str | None],
) -> str:
    """Return the text of one attribute of a resource; `Ref` is an attribute as well.

    Args:
        kind: CloudFormation's type, `AWS::S3::Bucket`.
        name: the resource's name among all symbols, should AWS generate its physical name.
        attribute: `Ref`, `Arn`, or another that CloudFormation's reference lists for the type.
        place: values of Partition, Region and Account.
        property_of: gives the text of a property, None when the template does not set it.

    """
    names, formats = _table()
    of = f"of {kind.replace('::', ' ')} {name}"  # a symbol holds no colon
    named = names.get(kind)
    known = formats.get(kind, {})
    if attribute in known:
        if not known[attribute]:
            return unknown(f"{attribute} {of}, whose ARN format is not known")
        return re.sub(
            r"\$\{(\w+)\}",
            lambda match: place.get(match[1]) or _part(match[1], named, name, property_of),
            known[attribute],
        )
    if attribute in ("Ref", named):
        if not kind.startswith("AWS::"):
            return unknown(f"the id {of}")
        return _part("Name", named, name, property_of)
    if attribute.lower().endswith("arn") or not kind.startswith("AWS::"):
        return unknown(f"{attribute} {of}")
    return generated(f"{name}.{attribute}")


def attribute_like(kind: str, form: str) -> str:
    """Return the attribute of a type whose ARN is of a form up to the name in it; else `Ref`."""
    _, formats = _table()
    start = form.partition("${Name}")[0]
    found = (name for name, each in formats.get(kind, {}).items() if each.startswith(start))
    return next(found, "Ref")


def _part(
    variable: str, named: str | None, name: str, property_of: Callable[[str], str | None]
) -> str:
    """Return what stands for one variable of an ARN's format."""
    value = property_of((named or "") if variable == "Name" else variable)
    match variable:
        case "Name":
            return value or generated(name)
        case "Path":
            return value or "/"
        case "Url":
            return (value or generated(name)).removeprefix("https://")
        case "FunctionName" if value:
            return last_word_in(value)
    return value or generated(f"{name}.{variable}")
