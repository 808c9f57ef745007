"""The policies that a level of an organization file names: read, and held against AWS's limits.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from whomay.engine.organization.nodes import Node, text_in
from whomay.engine.organization.organization import OrganizationError
from whomay.engine.organization.policies import (
    EVERYONE,
    FULL_ACCESS,
    full_access,
    without_principals,
)
from whomay.iam import unique_json
from whomay.iam.facts import limits
from whomay.iam.parse import PolicyError, parse_policy, problem_with
from whomay.iam.policy import Policy, Source, Statement

RCP_FULL_ACCESS: Final = "RCPFullAWSAccess"


def service_control(node: Node | None) -> tuple[Policy, ...]:
    """Return the service control policies of one level; AWS's own where the file names none."""
    if node is None:
        return (full_access(),)
    listed = node.listed("a list of files, of policies, and FullAWSAccess")
    if not listed:
        node.fail(f"{node.name} is empty: AWS leaves no level without a policy; name {FULL_ACCESS}")
    if len(listed) > limits.SERVICE_CONTROL_POLICIES:
        most = limits.SERVICE_CONTROL_POLICIES
        node.fail(
            f"{node.name} names {len(listed)} policies; AWS attaches at most {most} to a level"
        )
    policies = tuple(map(_service_control, listed))
    if all(s.effect == "Deny" for policy in policies for s in policy.statements):
        node.fail(
            f"{node.name} would allow nothing: name what is attached beside it, at AWS {FULL_ACCESS}"
        )
    return policies


def resource_control(node: Node | None) -> tuple[Policy, ...]:
    """Return the resource control policies of one level, without RCPFullAWSAccess."""
    if node is None:
        return ()
    listed = [
        each
        for each in node.listed("a list of files and of policies")
        if not (each.is_text and each.text("") == RCP_FULL_ACCESS)
    ]
    most = limits.RESOURCE_CONTROL_POLICIES - 1
    if len(listed) > most:
        node.fail(
            f"{node.name} names {len(listed)} policies; AWS attaches at most {most} to a level "
            f"beside {RCP_FULL_ACCESS}"
        )
    return tuple(map(_resource_control, listed))


def _service_control(node: Node) -> Policy:
    if node.is_text and node.text("") == FULL_ACCESS:
        return full_access()
    policy, name = _read(node, "service", limits.SERVICE_CONTROL_POLICY_SIZE)
    for each in policy.statements:
        if problem := problem_with(each, of_resource=False):
            node.fail(
                f"{name}: Statement[{each.source.index}] of a service control policy {problem}"
            )
    return policy


def _resource_control(node: Node) -> Policy:
    policy, name = _read(node, "resource", limits.RESOURCE_CONTROL_POLICY_SIZE)
    for each in policy.statements:
        if problem := problem_with_resource_control(each):
            node.fail(
                f"{name}: Statement[{each.source.index}] of a resource control policy {problem}"
            )
    return without_principals(policy)


def problem_with_resource_control(statement: Statement) -> str | None:
    """Say why AWS refuses a statement of a resource control policy; None when it does not."""
    if statement.effect == "Allow":
        return f"has the Effect Allow; allowed is Deny, and {RCP_FULL_ACCESS} is always attached"
    everyone = (EVERYONE, (("AWS", ("*",)),))
    if statement.principals not in everyone:
        return 'must have the Principal "*"; name others by conditions'
    return problem_with(statement, of_resource=True)


def _read(node: Node, kind: str, most: int) -> tuple[Policy, str]:
    """Return a policy and what it is called."""
    document, name = _document(node)
    size = len(json.dumps(document, separators=(",", ":"), ensure_ascii=False))
    if size > most:
        node.fail(
            f"{name}: a {kind} control policy of {size:,} characters, white space not counted; "
            f"AWS takes at most {most:,}"
        )
    try:
        return parse_policy(document, Source(name)), name
    except PolicyError as error:
        node.fail(f"{name}: {error}")


def _document(node: Node) -> tuple[Any, str]:
    if not node.is_text:
        document = node.plain()
        if not isinstance(document, Mapping):
            node.fail(f"{node.name} is a list; allowed is a file's name or one policy")
        return document, f"{node.file.name} {node.name}"
    name = node.text("a file's name")
    try:
        return unique_json.loads(text_in(node.file.parent / name)), name
    except OrganizationError as error:
        node.fail(f"{node.name}: the policy {error}")
    except (ValueError, RecursionError) as error:
        node.fail(f"{node.name}: the policy {node.file.parent / name} is not JSON: {error}")
