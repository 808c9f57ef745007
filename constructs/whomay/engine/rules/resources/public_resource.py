"""A resource that everyone may use."""

from collections.abc import Iterator
from typing import Final

from whomay.engine.rules.app import App
from whomay.engine.rules.reading.narrowing import (
    BINDING_KEYS,
    conditions_on,
    narrows,
)
from whomay.engine.rules.reading.placed_statement import PolicyType
from whomay.engine.rules.rule import Finding, Rule, Severity, resources
from whomay.engine.templates.bucket_acl import ACL
from whomay.engine.templates.default_policies import OF_THE_NETWORK
from whomay.engine.templates.property_statements import UNSIGNED
from whomay.engine.templates.resources import Item
from whomay.iam.policy import Statement

_PUBLIC_LISTS: Final = ("PublicRead", "PublicReadWrite", "AuthenticatedRead")


def public_resource(app: App) -> Iterator[Finding]:
    """Yield every resource policy that allows everyone, and every bucket with a public list."""
    for placed in app.allowing(PolicyType.RESOURCE):
        if placed.statement.source.policy.startswith((OF_THE_NETWORK, ACL, UNSIGNED)):
            continue  # the network is not everyone; a list is found below; an API may be public
        statement = placed.statement
        if (
            _everyone(statement)
            and not narrows(statement, BINDING_KEYS)
            and not _mounted(statement)
        ):
            actions = ", ".join(placed.statement.actions or ("everything but some actions",))
            message = f"everyone is allowed {actions}"
            yield RULE.finding(placed, actions, message)
    for item in app.items.of("AWS::S3::Bucket"):
        yield from _by_list(item)


def _everyone(statement: Statement) -> bool:
    return any(
        kind in ("*", "AWS") and "*" in values for kind, values in statement.principals or ()
    )


def _mounted(statement: Statement) -> bool:
    """Tell whether only clients of a mount target are let in, who are in its network.

    https://docs.aws.amazon.com/efs/latest/ug/access-control-block-public-access.html
    """
    key = frozenset(("elasticfilesystem:accessedviamounttarget",))
    return any(each.values == ("true",) for each in conditions_on(statement, key))


def _by_list(item: Item) -> Iterator[Finding]:
    listed = item.text("AccessControl")
    if listed in _PUBLIC_LISTS:
        message = f"the access control list {listed} opens the bucket to others"
        yield RULE.finding(item, listed, message)


_SITE: Final = """
        Site: {Type: AWS::S3::Bucket, DeletionPolicy: Retain}
        SitePolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: {Ref: Site}
            PolicyDocument:
              Version: "2012-10-17"
              Statement:
                - Effect: Allow
                  Principal: WHO
                  Action: s3:GetObject
                  Resource: {"Fn::Sub": "${Site.Arn}/*"}
"""
_OF_ACCOUNT: Final = """\
                  Condition:
                    StringEquals: {"aws:SourceAccount": "111122223333"}
"""

RULE = Rule(
    id="public-resource",
    severity=Severity.ERROR,
    title="a bucket, key, queue, topic, secret, function or repository that everyone may use",
    why=(
        "A principal of `*` in a resource policy is everyone, and the statement alone suffices: no "
        "permission of their own is needed. Conditions on the request, such as TLS or an encryption "
        "context, do not say who."
    ),
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status",
    fix=(
        "Name the principals, or bind the statement by aws:PrincipalOrgID, aws:SourceAccount, "
        "aws:SourceVpce or a range of addresses."
    ),
    bad=resources(_SITE.replace("WHO", '"*"')),
    good=resources(_SITE.replace("WHO", "{Service: cloudfront.amazonaws.com}") + _OF_ACCOUNT),
    find=public_resource,
)
