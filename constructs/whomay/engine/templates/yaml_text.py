"""Templates written in YAML, with the short forms of CloudFormation's functions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from typing import Any, Final

import yaml

from whomay.files.nesting import is_too_deep
from whomay.files.strict_yaml import FaultKind, YamlError, refuse
from whomay.iam.unique_json import AmbiguousError


def parsed(text: str) -> Any:
    """Return what a text in YAML holds, short forms as their long ones; None where it is not YAML."""
    try:
        return loads(text)
    except (ValueError, RecursionError):
        return None


def loads(text: str) -> Any:
    """Return what a text in YAML holds, short forms of functions as their long ones.

    Raises AmbiguousError, with the line, when it is not YAML or names a key twice. So it does for an
    alias and a merge key, which CloudFormation refuses.
    """
    return with_lines(text, "")[0]


def with_lines(text: str, name: str) -> tuple[Any, list[int]]:
    """Return what a text in YAML holds, and the lines of the entries of the list of that name.

    Raises AmbiguousError as `loads` does.
    """
    if is_too_deep(text):
        raise AmbiguousError("nested too deeply")
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, []
        refuse(node, _SAID)
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        lists = (value for key, value in pairs if key.value == name)
        lines = [each.start_mark.line + 1 for one in lists for each in one.value]
        return loader.construct_document(node), lines
    except YamlError as error:
        raise AmbiguousError(f"line {error.line}: {error}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise AmbiguousError(f"line {line}: no YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise AmbiguousError(f"no YAML: {' '.join(str(error).split())}") from None
    finally:
        loader.dispose()


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # in C where PyYAML has it
    """Reads the short forms of CloudFormation's functions: `!Ref`, `!GetAtt` and the others."""


_SAID: Final = {
    FaultKind.ALIAS: "a template has no aliases",
    FaultKind.MERGE: "a template has no merge keys (<<)",
    FaultKind.REPEATED_KEY: "an object has the key {0!r} twice",
}


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type] # the third kind


# CloudFormation takes the date of a policy's version for text.
_Loader.yaml_implicit_resolvers = {
    letter: [each for each in some if each[0] != "tag:yaml.org,2002:timestamp"]
    for letter, some in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_multi_constructor("!", _function)
