"""Bad conditions: guards that hold for everybody, for nobody, or without their key."""

import math
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from support.bad_inputs.expected import (
    OTHER,
    OTHERS_ROLE,
    Expected,
    Make,
    Own,
    Refused,
    Stopped,
    conditions,
    role,
    statement,
)
from whomay.cdk import Trust

LAMBDA = iam.ServicePrincipal("lambda.amazonaws.com")
USER = iam.ArnPrincipal(f"arn:aws:iam::{OTHER}:user/anna")


def with_conditions(principal: iam.PrincipalBase, **held: Any) -> Make:
    return role(principal.with_conditions(held))


def source_ip(stack: Stack) -> None:
    one = iam.PolicyStatement(
        actions=["s3:GetObject"],
        resources=["arn:aws:s3:::reports-2026/one"],
        conditions={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    )
    role(access=[Own([one])])(stack)


SOURCE_IP = "Stack/Role: Annotation::whomay:source-ip: aws:SourceIp is absent in calls through a VPC endpoint: use aws:VpcSourceIp or aws:SourceVpce"


def held(says: str, **operators: Any) -> Expected:
    """A bad condition, given to a trust."""
    given = {name.replace("__", ":"): keys for name, keys in operators.items()}
    return Refused(conditions(given), f"conditions{says}")


TEAM = "aws:PrincipalTag/team"
ABSENT = "allowed is an operator that fails without its key; …"

# One case a line: the input, and what is said of it.
# fmt: off
LISTED: dict[str, list[Expected]] = {
    "X06": [
        Refused(conditions({"StringEquals": {"aws:SourceAccount": None}}), "conditions['StringEquals']['aws:SourceAccount']: got None; allowed is a value; CDK would drop the condition, and the guard with it"),
        Refused(with_conditions(USER, StringEquals={"aws:SourceAccount": None}), "trusted: conditions['StringEquals']: got {}; allowed is at least one condition key; an empty condition guards nothing"),
        Refused(statement(conditions={"StringEquals": {"aws:SourceAccount": None}}), "conditions['StringEquals']: got {}; allowed is at least one condition key; an empty condition guards nothing"),
    ],
    "X07": [Refused(conditions({"StringEqual": {"aws:PrincipalTag/team": "data"}}), "conditions: got 'StringEqual'; allowed is an operator of IAM…; did you mean StringEquals?")],
    "X09": [Refused(conditions({"StringEquals": {"aws:PrincipalTag/team": "data-*"}}), "conditions['StringEquals']['aws:PrincipalTag/team']: got 'data-*'; allowed is a literal: StringEquals takes * and ? as they are; use StringLike")],
    "X11": [Refused(make({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}), "conditions: got 'ForAllValues:StringEquals'; allowed is an operator that fails without its key; …holds when aws:TagKeys is absent: …add \"Null\": …") for make in (conditions, lambda held: statement(conditions=held))],
    "X14": [Stopped(role(Trust.role(OTHERS_ROLE, conditions={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})), (SOURCE_IP,)), Stopped(source_ip, (SOURCE_IP,))],
}

FURTHER: dict[str, Expected] = {
    "some value but those": held(": got 'ForAnyValue:StringNotEquals'; allowed is an operator that names who comes in; ForAnyValue:StringNotEquals lets in every other value of aws:PrincipalTag/team: use StringEquals", ForAnyValue__StringNotEquals={TEAM: "data"}),
    "an operator in small letters": held(": got 'stringequals'; allowed is an operator of IAM, in its own spelling; did you mean StringEquals?", stringequals={TEAM: "data"}),
    "an operator in capitals": held(": got 'STRINGLIKE'; allowed is an operator of IAM…; did you mean StringLike?", STRINGLIKE={TEAM: "data"}),
    "a set prefix that is none": held(": got 'ForSomeValues:StringEquals'; allowed is an operator of IAM…; …", ForSomeValues__StringEquals={TEAM: "data"}),
    "a set prefix in small letters": held(": got 'forallvalues:StringEquals'; allowed is an operator of IAM…; …", forallvalues__StringEquals={TEAM: "data"}),
    "two set prefixes": held(": got 'ForAnyValue:ForAllValues:StringEquals'; allowed is an operator of IAM…; …", ForAnyValue__ForAllValues__StringEquals={TEAM: "data"}),
    "Null if it exists": held(": got 'NullIfExists'; allowed is an operator of IAM…; did you mean Null?", NullIfExists={TEAM: "true"}),
    "IfExists in small letters": held(": got 'Boolifexists'; allowed is an operator of IAM…; …", Boolifexists={"aws:MultiFactorAuthPresent": True}),
    "MFA if it exists": held(f": got 'BoolIfExists'; {ABSENT}", BoolIfExists={"aws:MultiFactorAuthPresent": "true"}),
    "any value if it exists": held(f": got 'ForAnyValue:StringLikeIfExists'; {ABSENT}", ForAnyValue__StringLikeIfExists={TEAM: "data*"}),
    "all of no values": held(f": got 'ForAllValues:StringLike'; {ABSENT}", ForAllValues__StringLike={TEAM: "data*"}),
    "not this team": held(f": got 'StringNotEquals'; {ABSENT}", StringNotEquals={TEAM: "data"}),
    "not these teams": held(f": got 'StringNotLike'; {ABSENT}", StringNotLike={TEAM: ["data-*"]}),
    "not this address": held(f": got 'NotIpAddress'; {ABSENT}", NotIpAddress={"aws:SourceIp": "203.0.113.7"}),
    "not this role": held(f": got 'ArnNotLike'; {ABSENT}", ArnNotLike={"aws:PrincipalArn": OTHERS_ROLE}),
    "not this number": held(f": got 'NumericNotEquals'; {ABSENT}", NumericNotEquals={"sts:DurationSeconds": 900}),
    "not this day": held(f": got 'DateNotEquals'; {ABSENT}", DateNotEquals={"aws:CurrentTime": "2026-11-24"}),
    "not this team, where another key is demanded": held(f": got 'StringNotEquals'; {ABSENT}", StringNotEquals={TEAM: "data"}, Null={"aws:username": "false"}),
    "conditions that are empty": Refused(conditions({}), "conditions: got {}; allowed is at least one operator; leave conditions out"),
    "conditions as a list": Refused(conditions([{"Bool": {"aws:SecureTransport": True}}]), "conditions: got list …; allowed is a dict of operator to …; …"),
    "conditions as text": Refused(conditions("Bool"), "conditions: got str 'Bool'; allowed is a dict of operator to …; …"),
    "an operator that is None": Refused(conditions({None: {TEAM: "data"}}), "conditions: got NoneType None; allowed is operators of IAM as strings…; …"),
    "an operator without keys": held("['StringEquals']: got {}; allowed is at least one condition key; an empty condition guards nothing", StringEquals={}),
    "an operator with a value": held("['StringEquals']: got str 'data'; allowed is a dict of condition key to value; …", StringEquals="data"),
    "an operator with None": held("['Bool']: got NoneType None; allowed is a dict of condition key to value; …", Bool=None),
    "a key that is None": held("['StringEquals']: got NoneType None; allowed is condition keys as strings…; …", StringEquals={None: "data"}),
    "a key without a service": held("['StringEquals']: got 'PrincipalTag'; allowed is a condition key …; such as …", StringEquals={"PrincipalTag": "data"}),
    "a key without a name": held("['StringEquals']: got 'aws:'; allowed is a condition key with its service; …", StringEquals={"aws:": "data"}),
    "a key with a space after it": held("['StringEquals']: got 'sts:ExternalId '; allowed is a condition key…; …", StringEquals={"sts:ExternalId ": "course"}),
    "a key in two spellings": held("['StringEquals']: got 'AWS:principaltag/team'; allowed is each key once, in any spelling; …", StringEquals={TEAM: "data", "AWS:principaltag/team": "ops"}),
    "no value": held(f"['StringEquals']['{TEAM}']: got None; allowed is a value; …", StringEquals={TEAM: None}),
    "no value among others": held(f"['StringEquals']['{TEAM}']: got None; allowed is a value; …", StringEquals={TEAM: ["data", None]}),
    "no value beside another key": held(f"['StringEquals']['{TEAM}']: got None; allowed is a value; …", StringEquals={"sts:ExternalId": "course", TEAM: None}),
    "an empty value": held(f"['StringEquals']['{TEAM}']: got ''; allowed is a value without spaces around it; …", StringEquals={TEAM: ""}),
    "a value of spaces": held(f"['StringEquals']['{TEAM}']: got '  '; allowed is a value without spaces around it; …", StringEquals={TEAM: "  "}),
    "a value with a line's end": held(rf"['StringEquals']['{TEAM}']: got 'data\n'; allowed is a value without spaces…; …", StringEquals={TEAM: "data\n"}),
    "an empty list of values": held(f"['StringEquals']['{TEAM}']: got []; allowed is at least one value; an empty list guards nothing", StringEquals={TEAM: []}),
    "a list within a list": held(f"['StringEquals']['{TEAM}']: got list ['data']; allowed is a string, a number or a Boolean; …", StringEquals={TEAM: [["data"]]}),
    "a dict for a value": held(f"['StringEquals']['{TEAM}']: got dict {{…; allowed is a string, …; …", StringEquals={TEAM: {"a": "b", "c": "d"}}),
    "bytes for a value": held(f"['StringEquals']['{TEAM}']: got bytes b'data'; allowed is a string, …; …", StringEquals={TEAM: b"data"}),
    "a generator of values": held(f"['StringEquals']['{TEAM}']: got generator …; allowed is a string, …; …", StringEquals={TEAM: (one for one in ["data"])}),
    "a value beyond Latin-1": held(f"['StringEquals']['{TEAM}']: got '団'; allowed is characters that a policy may hold; …", StringEquals={TEAM: "団"}),
    "a value with NUL": held(rf"['StringEquals']['{TEAM}']: got 'a\x00b'; allowed is characters that a policy may hold; …", StringEquals={TEAM: "a\0b"}),
    "an account as a number": held("['StringEquals']['aws:PrincipalAccount']: got int 12345678901; allowed is a string for StringEquals; write it in quotes, leading zeros included", StringEquals={"aws:PrincipalAccount": 12345678901}),
    "an account of eleven digits in a condition": held("['StringEquals']['aws:PrincipalAccount']: got '11112222333'; allowed is an account id of twelve digits; …", StringEquals={"aws:PrincipalAccount": "11112222333"}),
    "some accounts in a condition": held("['StringLike']['aws:PrincipalAccount']: got '1111*'; allowed is an account id…; name each one in full: …", StringLike={"aws:PrincipalAccount": "1111*"}),
    "a unit of any organization": held("['ForAnyValue:StringLike']['aws:PrincipalOrgPaths']: got 'o-*/r-ab12/*'; allowed is a path from an organization's id…; …", ForAnyValue__StringLike={"aws:PrincipalOrgPaths": "o-*/r-ab12/*"}),
    "a question for a literal": held("['StringEquals']['sts:RoleSessionName']: got 'anna-?'; allowed is a literal: …; use StringLike", StringEquals={"sts:RoleSessionName": "anna-?"}),
    "a wildcard whatever its case": held("['StringEqualsIgnoreCase']['sts:RoleSessionName']: got 'anna*'; allowed is a literal: …; use StringLike", StringEqualsIgnoreCase={"sts:RoleSessionName": "anna*"}),
    "everything among values": held(f"['StringLike']['{TEAM}']: got '?*'; allowed is a value that not every request meets; …", StringLike={TEAM: ["data", "?*"]}),
    "every ARN": held("['ArnLike']['aws:PrincipalArn']: got 'arn:*:*:*:*:*'; allowed is a value that not every request meets; …", ArnLike={"aws:PrincipalArn": "arn:*:*:*:*:*"}),
    "no ARN in a condition": held("['ArnEquals']['aws:PrincipalArn']: got 'role/Deploy'; allowed is an ARN of six parts for ArnEquals; …", ArnEquals={"aws:PrincipalArn": "role/Deploy"}),
    "every address": held("['IpAddress']['aws:VpcSourceIp']: got '0.0.0.0/0'; allowed is an address or a range smaller than all, …; …", IpAddress={"aws:VpcSourceIp": "0.0.0.0/0"}),
    "every address of version 6": held("['IpAddress']['aws:VpcSourceIp']: got '::/0'; allowed is an address or a range…; …", IpAddress={"aws:VpcSourceIp": ["10.0.0.0/8", "::/0"]}),
    "no address": held("['IpAddress']['aws:VpcSourceIp']: got '10.0.0.300'; allowed is an address or a range…; …", IpAddress={"aws:VpcSourceIp": "10.0.0.300"}),
    "an age that is no number": held("['NumericLessThan']['aws:MultiFactorAuthAge']: got '1h'; allowed is a number such as 3600 for NumericLessThan; …", NumericLessThan={"aws:MultiFactorAuthAge": "1h"}),
    "an age that is NaN": held("['NumericLessThan']['aws:MultiFactorAuthAge']: got nan; allowed is a finite number; …", NumericLessThan={"aws:MultiFactorAuthAge": math.nan}),
    "an age without end": held("['NumericLessThan']['aws:MultiFactorAuthAge']: got inf; allowed is a finite number; …", NumericLessThan={"aws:MultiFactorAuthAge": math.inf}),
    "an age that is True": held("['NumericLessThan']['aws:MultiFactorAuthAge']: got 'true'; allowed is a number…; …", NumericLessThan={"aws:MultiFactorAuthAge": True}),
    "a day that is none": held("['DateLessThan']['aws:CurrentTime']: got '2026-13-01'; allowed is a date such as …; …", DateLessThan={"aws:CurrentTime": "2026-13-01"}),
    "MFA as a number in a condition": held("['Bool']['aws:MultiFactorAuthPresent']: got int 1; allowed is a string for Bool; …", Bool={"aws:MultiFactorAuthPresent": 1}),
    "MFA as yes": held("['Bool']['aws:MultiFactorAuthPresent']: got 'yes'; allowed is true or false for Bool; …", Bool={"aws:MultiFactorAuthPresent": "yes"}),
    "absence as no": held("['Null']['sts:ExternalId']: got 'no'; allowed is true or false for Null; …", Null={"sts:ExternalId": "no"}),
    "bytes that are no Base64": held("['BinaryEquals']['aws:PrincipalTag/key']: got '%%'; allowed is Base64 for BinaryEquals; …", BinaryEquals={"aws:PrincipalTag/key": "%%"}),
    "the account of a service, on a user": Refused(with_conditions(USER, StringEquals={"aws:SourceAccount": OTHER}), "trusted: conditions: got 'aws:SourceAccount'; allowed is keys that a user or role carries; only a service sends it: …"),
    "an organization on a service": Refused(with_conditions(LAMBDA, StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}), "trusted: conditions of lambda…: got 'aws:PrincipalOrgID'; allowed is keys that a service sends…; …"),
    "a key that AWS does not document": Stopped(role(Trust.role(OTHERS_ROLE, conditions={"StringEquals": {"aws:PrincipleTag/team": "data"}})), ("Stack/Role/Resource: AccessRules::unknown-condition-key[aws:PrincipleTag/team]: AWS has no condition key aws:PrincipleTag/team: did you mean aws:PrincipalTag/${TagKey}?",)),
}
