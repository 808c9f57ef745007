"""Ten ways to widen the two projects, by escape hatches, and what must notice each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from aws_cdk import CfnResource, Stack

EC2_ROLE, USER, MFA = "Ec2Role", "UserAssumeRole", "UserAssumeRoleMfa"
OBJECTS = "Policies.0.PolicyDocument.Statement.0"
TRUST = "AssumeRolePolicyDocument.Statement"


def override(path: str, properties: dict[str, Any]) -> Callable[[Stack], None]:
    """Set properties of the resource at the construct path; None takes one away."""

    def apply(stack: Stack) -> None:
        found: Any = stack
        for part in path.split("/"):
            found = found.node.find_child(part)
        resource = found.node.default_child
        assert isinstance(resource, CfnResource)
        for name, value in properties.items():
            if value is None:
                resource.add_property_deletion_override(name)
            else:
                resource.add_property_override(name, value)

    return apply


@dataclass(frozen=True)
class Widening:
    """One change of one stack, and the probes that then get an answer AWS would not have given.

    `action` is what it allows, as a pattern; `unsure` what a comparison may say beside "wider".
    """

    name: str
    stack: str
    apply: Callable[[Stack], None]
    probes: frozenset[str]
    action: str
    unsure: frozenset[str] = frozenset()

    def shows(self, witness: dict[str, Any]) -> bool:
        """Whether a request is one that this change allows."""
        return fnmatchcase(witness["action"], self.action)


def widening(
    name: str,
    stack: str,
    *probes: str,
    action: str,
    at: str = "Project/Role",
    change: dict[str, Any],
    unsure: tuple[str, ...] = (),
) -> Widening:
    return Widening(name, stack, override(at, change), frozenset(probes), action, frozenset(unsure))


BUCKET = {"Fn::GetAtt": ["SharedDACC02AA", "Arn"]}
ALL_OBJECTS = {"Fn::Join": ["", [BUCKET, "/*"]]}
OLD_TLS_ALONE = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "s3:*",
    "Resource": [BUCKET, ALL_OBJECTS],
    "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}},
}

WIDENINGS = (
    widening(
        "the resource is *",
        EC2_ROLE,
        "copy into another bucket",
        "read from another bucket",
        action="s3:*",
        change={f"{OBJECTS}.Resource": "*"},
    ),
    widening(
        "the action is s3:*",
        EC2_ROLE,
        "delete its report",
        action="s3:*",
        change={f"{OBJECTS}.Action": "s3:*"},
    ),
    widening(
        "the prefix is lost",
        USER,
        "upload outside the prefix",
        "upload where the prefix only begins alike",
        action="s3:*",
        change={f"{OBJECTS}.Resource": ALL_OBJECTS},
    ),
    widening(
        "the external id is dropped",
        USER,
        "assume it without the external id",
        "assume it with another external id",
        action="sts:AssumeRole",
        change={f"{TRUST}.0.Condition": None},
    ),
    widening(
        "the MFA condition is dropped",
        MFA,
        "assume the role without a code",
        action="sts:AssumeRole",
        change={f"{TRUST}.0.Condition.Bool": None},
    ),
    widening(
        "the second account is trusted",
        USER,
        "assume the role from another account",
        action="sts:AssumeRole",
        change={f"{TRUST}.1.Principal.AWS": "arn:aws:iam::222222222222:root"},
        # the app names no account: whether this one is its own shows only at the deployment
        unsure=("Unknown",),
    ),
    widening(
        "EC2 is trusted by the user's role",
        USER,
        "get credentials of a role that does not trust EC2",
        action="sts:AssumeRole",
        change={f"{TRUST}.1.Principal.Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]},
    ),
    widening(
        "NotAction allows what it does not name",
        EC2_ROLE,
        "delete its report",
        action="*",
        change={f"{OBJECTS}.Action": None, f"{OBJECTS}.NotAction": "iam:*"},
    ),
    widening(
        "the bucket policy's TLS Deny is removed",
        EC2_ROLE,
        "write without TLS",
        action="s3:*",
        at="Shared/Policy",
        change={"PolicyDocument.Statement": [OLD_TLS_ALONE]},
    ),
    widening(
        "another bucket is added",
        EC2_ROLE,
        "copy into another bucket",
        "read from another bucket",
        action="s3:*",
        # by the beginning of its name: whether that is the bucket of the other stack shows only there
        change={f"{OBJECTS}.Resource": [ALL_OBJECTS, "arn:aws:s3:::userassumerole-shared*/*"]},
        unsure=("Unknown",),
    ),
)
