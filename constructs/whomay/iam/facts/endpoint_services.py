"""Which actions a VPC endpoint carries, by the name of its service.

https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

import re
from typing import Final

from whomay.iam.facts.actions import services
from whomay.iam.facts.limits import REGION
from whomay.iam.patterns.symbols import SYMBOL, unknown_reasons

_PLACE: Final = rf"(?:{SYMBOL.pattern.replace('(', '(?:')}|{REGION.pattern})"
_NAME: Final = re.compile(rf"(?:cn\.)?com\.amazonaws\.(?:{_PLACE}\.)?([a-z0-9.-]+)", re.DOTALL)

# Names that are not the prefix of the service's actions, nor begin with it and a dot.
_PREFIX: Final = {
    "appconfigdata": "appconfig",
    "aps-workspaces": "aps",
    "bedrock-agent": "bedrock",
    "bedrock-agent-runtime": "bedrock",
    "bedrock-runtime": "bedrock",
    "cloudhsmv2": "cloudhsm",
    "data-servicediscovery": "servicediscovery",
    "ecs-agent": "ecs",
    "ecs-telemetry": "ecs",
    "elasticbeanstalk-health": "elasticbeanstalk",
    "email": "ses",
    "email-smtp": "ses",
    "git-codecommit": "codecommit",
    "guardduty-data": "guardduty",
    "kinesis-firehose": "firehose",
    "kinesis-streams": "kinesis",
    "models-v2-lex": "lex",
    "monitoring": "cloudwatch",
    "runtime-v2-lex": "lex",
    "s3-global": "s3",
    "sync-states": "states",
    "tagging": "tag",
    "transcribestreaming": "transcribe",
    "vpce": "",  # a service that somebody offers, not AWS
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
