"""How CloudTrail records the use of an action: as a management event, a data event, or not at all.

Only what is sure is told: a call that a trail would show by the action's name. An action of any
other service is NOT_KNOWN, so nobody takes it for unused because the trail has another name for it.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from whomay.iam.facts.actions import access_levels, is_action


class Recorded(StrEnum):
    """What of an action a trail can show; the text says why it may show nothing."""

    MANAGEMENT = "a management event"
    DATA = "data event, not seen by this trail as far as its selectors are known"
    NO_CALL = "permission that AWS asks beside other calls: no event has its name for sure"
    NOT_KNOWN = "not known by which name a trail shows it"


# Services whose actions are calls of the same name, recorded as management events, but for these.
# AWS asks those beside other calls, or no SDK has such a call. Patterns of names in lower case.
# A page of each service says that CloudTrail captures all its calls:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-api-logging-cloudtrail.html
# https://docs.aws.amazon.com/config/latest/developerguide/log-api-calls.html
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-with-cloudtrail.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html (and STS)
# https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
# https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-cloudtrail-logs.html
SAME_NAMES: Final[Mapping[str, str]] = {
    "cloudformation": "*resource *resourcerequest *resourcerequests *resourcerequeststatus"
    " listresources createuploadbucket listallhookresults setstackpolicy updateterminationprotection",
    "config": "",
    "ec2": "*webacl* *appliance* *resourcestoplacementgroup *resourcesfromplacementgroup"
    " *permission *permissions *odbnetworkpeering *resourcepolicy importbyoipcidrtoipam inject*"
    " pausevolumeio sendspotinstanceinterruptions runinstances",
    "iam": "passrole *cloudfrontpublickey *cloudfrontpublickeys *accountname *accountemailaddress"
    " *stsregional* createservicelinkedrole putrolepermissionsboundary putuserpermissionsboundary",
    "kms": "synchronizemultiregionkey decapsulate encapsulate",
    "organizations": "",
    "secretsmanager": "",
    "ssm": "*calendar getmanifest putconfigurepackageresult requestmanagedinstanceroletoken"
    " updateinstance* updatemanagedinstancepublickey describedocumentparameters executeapi"
    " listinstanceassociations registermanagedinstance",
    "sts": "getservicebearertoken setcontext setsourceidentity tag*",
}
# Their events are in one Region, and in a trail only where that trail has events of global services.
GLOBAL: Final = frozenset(("iam", "organizations"))
# Of S3 these alone: others are asked beside a call as well, as s3:PutBucketAcl is in CreateBucket.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
_OF_BUCKETS: Final = re.compile(
    "listallmybuckets|createbucket|deletebucket(policy|website)?"
    "|getbucket(acl|cors|location|logging|notification|ownershipcontrols|policy|policystatus"
    "|publicaccessblock|requestpayment|tagging|versioning|website)"
    "|putbucket(cors|logging|notification|policy|publicaccessblock|requestpayment|website)"
    "|(get|put)(accelerate|analytics|encryption|inventory|lifecycle|metrics|replication)"
    "configuration"
)
_DATA: Final[Mapping[str, str]] = {
    "dynamodb": "(batchget|batchwrite|delete|get|put|update|conditioncheck)item|partiql.*|query|scan"
    "|getrecords|getsharditerator",
    "lambda": "invoke(function|async)",
    "s3": "(get|put|delete|restore)object|getobject(acl|attributes)|abortmultipartupload"
    "|listmultipartuploadparts|listbucket|listbucketversions|listbucketmultipartuploads",
    "sns": "publish",
    "sqs": "(send|receive|delete)message|changemessagevisibility",
}
# The kinds of resources by which a trail selects data events.
# https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html
RESOURCE_TYPES: Final[Mapping[str, str]] = {
    "dynamodb": "AWS::DynamoDB::Table",
    "lambda": "AWS::Lambda::Function",
    "s3": "AWS::S3::Object",
    "sns": "AWS::SNS::Topic",
    "sqs": "AWS::SQS::Queue",
}
# Calls for which AWS may ask other actions than the one of their name, or more.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
_ASKED_BESIDE: Final[Mapping[str, str]] = {
    "s3:createbucket": "putbucketacl putbucketownershipcontrols putbucketpublicaccessblock",
    "s3:deletebucketanalyticsconfiguration": "putanalyticsconfiguration",
    "s3:deletebucketintelligenttieringconfiguration": "putintelligenttieringconfiguration",
    "s3:deletebucketinventoryconfiguration": "putinventoryconfiguration",
    "s3:deletebucketmetricsconfiguration": "putmetricsconfiguration",
    "s3:getbucketintelligenttieringconfiguration": "getintelligenttieringconfiguration",
    "s3:listbucketanalyticsconfigurations": "getanalyticsconfiguration",
    "s3:listbucketintelligenttieringconfigurations": "getintelligenttieringconfiguration",
    "s3:listbucketinventoryconfigurations": "getinventoryconfiguration",
    "s3:listbucketmetricsconfigurations": "getmetricsconfiguration",
    "s3:putbucketintelligenttieringconfiguration": "putintelligenttieringconfiguration",
    "s3:renameobject": "deleteobject getobject putobject",
    "secretsmanager:batchgetsecretvalue": "getsecretvalue listsecrets",
    "secretsmanager:createsecret": "putsecretvalue replicatesecrettoregions",
}
_SOURCES: Final[Mapping[str, str]] = {"monitoring": "cloudwatch", "tagging": "tag"}
_DATED: Final = re.compile(r"\d{8}(v\d+)?$|\d{4}_\d{2}_\d{2}$")


def undated(event: str) -> str:
    """Return the name of a call without the API's version, which Lambda and CloudFront add.

    >>> undated("UpdateFunctionCode20150331v2")
    'UpdateFunctionCode'
    """
    return _DATED.sub("", event)


def prefix_of(source: str) -> str:
    """Return the prefix of a service's actions from the source of its events.

    >>> prefix_of("monitoring.amazonaws.com"), prefix_of("s3.amazonaws.com")
    ('cloudwatch', 's3')
    """
    name = source.removesuffix(".cn").removesuffix(".amazonaws.com")
    return _SOURCES.get(name, name)


def asked_beside(call: str) -> tuple[str, ...]:
    """Return the further actions that AWS may ask for a call, both in lower case."""
    service = call.partition(":")[0]
    return tuple(f"{service}:{each}" for each in _ASKED_BESIDE.get(call, "").split())


@lru_cache(maxsize=16384)
def recorded(action: str) -> Recorded:
    """Return how a trail records an action, in any spelling.

    >>> recorded("iam:CreateUser").name, recorded("s3:GetObject").name, recorded("iam:PassRole").name
    ('MANAGEMENT', 'DATA', 'NO_CALL')
    """
    service, _, name = action.lower().partition(":")
    if not is_action(action):
        return Recorded.NOT_KNOWN
    if re.fullmatch(_DATA.get(service, ""), name):
        return Recorded.DATA
    if service == "s3" and _OF_BUCKETS.fullmatch(name):
        return Recorded.MANAGEMENT
    if "Tagging" in access_levels(action):
        return Recorded.NO_CALL
    if service not in SAME_NAMES:
        return Recorded.NOT_KNOWN
    left_out = any(fnmatchcase(name, each) for each in SAME_NAMES[service].split())
    return Recorded.NO_CALL if left_out else Recorded.MANAGEMENT
