"""Templates written in YAML, with the short forms of CloudFormation's functions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from typing import Any

import yaml


def parsed(text: str) -> Any:
    """Return what a text in YAML holds, short forms as their long ones; None where it is no YAML."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with CloudFormation's tags
    except (yaml.YAMLError, RecursionError):
        return None


class _Loader(yaml.SafeLoader):
    """Reads the short forms of CloudFormation's functions: `!Ref`, `!GetAtt` and the others."""


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type] # the third kind


# CloudFormation takes the date of a policy's version for text.
_Loader.yaml_implicit_resolvers = {
    letter: [each for each in some if each[0] != "tag:yaml.org,2002:timestamp"]
    for letter, some in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_multi_constructor("!", _function)
