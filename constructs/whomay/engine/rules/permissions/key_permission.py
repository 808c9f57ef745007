"""Access to a bucket without access to its key."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Final

from whomay.engine.decisions.decide import Verdict, judge_in
from whomay.engine.decisions.request import Request
from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import is_pattern
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.engine.snapshot import Principal, Resource
from whomay.iam.facts.condition_keys import ORDINARY_KEYS
from whomay.iam.patterns.matching import arn

_ACTIONS: Final = ("s3:GetObject", "s3:PutObject")


def key_permission(app: App) -> Iterator[Finding]:
    """Yield every principal that may read or write objects, if only it had their key."""
    buckets = {
        each.arn: each
        for each in app.snapshot.resources
        if each.type == "AWS::S3::Bucket" and each.key in app.index.resources
    }
    covered_by = cache(partial(_buckets, buckets))
    for who, action, pattern in _patterns(app) if buckets else ():
        for bucket in covered_by(pattern):
            object_key = pattern.partition("/")[2].replace("*", "any").replace("?", "x") or "any"
            request = Request(who.arn, action, f"{bucket.arn}/{object_key}", ORDINARY_KEYS)
            verdict, decisive, _ = judge_in(app.index.complete(request), app.index)
            asked = decisive.action
            if asked.startswith("kms:") and verdict in _DENIED:
                key = app.index.resources[str(bucket.key)].path
                message = f"{action} on {pattern} is allowed, but {asked} on its key {key} is not"
                yield RULE.finding(app.by_path[who.path], f"{action} {pattern}", message)


_DENIED: Final = (Verdict.IMPLICIT_DENY, Verdict.EXPLICIT_DENY)


def _patterns(app: App) -> Iterator[tuple[Principal, str, str]]:
    """Return who is allowed which action on which pattern, by an Allow at least."""
    for who in app.snapshot.principals:
        for action in _ACTIONS:
            if app.may_name(who, action):
                yield from (
                    (who, action, each) for each in sorted(app.named_resources(who, action))
                )


def _buckets(buckets: Mapping[str, Resource], pattern: str) -> Sequence[Resource]:
    """Return the buckets whose objects a pattern covers."""
    name, slash, _ = pattern.partition("/")
    if slash and not is_pattern(name):
        return [buckets[name]] if name in buckets else []
    if "*" not in name and "?" not in name:
        return []  # a bucket itself: an object's ARN has a slash
    return [each for each in buckets.values() if arn(pattern)(f"{each.arn}/any") is True]


_READER: Final = """
        Key: {Type: AWS::KMS::Key}
        Reports:
          Type: AWS::S3::Bucket
          DeletionPolicy: Retain
          Properties:
            BucketEncryption:
              ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault:
                    SSEAlgorithm: aws:kms
                    KMSMasterKeyID: {"Fn::GetAtt": [Key, Arn]}
        Reader:
          Type: AWS::IAM::User
          Properties:
            Policies:
              - PolicyName: Read
                PolicyDocument:
                  Version: "2012-10-17"
                  Statement:
                    - Effect: Allow
                      Action: s3:GetObject
                      Resource: {"Fn::Sub": "${Reports.Arn}/*"}
"""
_WITH_KEY: Final = """\
                    - Effect: Allow
                      Action: kms:Decrypt
                      Resource: {"Fn::GetAtt": [Key, Arn]}
"""

RULE = Rule(
    id="key-permission",
    severity=Severity.WARNING,
    title="access to the objects of a bucket under a customer key, without access to the key",
    why=(
        "S3 asks KMS with the caller's permissions: kms:Decrypt to read, kms:GenerateDataKey to "
        "write. Without them every such request fails, and mostly somebody then opens the key too "
        "wide."
    ),
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms",
    fix="Allow kms:Decrypt or kms:GenerateDataKey on that key, best with kms:ViaService.",
    bad=resources(_READER),
    good=resources(_READER + _WITH_KEY),
    find=key_permission,
)
