"""The templates of stack sets: what a set rolls out is a stack of each of its accounts and Regions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from whomay.engine.templates.resolver import Resolver
from whomay.engine.templates.template import Template
from whomay.iam.patterns.symbols import generated, unknown_reasons

STACK_SET: Final = "AWS::CloudFormation::StackSet"
_MOST: Final = 50  # stacks of one set that are read


def rolled_out(template: Template, others: Sequence[Template]) -> Iterator[Template]:
    """Yield the templates that the stack sets of a template make, one of each account and Region.

    `others` are the templates of the assembly so far. One of them that is the same as the set's,
    as CDK's own way of writing it leaves it there, is not yielded again. The accounts of a unit
    are one that nobody knows.
    """
    for logical_id, kind, properties in template.resources():
        if kind == STACK_SET:
            resolver = Resolver([*others, template])
            found = resolver.plain(template, dict(properties))
            body = inner_template(_of(found, "TemplateBody"))
            if body is None or any(each.body == body for each in others):
                continue
            path = template.path_of(logical_id)
            places = list(_places(found, path))
            if len(places) <= _MOST:
                for account, region in places:
                    yield replace(
                        template,
                        path=f"{path}/{account}/{region}",
                        stack_name="",
                        account=account,
                        region=region,
                        body=_without_paths(body),
                        parent=template.path,
                        parent_id=logical_id,
                        parameters={},
                    )


def in_accounts_of_their_sets(templates: Sequence[Template], shared: str) -> list[Template]:
    """Return the templates, those that a stack set rolls out in an account of that set.

    CDK writes such a template as a stack without an account. It is not the account that the other
    stacks without one share: that is `shared` when somebody knows it.
    """
    resolver = Resolver(templates)
    sets = [
        (inner_template(_of(resolver.plain(each, dict(found)), "TemplateBody")), each.path_of(name))
        for each in templates
        for name, kind, found in each.resources()
        if kind == STACK_SET
    ]
    placed = []
    for template in templates:
        paths = [
            path
            for body, path in sets
            if body == template.body and template.account in ("", shared)
        ]
        account = generated(f"an account of {paths[0]}") if paths else template.account
        placed.append(replace(template, account=account))
    return placed


def _without_paths(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out construct paths: they would be the same in every account."""
    resources = {
        logical_id: {key: value for key, value in resource.items() if key != "Metadata"}
        for logical_id, resource in body["Resources"].items()
        if isinstance(resource, dict)
    }
    return {**body, "Resources": resources}


def inner_template(text: Any) -> Mapping[str, Any] | None:
    """Return the template that a text holds, in JSON or YAML; None when it is not known."""
    if not isinstance(text, str) or unknown_reasons(text):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        # PyYAML costs every command 30 ms, and few templates need it
        from whomay.engine.templates.yaml_text import parsed  # noqa: PLC0415 - imported on need

        found = parsed(text)
    return found if isinstance(found, dict) and isinstance(found.get("Resources"), dict) else None


def _places(found: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    groups = found.get("StackInstancesGroup")
    for group in groups if isinstance(groups, list) else []:
        targets = _of(group, "DeploymentTargets")
        accounts = _of(targets, "Accounts")
        if _of(targets, "OrganizationalUnitIds") or not isinstance(accounts, list):
            accounts = [generated(f"an account of {path}")]
        regions = _of(group, "Regions")
        for account in accounts:
            for region in (isinstance(regions, list) and regions) or [""]:
                yield str(account), str(region)


def _of(value: Any, name: str) -> Any:
    """Return what a map has by a name; None where there is no map, as its content is not known."""
    return value.get(name) if isinstance(value, dict) else None
