"""What the templates hold and this engine does not read, with the answers that it could change.

Macros, stacks whose template is elsewhere, custom resources, types that nobody knows, and grants
in other forms than policies, as `iam/facts/policy_carriers` lists them.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from whomay.engine.snapshot import Principal, Unseen
from whomay.engine.templates.api_documents import api_documents
from whomay.engine.templates.custom_resources import custom_resource, is_custom, principals_named
from whomay.engine.templates.endpoints import ENDPOINT, unread_endpoint
from whomay.engine.templates.formats import arns_of, values_at
from whomay.engine.templates.identity_providers import open_audiences, signing_in
from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.language_extensions import loops_left
from whomay.engine.templates.openapi import is_read
from whomay.engine.templates.organization_policies import POLICY, unread_policy
from whomay.engine.templates.policy_content import content_of_policy
from whomay.engine.templates.resources import Item, Items
from whomay.engine.templates.sam import SAM
from whomay.engine.templates.stack_sets import STACK_SET, inner_template
from whomay.engine.templates.template import Template
from whomay.iam.arn import service_in
from whomay.iam.content import content_of
from whomay.iam.facts.policy_carriers import (
    NotSeen,
    entries_for,
    known_types,
    layers,
    may_carry,
    not_seen,
    services_of,
)
from whomay.iam.patterns.symbols import display, unknown_reasons

TRANSFORM: Final = "Fn::Transform"
NESTED: Final = "AWS::CloudFormation::Stack"

# AWS's own transforms that make no principal and no policy:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-reference.html
_HARMLESS: Final = frozenset(
    ("AWS::CodeDeployBlueGreen", "AWS::LanguageExtensions", "AWS::ServiceCatalog")
)
_ANYTHING: Final = ("*",)
# Principals that a policy can name; an organization, a group or everybody is no one of these.
_ONE_CALLER: Final = re.compile(r"\d{12}|arn:[\w-]+:(?:iam|sts)::[^*?]+")


def unseen(items: Items, people: Sequence[Principal]) -> tuple[Unseen, ...]:
    """Return all that is not seen, in the order of the templates."""
    found = [each for template in items.templates for each in _of_template(items, template)]
    for item in items:
        found += _of_item(items, item, people)
    found += [each for item in items.of(ENDPOINT) for each in unread_endpoint(item)]
    found += [each for item in items.of(POLICY) for each in unread_policy(item)]
    found += [*signing_in(items), *open_audiences(items, people)]
    return tuple(dict.fromkeys(found))


def _of_template(items: Items, template: Template) -> Iterator[Unseen]:
    account = items.resolver.environment(template)["Account"]
    loops = loops_left(template.section("Resources"))
    resources = template.section("Resources")
    # A macro may read the whole stack: another stack may get another addition.
    whole = [template.body.get("Transform"), template.body.get(TRANSFORM), resources]
    by_why: dict[str, Any] = {_of_macro(template, name): whole for name in _transforms(template)}
    for name in loops:
        why = f"what loop {name} makes, whose list the template does not tell"
        by_why[why] = resources.get(name)
    for why, by in by_why.items():
        content = content_of(by)
        yield Unseen(template.path, why, account, _ANYTHING, may_deny=True, content=content)


def _of_macro(template: Template, transform: str) -> str:
    why = f"what {transform} adds to the stack"
    return f"{why}; {template.untranslated}" if transform == SAM and template.untranslated else why


def _transforms(template: Template) -> Iterator[str]:
    """Yield the names of macros that work on the template, on a section or on a whole resource.

    What a macro makes of a mapping or of a condition, resources may be made of.
    """
    listed = template.body.get("Transform") or []
    for each in [*(listed if isinstance(listed, list) else [listed]), *_macros(template)]:
        name = each.get("Name") if isinstance(each, dict) else each
        if name is not None and name not in _HARMLESS:
            yield name if isinstance(name, str) else json.dumps(name)


def _macros(template: Template) -> Iterator[Any]:
    """Yield every Fn::Transform outside the properties of resources, where it has its own place."""
    resources = template.section("Resources").items()
    sections = (name for name in template.body if name != "Resources")
    left: list[Any] = [{name: template.body[name]} for name in sections]
    left += [{name: _without_properties(resource)} for name, resource in resources]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            if TRANSFORM in value:
                yield value[TRANSFORM]
            left += value.values()
        elif isinstance(value, list):
            left += value


def _without_properties(resource: Any) -> Any:
    if not isinstance(resource, dict):
        return resource
    return {key: value for key, value in resource.items() if key != "Properties"}


def _of_item(items: Items, item: Item, people: Sequence[Principal]) -> Iterator[Unseen]:
    if is_custom(item):
        yield from custom_resource(items, item, people)
    elif item.kind == NESTED and not item.resolver.is_nested(item.template, item.logical_id):
        url = display(item.text("TemplateURL"))
        yield _everything(item, f"the template of the nested stack, which is elsewhere: {url}")
    elif item.kind == STACK_SET:
        yield from _of_stack_set(items, item)
    elif item.kind.endswith("::MODULE"):
        yield _everything(item, f"what module {item.kind} makes")
    elif item.kind not in known_types():
        yield _of_unknown_type(item)
    else:
        yield from _of_known_type(item)


def _of_stack_set(items: Items, item: Item) -> Iterator[Unseen]:
    """Return the set's template, in whichever account it is rolled out to, when it is not read."""
    body = inner_template(item.plain("TemplateBody"))
    read = item.resolver.is_nested(item.template, item.logical_id)
    if not read and not any(each.body == body for each in items.templates):
        one = _everything(
            item, "the template of the stack set, in the accounts it is rolled out to"
        )
        yield replace(one, account="")


def _of_unknown_type(item: Item) -> Unseen:
    services = services_of(item.kind)
    why = f"what a resource of the unknown type {item.kind} grants"
    if not services or "iam" in services:
        return _everything(item, why)
    actions = tuple(f"{service}:*" for service in services)
    return Unseen(item.path, why, item.account, actions, content=content_of(item.properties))


def _of_known_type(item: Item) -> Iterator[Unseen]:
    for entry in not_seen().get(item.kind, ()):
        if entry.path == ("BodyS3Location",):
            if not all(map(is_read, api_documents(item))):
                places = item.plain("Body"), item.plain("BodyS3Location")
                yield from _of_entry(item, entry, places, {})
            continue
        for value, around in values_at(item, entry.path):
            yield from _of_entry(item, entry, value, around)
    for path, holds_back in layers().get(item.kind, ()):
        for value, _ in values_at(item, path):
            why = f"its {'.'.join(path)}, which {holds_back}"
            yield Unseen(item.path, why, item.account, content=content_of_policy(value))
    if any(key.startswith("Fn::") for key in (*item.properties, *item.raw)):
        yield _of_transform(item)
    for name in item.properties:
        called = f"{item.kind.removeprefix('AWS::')}.{name}"
        if may_carry(called) and not entries_for(called):
            why = f"what its property {name} grants, which is not known"
            actions = tuple(f"{service}:*" for service in services_of(item.kind))
            yield Unseen(item.path, why, item.account, actions)


def _of_transform(item: Item) -> Unseen:
    """Return what a macro, or a loop of which the list is not known, adds to one resource."""
    added = (key for key in (*item.properties, *item.raw) if key.startswith("Fn::"))
    why = f"what {next(added)} adds to it"
    content = content_of([item.properties, item.raw])
    if item.kind in ("AWS::IAM::Role", "AWS::IAM::User"):
        arn = item.get("Arn")
        return Unseen(
            item.path, why, item.account, ("sts:*",), (arn,), attaches=(arn,), content=content
        )
    if item.kind.startswith("AWS::IAM::"):
        return _everything(item, why)
    actions = tuple(f"{service}:*" for service in services_of(item.kind))
    return Unseen(item.path, why, item.account, actions, content=content)


def _of_entry(
    item: Item, entry: NotSeen, value: Any, around: Mapping[str, Any]
) -> Iterator[Unseen]:
    if entry.everything:
        yield _everything(item, entry.why)
        return
    content = content_of(value)
    if entry.attaches:
        whom = tuple(
            pattern
            for key, kind in entry.attaches.items()
            for values, _ in values_at(item, (*entry.path, key))
            for name in (values if isinstance(values, list) else [values])
            for pattern in principals_named(item.account, kind, as_text(name))
        )
        yield Unseen(item.path, entry.why, item.account, attaches=whom, content=content)
        return
    resources = tuple(arn for each in entry.resources for arn in arns_of(item, each, around))
    actions = entry.actions
    if actions == _ANYTHING and entry.resources:
        named = set(filter(None, map(service_in, resources)))
        actions = tuple(f"{service}:*" for service in sorted(named)) or _ANYTHING
    yield Unseen(
        path=item.path,
        why=entry.why,
        account=item.account,
        actions=actions,
        resources=_inside(resources),
        principals=_principals(item, entry),
        content=content,
    )


def _inside(arns: tuple[str, ...]) -> tuple[str, ...]:
    """Return patterns of resources and of what lies in them; any when one is not known."""
    if not arns or any(map(unknown_reasons, arns)):
        return ("*",)
    return tuple(pattern for arn in arns for pattern in (arn, f"{arn}/*", f"{arn}:*"))


def _principals(item: Item, entry: NotSeen) -> tuple[str, ...]:
    """Return whom it is for; empty when that is not known, or anybody."""
    if entry.whom:
        return (entry.whom,)
    if not entry.principal:
        return ()
    named: list[str] = []
    for value, _ in values_at(item, tuple(entry.principal.split("."))):
        named += map(as_text, value) if isinstance(value, list) else [as_text(value)]
    return tuple(named) if all(map(_ONE_CALLER.fullmatch, named)) else ()


def _everything(item: Item, why: str) -> Unseen:
    content = content_of(item.properties)
    return Unseen(item.path, why, item.account, _ANYTHING, may_deny=True, content=content)
