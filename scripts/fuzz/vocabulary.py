"""The words of random cases: who asks, for what, and what the policies speak of."""

from typing import Any

HOME, AWAY = "111122223333", "444455556666"
BUCKET = "arn:aws:s3:::app-bucket"
KEY = f"arn:aws:kms:eu-west-1:{HOME}:key/11111111-2222-3333-4444-555555555555"
QUEUE = f"arn:aws:sqs:eu-west-1:{HOME}:jobs"
TOPIC = f"arn:aws:sns:eu-west-1:{HOME}:news"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{HOME}:secret:token-AbCdEf"
FUNCTION = f"arn:aws:lambda:eu-west-1:{HOME}:function:resize"
BOOKS = f"arn:aws:ecr:eu-west-1:{HOME}:repository/books"
TABLE = f"arn:aws:dynamodb:eu-west-1:{HOME}:table/orders"
ROLE = f"arn:aws:iam::{HOME}:role/Writer"
UNIT = "o-a1b2c3d4e5/r-ab12/ou-ab12-"
PRINCIPALS = {
    f"arn:aws:iam::{HOME}:user/alice": {"aws:username": "alice", "aws:PrincipalType": "User"},
    f"arn:aws:iam::{AWAY}:user/bob": {"aws:username": "bob", "aws:PrincipalType": "User"},
    f"arn:aws:sts::{HOME}:assumed-role/Writer/one": {"aws:PrincipalType": "AssumedRole"},
    f"arn:aws:sts::{AWAY}:assumed-role/Hub/two": {"aws:PrincipalType": "AssumedRole"},
}
TARGETS = {
    "s3:GetObject": (f"{BUCKET}/a.csv", f"{BUCKET}/team/alice/b.csv"),
    "s3:PutObject": (f"{BUCKET}/a.csv", f"{BUCKET}/team/bob/b.csv"),
    "s3:ListBucket": (BUCKET,),
    "kms:Decrypt": (KEY,),
    "sts:AssumeRole": (ROLE,),
    "sqs:SendMessage": (QUEUE,),
    "sns:Publish": (TOPIC,),
    "secretsmanager:GetSecretValue": (SECRET,),
    "lambda:InvokeFunction": (FUNCTION,),
    "ecr:BatchGetImage": (BOOKS,),
    "dynamodb:GetItem": (TABLE,),
}
ACTIONS = (*TARGETS, "*", "s3:*", "s3:Get*", "S3:getobject", "s3:?etObject", "kms:*", "sts:Assume*")
ACTIONS += (
    "sqs:*",
    "SNS:Publish",
    "secretsmanager:Get*",
    "lambda:Invoke*",
    "ecr:Batch*",
    "dynamodb:*",
)
RESOURCES = (
    "*",
    BUCKET,
    f"{BUCKET}/*",
    f"{BUCKET}*",
    f"{BUCKET}/?.csv",
    "arn:aws:s3:::*",
    f"{BUCKET}/team/${{aws:username}}/*",
    f"{BUCKET}/team/${{aws:username, 'nobody'}}/*",
    "arn:*:s3:::app-bucket/*",
    KEY,
    f"arn:aws:kms:*:{HOME}:key/*",
    ROLE,
    f"arn:aws:iam::{HOME}:role/*",
    "arn:aws:iam::*:role/W*",
    f"{BUCKET}/team/${{aws:PrincipalTag/team}}/*",
    QUEUE,
    f"arn:aws:sqs:eu-west-1:{HOME}:j?bs",
    TOPIC,
    "arn:aws:sns:*:*:*",
    SECRET,
    f"{SECRET[:-6]}??????",
    FUNCTION,
    f"{FUNCTION}*",
    BOOKS,
    f"arn:aws:ecr:*:{HOME}:repository/b*",
    TABLE,
    f"arn:aws:dynamodb:*:{HOME}:table/*",
)
KEYS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "aws:SecureTransport": ("Bool", ("true", "false")),
    "aws:MultiFactorAuthPresent": ("Bool", ("true", "false")),
    "aws:MultiFactorAuthAge": ("Numeric", ("300", "3600")),
    "aws:SourceIp": ("IpAddress", ("10.0.0.0/8", "10.1.2.3", "2001:db8::/32")),
    "aws:CurrentTime": ("Date", ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")),
    "aws:PrincipalOrgID": ("String", ("o-a1b2c3d4e5", "o-*", "o-z9y8x7w6v5")),
    "aws:RequestedRegion": ("String", ("eu-west-1", "eu-*", "us-east-1")),
    "aws:PrincipalArn": ("Arn", (f"arn:aws:iam::{HOME}:user/*", "arn:aws:iam::*:role/*")),
    "aws:PrincipalOrgPaths": ("String", (f"{UNIT}a/", f"{UNIT}*", "o-z9y8x7w6v5/*")),
    "aws:username": ("String", ("alice", "${aws:username}", "*")),
    "sts:ExternalId": ("String", ("seven", "se*")),
    "aws:PrincipalTag/team": ("String", ("alice", "a*", "${aws:username}")),
}
VALUES: dict[str, tuple[Any, ...]] = {
    "aws:SecureTransport": ("true", "false"),
    "aws:MultiFactorAuthPresent": ("true", "false"),
    "aws:MultiFactorAuthAge": ("60", "3600", "7200"),
    "aws:SourceIp": ("10.1.2.3", "192.0.2.1", "2001:db8::1"),
    "aws:CurrentTime": ("2026-06-01T00:00:00Z",),
    "aws:PrincipalOrgID": ("o-a1b2c3d4e5",),
    "aws:RequestedRegion": ("eu-west-1", "us-east-1"),
    "aws:PrincipalOrgPaths": ([f"{UNIT}a/"], [f"{UNIT}a/", f"{UNIT}b/"], ["o-other/"]),
    "sts:ExternalId": ("seven", "eight"),
    "aws:PrincipalTag/team": ("alice", "bob"),
}
OPERATORS = {
    "Bool": ("Bool",),
    "Numeric": (
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
    ),
    "IpAddress": ("IpAddress", "NotIpAddress"),
    "Date": ("DateEquals", "DateNotEquals", "DateLessThan", "DateGreaterThanEquals"),
    "String": (
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
    ),
    "Arn": ("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "StringLike"),
}
