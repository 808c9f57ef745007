"""The values of a template as text: references followed, functions evaluated.

What only a deployment knows becomes a symbol (see symbols.py). It is a generated one for a value
that AWS makes, and an unknown one with its reason for all that cannot be evaluated. Nothing here
raises for what a template says, and time is linear in its size.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from whomay.engine.templates import resource_attributes as arns
from whomay.engine.templates.deployment import is_kept_elsewhere, is_list
from whomay.engine.templates.intrinsic_functions import (
    DEEPEST,
    FUNCTIONS,
    NoValue,
    Pieces,
    as_text,
    condition,
    told,
)
from whomay.engine.templates.template import Template, symbol_names
from whomay.iam.patterns.symbols import ACCOUNT, REGION, display, generated, unknown

LONGEST: Final = 100_000  # characters of one text

URL_SUFFIXES: Final = {
    "aws": "amazonaws.com",
    "aws-us-gov": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
}

_NOT_TEXT: Final = dict.fromkeys(range(0xE000, 0xE020), "\N{REPLACEMENT CHARACTER}")


class Resolver:
    """Evaluates what the templates of one assembly say."""

    def __init__(self, templates: Sequence[Template]) -> None:
        self._nested = {(t.parent, t.parent_id): t for t in templates if t.parent}
        self._templates = {t.path: t for t in templates}
        self._names = symbol_names(templates)
        self._known: dict[tuple[str, ...], Any] = {}
        self.defaults: set[str] = set()  # the parameters of which the default was taken
        self._exports = {
            (self.environment(t)["Account"], self.environment(t)["Region"], name): (t, output)
            for t in templates
            for output, name in self._exports_of(t)
        }

    def text(self, template: Template, value: Any, depth: int = 0) -> str:
        """Return a value that is where text is expected."""
        return as_text(self.plain(template, value, depth))

    def plain(self, template: Template, value: Any, depth: int = 0) -> Any:
        """Return a value as plain JSON; the class NoValue when the property is not there at all."""
        if depth > DEEPEST:
            return unknown(f"nested more than {DEEPEST} levels deep, {told(value)}")
        match value:
            case str():
                plain = value.isascii() and "{{resolve:" not in value
                return value if plain else _without_references(_text(value))
            case list():
                items = [self.plain(template, item, depth + 1) for item in value]
                return [item for item in items if item is not NoValue]
            case dict() if len(value) == 1 and _is_function(next(iter(value))):
                [(name, argument)] = value.items()
                result = self._evaluate(template, name, argument, depth + 1)
                if not isinstance(result, str):
                    return result
                if len(result) > LONGEST:
                    return unknown(f"very long text {told(result)}")
                return _without_references(result)
            case dict():
                return {
                    _text(key): _whole(item)
                    for key, each in value.items()
                    if (item := self.plain(template, each, depth + 1)) is not NoValue
                }
        return value

    def exists(self, template: Template, logical_id: str) -> bool | None:
        """Tell whether a resource will be made; None when its condition cannot be decided."""
        name = template.section("Resources")[logical_id].get("Condition")
        return True if name is None else self.condition(template, str(name), 0)

    def condition(self, template: Template, name: str, depth: int) -> bool | None:
        """Evaluate one of the template's conditions; None when it cannot be decided."""
        definition = template.section("Conditions").get(name)
        result: bool | None = self._once(
            ("condition", template.path, name),
            lambda: condition(self, template, definition, depth + 1),
            None,
        )
        return result

    def environment(self, template: Template) -> Mapping[str, str]:
        """Return partition, region and account of a stack; all that name none share one."""
        return _environment(template.partition, template.region, template.account)

    def template(self, path: str) -> Template | None:
        """Return the template of the stack at a construct path."""
        return self._templates.get(path)

    def is_nested(self, template: Template, logical_id: str) -> bool:
        """Tell whether a resource is a nested stack whose template is in the assembly."""
        return (template.path, logical_id) in self._nested

    def ref(self, template: Template, name: str, depth: int) -> Any:
        """Evaluate Ref: a pseudo parameter, a parameter, or a resource."""
        if name.startswith("AWS::"):
            return self._pseudo(template, name)
        if name in template.section("Parameters"):
            return self._once(
                ("parameter", template.path, name),
                lambda: self._parameter(template, name, depth),
                unknown(f"parameter {name}, which refers to itself"),
            )
        return self.attribute(template, name, "Ref", depth)

    def attribute(self, template: Template, logical_id: str, name: str, depth: int) -> Any:
        """Evaluate Fn::GetAtt, or Ref of a resource."""
        resource = template.section("Resources").get(logical_id)
        if not isinstance(resource, dict):
            return unknown(f"{logical_id}, which {template.path} does not define")
        return self._once(
            ("attribute", template.path, logical_id, name),
            lambda: self._attribute(template, logical_id, resource, name, depth),
            unknown(f"{name} of {template.path_of(logical_id)}, which refers to itself"),
        )

    def import_value(self, template: Template, name: str, depth: int) -> Any:
        """Evaluate Fn::ImportValue: exports are one account's and region's."""
        environment = self.environment(template)
        found = self._exports.get((environment["Account"], environment["Region"], name))
        if found is None:
            return unknown(f"export {name}, which no stack of the assembly makes")
        return self.output(*found, depth)

    def stack_output(self, template: Template, stack: str, output: str, depth: int) -> Any:
        """Return an output of the one stack of that name, whatever its account and region."""
        named = [t for t in self._templates.values() if t.stack_name == stack]
        same = [t for t in named if self.environment(t) == self.environment(template)]
        found = same or named
        if len(found) != 1:
            return unknown(f"output {output} of stack {stack}, which is not in the assembly")
        return self.output(found[0], output, depth)

    def output(self, template: Template, name: str, depth: int) -> Any:
        """Return the value of a stack's output."""
        output = template.section("Outputs").get(name)
        if not isinstance(output, dict):
            return unknown(f"output {name} of {template.path}, which has none of that name")
        return self._once(
            ("output", template.path, name),
            lambda: self.plain(template, output.get("Value"), depth + 1),
            unknown(f"output {name} of {template.path}, which refers to itself"),
        )

    def _evaluate(self, template: Template, name: str, argument: Any, depth: int) -> Any:
        function = FUNCTIONS.get(name)
        if function is None:
            what = f"{_short(name)} {told(argument)} of {template.path}"
            return unknown(f"{what}, a function that is not evaluated")
        try:
            return function(self, template, argument, depth)
        except (TypeError, ValueError, IndexError, KeyError, AttributeError):
            what = f"{_short(name)} {told(argument)} of {template.path}"
            return unknown(f"{what}, with arguments of a wrong shape")

    def _once(self, key: tuple[str, ...], compute: Callable[[], Any], on_cycle: Any) -> Any:
        """Compute a named value once; while that lasts it is `on_cycle`."""
        if key not in self._known:
            self._known[key] = on_cycle
            self._known[key] = compute()
        return self._known[key]

    def _parameter(self, template: Template, name: str, depth: int) -> Any:
        declared = template.section("Parameters")[name]
        if name in template.parameters:
            return _parameter_value(declared, template.parameters[name])
        parent = self._templates.get(template.parent or "")
        if parent is not None:
            properties = parent.section("Resources")[template.parent_id].get("Properties") or {}
            if name in (passed := _passed(properties.get("Parameters") or {})):
                return self.plain(parent, passed[name], depth + 1)
        if "Default" in declared and is_kept_elsewhere(declared):
            # another parameter of Systems Manager has another value: it is named, so a diff sees it
            kept = _parameter_value(declared, declared["Default"])
            return unknown(f"parameter {name} of {template.path}, which is kept in {kept}")
        if "Default" not in declared or declared.get("NoEcho"):
            return unknown(f"parameter {name} of {template.path}, which has no value")
        self.defaults.add(f"{name} of {template.path}")
        return _parameter_value(declared, declared["Default"])

    def _attribute(
        self,
        template: Template,
        logical_id: str,
        resource: Mapping[str, Any],
        name: str,
        depth: int,
    ) -> Any:
        nested = self._nested.get((template.path, logical_id))
        if nested is not None and name.startswith("Outputs."):
            return self.output(nested, name.removeprefix("Outputs."), depth)
        properties = resource.get("Properties") or {}

        def property_of(key: str) -> str | None:
            if key == arns.REF:
                return template.physical.get(logical_id)
            value: Any = properties
            for step in key.split("."):
                value = value.get(step) if isinstance(value, dict) else None
                value = None if value is None else self.plain(template, value, depth + 1)
            return value if isinstance(value, str) and value else None

        symbol = self._names[template.path, logical_id]
        kind = str(resource.get("Type"))
        return arns.attribute(kind, symbol, name, self.environment(template), property_of)

    def _pseudo(self, template: Template, name: str) -> Any:
        environment = self.environment(template)
        partition, region, account = environment.values()
        path = template.path.replace("/", ".")
        stack = template.stack_name or generated(f"{path}.StackName")
        values = {
            "AWS::NoValue": NoValue,
            "AWS::AccountId": account,
            "AWS::Region": region,
            "AWS::Partition": partition,
            "AWS::StackName": stack,
            "AWS::StackId": f"arn:{partition}:cloudformation:{region}:{account}:stack/{stack}/"
            + generated(path),
            "AWS::URLSuffix": URL_SUFFIXES.get(partition, unknown(f"URL suffix of {partition}")),
        }
        return values.get(name, unknown(f"{_short(name)} of {template.path}"))

    def _exports_of(self, template: Template) -> list[tuple[str, str]]:
        outputs = template.section("Outputs").items()
        exports = {
            name: output["Export"].get("Name")
            for name, output in outputs
            if isinstance(output, dict) and isinstance(output.get("Export"), dict)
        }
        return [(output, self.text(template, name)) for output, name in exports.items()]


@lru_cache(maxsize=4096)
def _environment(partition: str, region: str, account: str) -> Mapping[str, str]:
    return {"Partition": partition, "Region": region or REGION, "Account": account or ACCOUNT}


def _passed(parameters: Any) -> Mapping[str, Any]:
    """Return what a nested stack is given, or a stack set's, which lists keys and values."""
    if not isinstance(parameters, list):
        return parameters if isinstance(parameters, dict) else {}
    entries = (each for each in parameters if isinstance(each, dict))
    return {str(each.get("ParameterKey")): each.get("ParameterValue") for each in entries}


def _whole(value: Any) -> Any:
    """Return a property's value; a list of which nobody knows the length holds something unknown."""
    return [value.any()] if isinstance(value, Pieces) else value


def _parameter_value(declared: Mapping[str, Any], value: Any) -> str | list[str]:
    """Return the value of a parameter as the template sees it."""
    text = str(value).translate(_NOT_TEXT)
    return [item.strip() for item in text.split(",")] if is_list(declared) else text


def _is_function(name: str) -> bool:
    return name == "Ref" or name.startswith("Fn::")


def _short(name: str) -> str:
    """Return a function's or a pseudo parameter's name without its prefix: symbols hold no colon."""
    return name.rpartition("::")[2]


def _text(value: str) -> str:
    """Return a text without the letters that symbols are made of."""
    return value if value.isascii() else value.translate(_NOT_TEXT)


def _without_references(text: str) -> str:
    """Put an unknown part where CloudFormation puts what a service keeps under a name.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
    """
    if "{{resolve:" not in text:
        return text
    return _REFERENCE.sub(lambda m: unknown(f"dynamic reference {display(m[1])}"), text)


_REFERENCE: Final = re.compile(r"\{\{resolve:([^{}]*)\}\}")
