"""Which actions a VPC endpoint carries, by the name of its service.

https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from whomay.iam.facts.actions import services
from whomay.iam.facts.limits import REGION
from whomay.iam.patterns.overlap import overlap
from whomay.iam.patterns.symbols import SYMBOL, unknown_reasons

_PLACE: Final = rf"(?:{SYMBOL.pattern.replace('(', '(?:')}|{REGION.pattern})"
_NAME: Final = re.compile(rf"(?:cn\.)?com\.amazonaws\.(?:{_PLACE}\.)?([a-z0-9.-]+)", re.DOTALL)

# Names that are not the prefix of the service's actions, nor begin with it and a dot.
_PREFIX: Final = {
    "analytics-omics": "omics",
    "appconfigdata": "appconfig",
    "appmesh-envoy-management": "appmesh",
    "appsync-api": "appsync",
    "aps-workspaces": "aps",
    "arsenal-discovery": "arsenal",
    "bedrock-agent": "bedrock",
    "bedrock-agent-runtime": "bedrock",
    "bedrock-data-automation": "bedrock",
    "bedrock-data-automation-runtime": "bedrock",
    "bedrock-runtime": "bedrock",
    "cloudcontrolapi": "cloudformation",
    "cloudhsmv2": "cloudhsm",
    "control-storage-omics": "omics",
    "data-servicediscovery": "servicediscovery",
    "deviceadvisor": "iotdeviceadvisor",
    "dicom-medical-imaging": "medical-imaging",
    "dynamodb-streams": "dynamodb",
    "ecs-agent": "ecs",
    "ecs-telemetry": "ecs",
    "elasticbeanstalk-health": "elasticbeanstalk",
    "email": "ses",
    "email-smtp": "ses",
    "emr-serverless-services": "emr-serverless",
    "forecastquery": "forecast",
    "git-codecommit": "codecommit",
    "grafana-workspace": "grafana",
    "guardduty-data": "guardduty",
    "kinesis-firehose": "firehose",
    "kinesis-streams": "kinesis",
    "lorawan": "iotwireless",
    "mail-manager": "ses",
    "memory-db": "memorydb",
    "models-v2-lex": "lex",
    "monitoring": "cloudwatch",
    "neptune-graph-data": "neptune-graph",
    "networkflowmonitorreports": "networkflowmonitor",
    "personalize-events": "personalize",
    "personalize-runtime": "personalize",
    "pinpoint": "mobiletargeting",
    "pinpoint-sms-voice-v2": "sms-voice",
    "pipes-data": "pipes",
    "quicksight-website": "quicksight",
    "rum-dataplane": "rum",
    "runtime-medical-imaging": "medical-imaging",
    "runtime-v2-lex": "lex",
    "s3-global": "s3",
    "servicecatalog-appregistry": "servicecatalog",
    "storage-omics": "omics",
    "streaming-rekognition": "rekognition",
    "sync-states": "states",
    "tagging": "tag",
    "tags-omics": "omics",
    "transcribestreaming": "transcribe",
    "vpce": "",  # a service that somebody offers, not AWS
    "workflows-omics": "omics",
}


def prefix_carried(service_name: str) -> str:
    """Return the prefix of the actions that an endpoint carries; empty where it is not known.

    >>> prefix_carried("com.amazonaws.eu-west-1.monitoring")
    'cloudwatch'
    """
    found = None if unknown_reasons(service_name) else _NAME.fullmatch(service_name)
    if found is None:
        return ""
    name = found[1].partition(".")[0].removesuffix("-fips")
    prefix = _PREFIX.get(name, name)
    return prefix if prefix in services() else ""


# Condition keys that a request has when a service makes it, from its own network, for the caller.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
SENT_BY_A_SERVICE: Final = frozenset(
    (
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:viaawsservice",
        "kms:viaservice",
    )
)
# Services that a gateway carries to, by a route and free of charge.
GATEWAYS: Final = frozenset(("dynamodb", "s3"))
# What a gateway does not carry: the calls to the streams of DynamoDB have an endpoint of their own.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/vpc-endpoints-dynamodb-streams.html
_STREAMS: Final = ("describestream", "getrecords", "getsharditerator", "liststreams")

# Endpoints that take no policy: they admit everything, and a stack that gives them one fails. The page
# of each service says so, or names no policy where it did not take one when AWS listed them (2021).
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
WITHOUT_POLICY: Final = frozenset(
    (
        "analytics-omics",
        "appmesh-envoy-management",
        "appstream.api",
        "appstream.streaming",
        "awsconnector",
        "b2bi",
        "cleanrooms",
        "cleanrooms-ml",
        "codeguru-profiler",
        "codeguru-reviewer",
        "codepipeline",
        "control-storage-omics",
        "datasync",
        "deviceadvisor.iot",
        "elastic-inference.runtime",
        "email-smtp",
        "grafana-workspace",
        "inspector-scan",
        "inspector2",
        "iot.credentials",
        "iot.data",
        "iotsitewise.data",
        "iotwireless.api",
        "lookoutvision",
        "lorawan.cups",
        "lorawan.lns",
        "mail-manager",
        "neptune-graph",
        "pinpoint-sms-voice-v2",
        "refactor-spaces",
        "sms",
        "storage-omics",
        "storagegateway",
        "tags-omics",
        "transfer.server",
        "workflows-omics",
    )
)


@cache
def interfaces() -> frozenset[str]:
    """Return the names of interface endpoints that answer on port 443 where their service is.

    Those of global services are left out, since they are in one Region alone.
    https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """
    text = Path(__file__).with_name("interface_endpoints.json").read_text("utf-8")
    return frozenset(json.loads(text))


def endpoints_for(action: str) -> frozenset[str]:
    """Return the names of all endpoints that carry calls of an action, or of a pattern of actions.

    Empty where the service has none, and where the pattern leaves the service open.

    >>> sorted(endpoints_for("ecr:GetAuthorizationToken"))
    ['ecr.api', 'ecr.dkr']
    """
    prefix, _, name = action.lower().partition(":")
    if prefix == "dynamodb":
        streams = [each for each in _STREAMS if overlap(name, each)]
        others = streams != [name]
        return frozenset(["dynamodb"] * others + ["dynamodb-streams"] * bool(streams))
    return frozenset((prefix,)) & GATEWAYS or _by_prefix().get(prefix, frozenset())


@cache
def _by_prefix() -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in interfaces():
        found[prefix_carried(f"com.amazonaws.us-east-1.{name}")].add(name)
    return {prefix: frozenset(names) for prefix, names in found.items() if prefix}
