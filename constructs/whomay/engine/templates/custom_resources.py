"""Custom resources: what their functions could do to access while the stack is deployed.

A resource that CDK's AwsCustomResource makes names the call of the AWS API that it makes. Of any
other only the function is known, and so what its role may do.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from whomay.engine.snapshot import Principal, Unseen
from whomay.engine.templates.resources import Item, Items
from whomay.iam.arn import name_in, parse_arn_pattern
from whomay.iam.content import content_of
from whomay.iam.facts.access_writing import writes_access
from whomay.iam.patterns.matching import glob
from whomay.iam.patterns.symbols import display, unknown_reasons
from whomay.iam.policy import Statement
from whomay.iam.policy_variables import has_variables

_FUNCTION: Final = "AWS::Lambda::Function"
_EVENTS: Final = ("Create", "Update", "Delete")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the AWS API: `s3:PutBucketPolicy`, with its parameters."""

    action: str
    parameters: Mapping[str, Any]


def is_custom(item: Item) -> bool:
    """Tell whether a resource is made by a function of the app's own."""
    return item.kind.startswith("Custom::") or item.kind == "AWS::CloudFormation::CustomResource"


def custom_resource(items: Items, item: Item, people: Sequence[Principal]) -> Iterator[Unseen]:
    """Yield what a custom resource could change; nothing when that is no access."""
    calls = api_calls(item)
    if calls is not None:
        for call in calls:
            yield from _of_call(item, call)
        return
    token = item.text("ServiceToken")
    roles = _roles_behind(items, token, people)
    content = content_of(item.properties)
    if roles is None:
        why = f"what its function does, which is not in the assembly: {display(token)}"
        yield Unseen(item.path, why, item.account, ("*",), may_deny=True, content=content)
        return
    for role in roles:
        for policy in role.identity:
            if policy.unknown:
                why = f"what its function does as {role.path}, whose policies are not known"
                yield Unseen(item.path, why, item.account, ("*",), may_deny=True, content=content)
            for statement in policy.statements:
                yield from _of_statement(item, role, statement, content)


def api_calls(item: Item) -> list[Call] | None:
    """Return the calls that an AwsCustomResource names; None when it is another, or not known.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources.AwsCustomResource.html
    """
    named = [item.plain(event) for event in _EVENTS if event in item.properties]
    if not named or "ServiceToken" not in item.properties:
        return None
    calls = []
    for each in named:
        call = _call(each)
        if call is None:
            return None
        calls.append(call)
    return calls


def _call(text: Any) -> Call | None:
    if not isinstance(text, str):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict) or not {"service", "action"} <= found.keys():
        return None
    service, action = str(found["service"]), str(found["action"])
    if unknown_reasons(service) or unknown_reasons(action):
        return None
    service = service.lower().removeprefix("@aws-sdk/client-").replace(" ", "-")
    name = action.removesuffix("Command")
    parameters = found.get("parameters")
    called = f"{_PREFIX_OF.get(service, service)}:{name[:1].upper()}{name[1:]}"
    return Call(called, parameters if isinstance(parameters, dict) else {})


# Clients of the SDK whose name is not the prefix of their actions.
_PREFIX_OF: Final = {
    "acm-pca": "acm-pca",
    "cloudwatch-logs": "logs",
    "cloudwatchlogs": "logs",
    "cognito-identity-provider": "cognito-idp",
    "cognitoidentity": "cognito-identity",
    "cognitoidentityserviceprovider": "cognito-idp",
    "efs": "elasticfilesystem",
    "elasticsearch-service": "es",
    "eventbridge": "events",
    "opensearch": "es",
    "s3-control": "s3",
    "s3control": "s3",
    "sfn": "states",
    "sso-admin": "sso",
    "stepfunctions": "states",
}

# Parameters of IAM's API that name whom a policy is for.
_OF_WHOM: Final = {"RoleName": "role", "UserName": "user", "GroupName": "group"}


def _of_call(item: Item, call: Call) -> Iterator[Unseen]:
    if not writes_access(call.action):
        return
    why = f"what its call {call.action} does"
    content = content_of(call.parameters)
    service = call.action.partition(":")[0]
    if service != "iam":
        yield Unseen(item.path, why, item.account, (f"{service}:*",), content=content)
        return
    names = [
        (_OF_WHOM[key], str(value)) for key, value in call.parameters.items() if key in _OF_WHOM
    ]
    whom = tuple(each for name in names for each in principals_named(item.account, *name))
    if not whom:
        whom = (f"arn:*:iam::{item.account}:*",)
    yield Unseen(item.path, why, item.account, attaches=whom, content=content)


def principals_named(account: str, kind: str, name: str) -> tuple[str, ...]:
    """Return patterns of a role or user by its name, whatever its path; of all for a group."""
    of_account = f"arn:*:iam::{account}:"
    if kind == "group" or unknown_reasons(name):
        return (f"{of_account}*",)
    name = name_in(name)  # an ARN is taken as well
    return (f"{of_account}{kind}/{name}", f"{of_account}{kind}/*/{name}")


def _of_statement(
    item: Item, role: Principal, statement: Statement, content: str
) -> Iterator[Unseen]:
    if statement.effect != "Allow":
        return
    asked = statement.actions or ("*",)
    written = [action for action in asked if writes_access(action)]
    resources = statement.resources or ("*",)
    if any(unknown_reasons(each) or has_variables(each) for each in resources):
        resources = ("*",)
    for action in written:
        why = f"what its function does as {role.path}, which may {action}"
        service = action.partition(":")[0].lower()
        if glob(service)("iam") is not False:
            whom = tuple(_principals_under(resources, item.account))
            yield Unseen(item.path, why, item.account, attaches=whom, content=content)
        if service != "iam":
            actions = ("*",) if "*" in service else (f"{service}:*",)
            yield Unseen(item.path, why, item.account, actions, resources, content=content)


def _principals_under(resources: Sequence[str], account: str) -> Iterator[str]:
    """Yield patterns of principals; who writes a policy or a group may mean any of them."""
    for each in resources:
        named = parse_arn_pattern(each)
        of_one = named and named.kind in ("role", "user")
        yield each if of_one else f"arn:*:iam::{account}:*"


def _roles_behind(items: Items, token: str, people: Sequence[Principal]) -> list[Principal] | None:
    """Return the roles of a function and of all that it may invoke; None when one is not known."""
    by_arn = {one.arn: one for one in people}
    functions = {item.get("Arn"): item for item in items.of(_FUNCTION)}
    if token not in functions:
        return None
    waiting, found = [token], dict[str, Principal]()
    for arn in waiting:
        role = by_arn.get(functions[arn].text("Role"))
        if role is None:
            return None
        found[role.arn] = role
        invoked = _invoked(role)
        waiting += [
            other
            for other in functions
            if other not in waiting and any(glob(each)(other) is not False for each in invoked)
        ]
    return list(found.values())


def _invoked(role: Principal) -> list[str]:
    return [
        resource
        for policy in role.identity
        for statement in policy.statements
        if statement.effect == "Allow"
        and any(
            glob(a.lower())("lambda:invokefunction") is not False
            for a in statement.actions or ("*",)
        )
        for resource in statement.resources or ("*",)
    ]
