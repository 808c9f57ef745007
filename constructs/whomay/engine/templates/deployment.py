"""What a person knows of a deployment and its templates leave open: account, Region, parameters."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from whomay.engine.names import unknown_name
from whomay.engine.organization.organization import Organization
from whomay.engine.templates.template import Template
from whomay.iam.facts import limits

Given = Mapping[tuple[str, str], str]


class DeploymentError(ValueError):
    """What is known of a deployment cannot be true of it. Its text is one line for people.

    >>> from whomay.engine import Deployment, DeploymentError, read
    >>> try:
    ...     read("cdk.out", Deployment(parameters={("Report", "Stage"): "prod"}))
    ... except DeploymentError as error:
    ...     print(error)
    no stack is called 'Report'; nearest: Reports
    """


@dataclass(frozen=True, slots=True)
class Deployment:
    """The account and the Region of the stacks that name none, parameters, and the organization.

    >>> from whomay.engine import Deployment, read
    >>> here = Deployment("111122223333", "eu-west-1", {("Reports", "Stage"): "prod"})
    >>> [principal.account for principal in read("cdk.out", here).snapshot.principals]
    ['111122223333']

    `parameters` maps a stack, by its construct path or its name, and the name of a parameter to the
    value that the template sees. Of a parameter that names one of Systems Manager, this is what is
    kept there. An empty text is one that nobody knows. `organization` tells what is attached above
    the accounts, as `whomay.engine.organization` reads it from a file. `all_here` is False when the assembly may
    lack a stack or a parameter of these, as one side of a comparison may.

    Raises DeploymentError for an account that is no id of twelve digits, and for a text that is no
    Region.
    """

    account: str = ""
    region: str = ""
    parameters: Given = field(default_factory=dict)
    all_here: bool = True
    organization: Organization | None = None

    def __post_init__(self) -> None:
        """Refuse what is not an account and no Region."""
        if self.account and not limits.ACCOUNT_ID.fullmatch(self.account):
            raise DeploymentError(
                f"account {self.account!r}: allowed is an id of twelve digits, as 111122223333"
            )
        if self.region and not limits.REGION.fullmatch(self.region):
            raise DeploymentError(f"region {self.region!r}: allowed is a Region, as eu-west-1")

    def of(self, template: Template, deployed_with: Mapping[str, Any]) -> Template:
        """Return the template of a stack with what is known of it.

        `deployed_with` are the parameters that the assembly deploys it with. A value of a parameter
        that a person gives takes their place.

        Raises DeploymentError for a value that the template does not allow.
        """
        declared = template.section("Parameters")
        plain = dict(_plain(deployed_with, declared))
        return replace(
            template,
            account=template.account or self.account,
            region=template.region or self.region,
            parameters=plain | self.given_to(template),
        )

    def given_to(self, template: Template) -> dict[str, str]:
        """Return the values that a person gives to the parameters of a template.

        Raises DeploymentError for a value that the template does not allow.
        """
        declared = template.section("Parameters")
        found = {
            name: value
            for (stack, name), value in self.parameters.items()
            if stack in (template.path, template.stack_name) and name in declared
        }
        for name, value in found.items():
            if problem := _problem(declared[name], value):
                raise DeploymentError(f"parameter {name} of {template.path}: {value!r}; {problem}")
        return found

    def refuse_strangers(self, templates: Sequence[Template]) -> None:
        """Raise DeploymentError for a stack and for a parameter that no template has."""
        for stack, name in self.parameters:
            named = [t for t in templates if stack in (t.path, t.stack_name)]
            known = {parameter for t in named for parameter in t.section("Parameters")}
            if not named:
                raise DeploymentError(
                    str(unknown_name("stack", stack, [t.path for t in templates]))
                )
            if name not in known:
                raise DeploymentError(str(unknown_name(f"parameter of {stack}", name, known)))


def is_list(declared: Mapping[str, Any]) -> bool:
    """Tell whether the value of a parameter is a list, which is written with commas."""
    kind = str(declared.get("Type"))
    return "CommaDelimitedList" in kind or "List<" in kind


def is_kept_elsewhere(declared: Mapping[str, Any]) -> bool:
    """Tell whether Systems Manager keeps the value of a parameter, and the template its name."""
    return str(declared.get("Type")).startswith(_KEPT_ELSEWHERE)


_KEPT_ELSEWHERE: Final = "AWS::SSM::Parameter::Value"


def _plain(given: Mapping[str, Any], declared: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the parameters whose value is no secret, and no name under which a service keeps it."""
    for name, value in given.items():
        kind = declared.get(name) or {}
        secret = kind.get("NoEcho") or is_kept_elsewhere(kind)
        if isinstance(value, str) and not secret and "${" not in value:
            yield name, value


def _problem(declared: Mapping[str, Any], value: str) -> str | None:
    """Say what the declaration of a parameter allows in place of a value; None when it allows it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    if is_kept_elsewhere(declared):
        name = declared.get("Default")
        return "give what Systems Manager keeps under this name" if value == name else None
    allowed = [str(each) for each in declared.get("AllowedValues") or ()]
    values = [each.strip() for each in value.split(",")] if is_list(declared) else [value]
    if allowed and not set(values) <= set(allowed):
        return f"allowed is {', '.join(allowed)}"
    if declared.get("Type") == "Number" and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return "allowed is a number"
    pattern = declared.get("AllowedPattern")
    try:
        fits = pattern is None or all(re.fullmatch(str(pattern), each) for each in values)
    except re.error:
        return None  # Java's regular expressions have forms that Python's lack
    return None if fits else f"allowed is a value that matches {pattern}"
