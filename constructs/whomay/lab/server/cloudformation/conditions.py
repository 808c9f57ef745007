"""Fn::Join in a template's conditions, which MiniStack takes for a text that equals nothing.

The CDK's bootstrap asks so whether it was given accounts to trust.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from whomay.lab.server import internals

_MODULES: Final = ("changesets", "engine", "handlers", "stacks")


def joined(value: Any, parameters: Mapping[str, Any]) -> Any:
    """Return the value with each Fn::Join in it as text."""
    if isinstance(value, list):
        return [joined(one, parameters) for one in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Join" not in value:
        return {name: joined(one, parameters) for name, one in value.items()}
    separator, parts = value["Fn::Join"]
    if isinstance(parts, dict):  # a parameter that is a list: one text, with commas
        parts = [part.strip() for part in _text(parts, parameters).split(",")]
    return str(separator).join(_text(joined(part, parameters), parameters) for part in parts)


def _text(value: Any, parameters: Mapping[str, Any]) -> str:
    name = value.get("Ref", "") if isinstance(value, dict) else ""
    return str(parameters[name]["Value"] if name in parameters else value)


def _with_joins(inner: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def evaluate_conditions(template: dict[str, Any], parameters: Mapping[str, Any]) -> Any:
        conditions = joined(template.get("Conditions", {}), parameters)
        return inner({**template, "Conditions": conditions}, parameters)

    return evaluate_conditions


def register() -> None:
    """Join them wherever MiniStack evaluates conditions."""
    for module in _MODULES:
        internals.replace(f"services.cloudformation.{module}", "_evaluate_conditions", _with_joins)
