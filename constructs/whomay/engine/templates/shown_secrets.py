"""Places of templates that show a secret to everyone who may read the stack."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from whomay.engine.templates.template import Template

# Where a secret may be: Secrets Manager keeps it from who may only describe.
_KEPT: Final = ("AWS::SecretsManager::Secret", "SecretString")

# Properties that hand their value to code, readable by who may describe the resource.
_HANDED_TO_CODE: Final = frozenset(("UserData", "Environment", "EnvironmentVariables"))

_KEY_ID: Final = re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])")
_RESOLVED: Final = re.compile(r"\{\{resolve:(?:secretsmanager|ssm-secure):")
_OF: Final = ".SecretAccessKey"
_IN_TEXT: Final = re.compile(r"\$\{(\w+)\.SecretAccessKey\}")
_DEEPEST: Final = 100

# What every secret below has in it. A resource without any of these is not looked at closer.
_MARKS: Final = ("AKIA", "ASIA", "{{resolve:", "SecretAccessKey")

_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownSecret:
    """A secret that a template shows: the resource or output, its type, the place, what it is."""

    template: Template
    logical_id: str
    kind: str
    place: str
    what: str

    @property
    def path(self) -> str:
        """Return the construct path of the resource, or stack and logical id of an output."""
        return self.template.path_of(self.logical_id)


def shown_secrets(template: Template) -> Iterator[ShownSecret]:
    """Yield every place of a template that shows a secret."""
    keys = {name for name, kind, _ in template.resources() if kind == "AWS::IAM::AccessKey"}
    for section in ("Outputs", "Parameters", "Resources"):
        named = template.section(section)
        marked = {name: each for name, each in named.items() if _is_marked(each)}
        for path, value in _values(marked, (section,)):
            logical_id = path[1] if len(path) > 1 else section  # a macro's text is nobody's
            inside = named.get(logical_id)
            kind = str(inside.get("Type")) if isinstance(inside, dict) else ""
            if what := _secret(kind, path, value, keys):
                yield ShownSecret(template, logical_id, kind, ".".join(path), what)


def _is_marked(value: Any) -> bool:
    """Tell whether a text anywhere in a value may be a secret: far quicker than a look at each."""
    try:
        text = repr(value)
    except RecursionError:
        return True
    return any(mark in text for mark in _MARKS)


def _secret(kind: str, path: _Path, value: str, keys: set[str]) -> str | None:
    """Say which secret a value is; None when it is none, or is where it may be."""
    if _KEY_ID.search(value):
        return "an access key"
    handed = path[0] == "Outputs" or kind == "AWS::SSM::Parameter" or _HANDED_TO_CODE & {*path}
    if handed and _RESOLVED.search(value):
        return "a secret that CloudFormation fills in"
    logical_id, of, _ = value.rpartition(_OF)
    kept = kind == _KEPT[0] and _KEPT[1] in path
    return f"the secret key of {logical_id}" if of and logical_id in keys and not kept else None


def _values(value: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
    """Yield every text, and `Key.SecretAccessKey` where that attribute of a resource is taken."""
    left = [(path, value)]
    while left:
        path, value = left.pop()
        if isinstance(value, str):
            yield path, value
            if _OF in value:
                yield from ((path, f"{key}{_OF}") for key in _IN_TEXT.findall(value))
        elif len(path) >= _DEEPEST:
            continue
        elif isinstance(value, list):
            left += [(path, item) for item in reversed(value)]
        elif isinstance(value, dict):
            match value:
                case {"Fn::GetAtt": [str(logical_id), "SecretAccessKey"]}:
                    yield path, f"{logical_id}{_OF}"
                    continue
            left += [
                (path if name.startswith("Fn::") else (*path, name), item)
                for name, item in reversed(value.items())
            ]
