"""Findings in what CDK itself wrote: its grants, the roles of its constructs, its providers.

Nobody can change these but by another construct. So people see them as one line a rule.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from whomay.engine.rules.rule import Finding
from whomay.engine.templates.roles_and_users import ROLE
from whomay.engine.templates.template import Template

# Functions that CDK puts into a stack to serve its own custom resources, by a part of their paths.
# https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/custom-resources
_PROVIDER: Final = re.compile(
    r"Custom::\w+|AWS[0-9a-f]{32}|(LogRetention|Custom\w*Deployment|BucketNotificationsHandler)\w*[0-9A-Fa-f]{32}"
    r"|framework-(onEvent|isComplete|onTimeout)"
)
# What grants write for one purpose, though an action of it acts on another resource or on none.
# https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-dynamodb/lib/perms.ts
_GRANTED: Final = frozenset(
    (
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
        "dynamodb:DescribeStream",
        "kinesis:ListShards",
        "kinesis:ListStreams",
        "s3:GetBucket*",
        "s3:GetObject*",
        "s3:List*",
        "s3:DeleteObject*",
        "s3:Abort*",
    )
)


def told_apart(findings: Iterable[Finding]) -> tuple[list[Finding], dict[str, list[Finding]]]:
    """Return the findings that an app can repair, and rule by rule those in what CDK wrote."""
    own: list[Finding] = []
    of_cdk: dict[str, list[Finding]] = {}
    paths: dict[str, frozenset[str]] = {}
    for each in findings:
        template = each.item.template
        if template.file.name not in paths:
            paths[template.file.name] = frozenset(_paths(template))
        if is_of_cdk(each, paths[template.file.name]):
            of_cdk.setdefault(each.rule.id, []).append(each)
        else:
            own.append(each)
    return own, of_cdk


def is_of_cdk(finding: Finding, paths: frozenset[str]) -> bool:
    """Tell whether CDK wrote what a finding is about; `paths` are those of the template."""
    path = finding.path
    if any(_PROVIDER.fullmatch(part) for part in path.split("/")):
        return True
    if path.endswith("/DefaultPolicy") and finding.value in _GRANTED:
        return True
    parent = path.rpartition("/")[0]
    made_for_another = not paths.isdisjoint((parent, f"{parent}/{parent.rpartition('/')[2]}"))
    return finding.item.kind == ROLE and made_for_another and finding.rule.id in _OF_ROLES


# A construct writes its role's trust; what the role is allowed comes from the app.
_OF_ROLES: Final = ("service-source-account",)


def _paths(template: Template) -> Iterator[str]:
    return (template.path_of(logical_id) for logical_id, _, _ in template.resources())


def line_of(rule: str, found: list[Finding]) -> str:
    """Return the one line for the findings of a rule in what CDK wrote."""
    places = len({each.path for each in found})
    return (
        f"{rule}: {len(found)} findings in {places} resources that CDK's grants, constructs and "
        "providers wrote; --format json lists them"
    )
