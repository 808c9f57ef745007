"""Service principals: which exist, and what they send when they assume a role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import difflib
import re
from functools import cache
from typing import Final

from whomay.iam.facts import actions as catalogue
from whomay.iam.facts.condition_key_table import KeySender
from whomay.iam.facts.condition_keys import sent_by

SUFFIX: Final = ".amazonaws.com"
CHINA_SUFFIX: Final = ".amazonaws.com.cn"

# Services whose principal is not their action prefix; the others are `<prefix>.amazonaws.com`.
_OTHER_PRINCIPALS: Final = """
    access-grants.s3 airflow-env apidestinations.events application-autoscaling
    application-signals.cloudwatch appstream.application-autoscaling autoscaling-plans
    batchoperations.s3 billingreports build.apprunner cassandra.application-autoscaling channels.lex
    cks.kms clientvpn cloudwatch-crossaccount comprehend.application-autoscaling config-conforms
    config-multiaccountsetup continuousexport.discovery credentials.iot
    custom-resource.application-autoscaling custom.rds delivery.logs
    dynamodb.application-autoscaling ec2.application-autoscaling ec2fleet ec2scheduled ecs-tasks
    ecs.application-autoscaling edgelambda eks-connector eks-fargate-pods eks-nodegroup
    elasticache.application-autoscaling elasticmapreduce email.cognito-idp export.rds
    hooks.cloudformation inspector kafka.application-autoscaling lakeformation
    lambda.alarms.cloudwatch lambda.application-autoscaling lex lexv2 logdelivery.elasticloadbalancing
    logger.cloudfront logging.s3 maintenance.elasticbeanstalk malware-protection-plan.guardduty
    managedupdates.elasticbeanstalk management.chatbot member.org.stacksets.cloudformation mgn
    migrationhub monitoring monitoring.rds neptune.application-autoscaling observability.aoss
    opensearchservice ops.apigateway ops.emr-serverless opsworks opsworks-cm osis-pipelines pinpoint
    pods.eks rds.application-autoscaling replicator.lambda reporting.trustedadvisor
    resources.cloudformation restore-testing.backup s2svpn s3.data-source.lustre.fsx
    sagemaker.application-autoscaling scheduler.redshift scraper.aps servicecatalog spot spotfleet
    ssm-incidents stacksets.cloudformation streams.metrics.cloudwatch tasks.apprunner topic-rule.iot
    transitgateway vmie vpc-flow-logs workspaces.application-autoscaling
    """.split()  # noqa: SIM905 - a list of strings would be three pages

# Each of these documents `aws:SourceAccount` for the trust policy of the role that it assumes. The
# page is that of the confused deputy, or that of the role. EC2 and Lambda send none when they start
# an instance or a function, so with the condition the role is unusable. Such a role cannot be
# passed from another account anyway.
SENDS_SOURCE_ACCOUNT: Final = frozenset(
    f"{name}{SUFFIX}"
    for name in (
        "account-access",
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

# Each of these documents `sts:ExternalId` for the role that it assumes. That is the role of a user
# pool's SMS, an environment, a delivery stream, a cluster, an image import.
SENDS_EXTERNAL_ID: Final = frozenset(
    f"{name}{SUFFIX}"
    for name in ("cognito-idp", "elasticbeanstalk", "firehose", "redshift", "vmie")
)

_SHAPE: Final = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9.-]*?)(?:\.(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d))?"
    r"\.amazonaws\.com(?:\.cn)?"
)


def exists(service: str) -> bool:
    """Tell whether AWS has a service principal of that name, with a region in it or without."""
    match = _SHAPE.fullmatch(service)
    return match is not None and match["name"] in _names()


def nearest(service: str) -> str | None:
    """Return the service principal whose name is most like it; None when none is."""
    near = difflib.get_close_matches(service.removesuffix(SUFFIX), _names(), n=1, cutoff=0.5)
    return f"{near[0]}{SUFFIX}" if near else None


def region(service: str) -> str | None:
    """Return the region that a region-bound service principal names, such as logs.eu-west-1."""
    match = _SHAPE.fullmatch(service)
    return match["region"] if match else None


def never_sent(service: str) -> frozenset[str]:
    """Return the condition keys, in lower case, that the service does not send to assume a role."""
    of_people = sent_by(KeySender.PEOPLE)
    return of_people - {"sts:externalid"} if plain(service) in SENDS_EXTERNAL_ID else of_people


def plain(service: str) -> str:
    """Return the name without region and partition: `states.amazonaws.com`."""
    match = _SHAPE.fullmatch(service)
    return f"{match['name']}{SUFFIX}" if match else service


@cache
def _names() -> dict[str, None]:
    return dict.fromkeys((*catalogue.services(), *_OTHER_PRINCIPALS))
