"""The actions that CloudFormation needs to make, change and delete a resource, by its type.

They are the main ones that the type's page in the registry names under `permissions`; reading back
is left out. What is not in this table is not asked, and `not_enforced` says so.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from whomay.lab.server.refusals import here

Properties: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """One action on one resource, with the condition keys that a policy may ask for."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TypeActions:
    """What a type needs: actions as `iam:CreateRole`; the resource as a text to be filled in."""

    resource: str
    create: str
    delete: str
    update: str = ""  # for a change of a property that `beside` and `changed` do not name
    beside: Mapping[str, str] = field(default_factory=dict)  # where the property is given, too
    changed: Mapping[str, str] = field(default_factory=dict)
    deleted: Mapping[str, str] = field(default_factory=dict)
    name: str = ""  # the property that names the resource

    def on_create(self, stack: str, logical_id: str, new: Properties) -> Iterator[Asked]:
        """Yield what a new resource needs; one without a name is asked for as it may be called."""
        arn = self._arn(str(new.get(self.name) or f"{stack}-{logical_id}-000000000000"), new)
        yield Asked(self.create, arn, _boundary(new))
        for name, action in self.beside.items():
            if _given(new, name):
                yield Asked(action, arn, _boundary(new))

    def on_update(self, physical_id: str, old: Properties, new: Properties) -> Iterator[Asked]:
        """Yield what a change needs."""
        arn = self._arn(physical_id, new)
        differing = [name for name in {**old, **new} if _given(old, name) != _given(new, name)]
        named = {**self.beside, **self.changed}
        actions = dict.fromkeys(named.get(name, self.update) for name in differing)
        for action in filter(None, actions):
            yield Asked(action, arn, _boundary(new))

    def on_delete(self, physical_id: str, old: Properties) -> Iterator[Asked]:
        """Yield what a deletion needs."""
        arn = self._arn(physical_id, old)
        for name, action in self.deleted.items():
            if old.get(name):
                yield Asked(action, arn)
        yield Asked(self.delete, arn)

    def _arn(self, name: str, properties: Properties) -> str:
        if name.startswith("arn:") or self.resource == "*":
            return name if self.resource != "*" else "*"
        account, region = here()
        path = str(properties.get("Path") or "/")
        return self.resource.format(account=account, region=region, path=path, name=name)


def _given(properties: Properties, name: str) -> Any:
    """Return a property; of tags those that CloudFormation does not add itself."""
    value = properties.get(name)
    if name != "Tags" or not isinstance(value, list):
        return value
    return [tag for tag in value if not str(tag.get("Key")).startswith("aws:")]


def _boundary(properties: Properties) -> Mapping[str, str]:
    boundary = properties.get("PermissionsBoundary")
    return {"iam:permissionsboundary": boundary} if isinstance(boundary, str) else {}


def _principal(word: str, **more: str) -> TypeActions:
    """Return the actions of a role, user or group."""
    beside = {"ManagedPolicyArns": f"iam:Attach{word}Policy", "Policies": f"iam:Put{word}Policy"}
    return TypeActions(
        resource=f"arn:aws:iam::{{account}}:{word.lower()}{{path}}{{name}}",
        create=f"iam:Create{word}",
        delete=f"iam:Delete{word}",
        update=f"iam:Update{word}",
        beside=beside | ({} if word == "Group" else {"Tags": f"iam:Tag{word}"}),
        changed={"PermissionsBoundary": f"iam:Put{word}PermissionsBoundary", **more},
        deleted={
            "ManagedPolicyArns": f"iam:Detach{word}Policy",
            "Policies": f"iam:Delete{word}Policy",
        },
        name=f"{word}Name",
    )


def _ec2(word: str, **more: Any) -> TypeActions:
    return TypeActions("*", f"ec2:Create{word}", f"ec2:Delete{word}", f"ec2:Modify{word}", **more)


_BUCKET: Final = "arn:aws:s3:::{name}"
_TOPIC: Final = "arn:aws:sns:{region}:{account}:{name}"

TYPES: Final[Mapping[str, TypeActions]] = {
    "AWS::IAM::Role": _principal("Role", AssumeRolePolicyDocument="iam:UpdateAssumeRolePolicy"),
    "AWS::IAM::User": _principal("User", LoginProfile="iam:UpdateLoginProfile"),
    "AWS::IAM::Group": _principal("Group"),
    "AWS::IAM::ManagedPolicy": TypeActions(
        "arn:aws:iam::{account}:policy{path}{name}",
        "iam:CreatePolicy",
        "iam:DeletePolicy",
        "iam:CreatePolicyVersion",
        name="ManagedPolicyName",
    ),
    "AWS::IAM::InstanceProfile": TypeActions(
        "arn:aws:iam::{account}:instance-profile{path}{name}",
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
        beside={"Roles": "iam:AddRoleToInstanceProfile"},
        deleted={"Roles": "iam:RemoveRoleFromInstanceProfile"},
        name="InstanceProfileName",
    ),
    "AWS::IAM::AccessKey": TypeActions(
        "arn:aws:iam::{account}:user/{name}",
        "iam:CreateAccessKey",
        "iam:DeleteAccessKey",
        "iam:UpdateAccessKey",
        name="UserName",
    ),
    "AWS::IAM::OIDCProvider": TypeActions(
        "*", "iam:CreateOpenIDConnectProvider", "iam:DeleteOpenIDConnectProvider"
    ),
    "AWS::S3::Bucket": TypeActions(
        _BUCKET,
        "s3:CreateBucket",
        "s3:DeleteBucket",
        beside={
            "BucketEncryption": "s3:PutEncryptionConfiguration",
            "LifecycleConfiguration": "s3:PutLifecycleConfiguration",
            "LoggingConfiguration": "s3:PutBucketLogging",
            "OwnershipControls": "s3:PutBucketOwnershipControls",
            "PublicAccessBlockConfiguration": "s3:PutBucketPublicAccessBlock",
            "Tags": "s3:PutBucketTagging",
            "VersioningConfiguration": "s3:PutBucketVersioning",
        },
        name="BucketName",
    ),
    "AWS::S3::BucketPolicy": TypeActions(
        _BUCKET,
        "s3:PutBucketPolicy",
        "s3:DeleteBucketPolicy",
        "s3:PutBucketPolicy",
        name="Bucket",
    ),
    "AWS::KMS::Key": TypeActions(
        "*",
        "kms:CreateKey",
        "kms:ScheduleKeyDeletion",
        beside={"EnableKeyRotation": "kms:EnableKeyRotation", "Tags": "kms:TagResource"},
        changed={"KeyPolicy": "kms:PutKeyPolicy"},
    ),
    "AWS::SecretsManager::Secret": TypeActions(
        "arn:aws:secretsmanager:{region}:{account}:secret:{name}",
        "secretsmanager:CreateSecret",
        "secretsmanager:DeleteSecret",
        "secretsmanager:UpdateSecret",
        name="Name",
    ),
    "AWS::SNS::Topic": TypeActions(
        _TOPIC, "sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", name="TopicName"
    ),
    "AWS::SQS::Queue": TypeActions(
        "arn:aws:sqs:{region}:{account}:{name}",
        "sqs:CreateQueue",
        "sqs:DeleteQueue",
        "sqs:SetQueueAttributes",
        name="QueueName",
    ),
    "AWS::CloudTrail::Trail": TypeActions(
        "arn:aws:cloudtrail:{region}:{account}:trail/{name}",
        "cloudtrail:CreateTrail",
        "cloudtrail:DeleteTrail",
        "cloudtrail:UpdateTrail",
        name="TrailName",
    ),
    "AWS::Events::Rule": TypeActions(
        "arn:aws:events:{region}:{account}:rule/{name}",
        "events:PutRule",
        "events:DeleteRule",
        "events:PutRule",
        beside={"Targets": "events:PutTargets"},
        deleted={"Targets": "events:RemoveTargets"},
        name="Name",
    ),
    "AWS::Lambda::Function": TypeActions(
        "arn:aws:lambda:{region}:{account}:function:{name}",
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:UpdateFunctionConfiguration",
        changed={"Code": "lambda:UpdateFunctionCode"},
        name="FunctionName",
    ),
    "AWS::Logs::LogGroup": TypeActions(
        "arn:aws:logs:{region}:{account}:log-group:{name}",
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        beside={"RetentionInDays": "logs:PutRetentionPolicy"},
        name="LogGroupName",
    ),
    "AWS::SSM::Parameter": TypeActions(
        "arn:aws:ssm:{region}:{account}:parameter/{name}",
        "ssm:PutParameter",
        "ssm:DeleteParameter",
        "ssm:PutParameter",
        name="Name",
    ),
    "AWS::EC2::Instance": TypeActions(
        "*", "ec2:RunInstances", "ec2:TerminateInstances", "ec2:ModifyInstanceAttribute"
    ),
    "AWS::EC2::FlowLog": TypeActions("*", "ec2:CreateFlowLogs", "ec2:DeleteFlowLogs"),
    "AWS::EC2::VPCEndpoint": TypeActions(
        "*", "ec2:CreateVpcEndpoint", "ec2:DeleteVpcEndpoints", "ec2:ModifyVpcEndpoint"
    ),
    "AWS::EC2::VPC": _ec2("Vpc"),
    "AWS::EC2::Subnet": _ec2("Subnet"),
    "AWS::EC2::RouteTable": _ec2("RouteTable"),
    "AWS::EC2::SecurityGroup": _ec2("SecurityGroup"),
}


def _inline(verb: str, properties: Properties) -> Iterator[Asked]:
    account, _ = here()
    for word in ("Role", "User", "Group"):
        for name in properties.get(f"{word}s") or ():
            yield Asked(f"iam:{verb}{word}Policy", f"arn:aws:iam::{account}:{word.lower()}/{name}")


class InlinePolicy(TypeActions):
    """AWS::IAM::Policy: actions on whom it is put on."""

    def on_create(self, stack: str, logical_id: str, new: Properties) -> Iterator[Asked]:  # noqa: D102 - the base's
        del stack, logical_id
        return _inline("Put", new)

    def on_update(self, physical_id: str, old: Properties, new: Properties) -> Iterator[Asked]:  # noqa: D102 - the base's
        del physical_id, old
        return _inline("Put", new)

    def on_delete(self, physical_id: str, old: Properties) -> Iterator[Asked]:  # noqa: D102 - the base's
        del physical_id
        return _inline("Delete", old)


INLINE_POLICY: Final = InlinePolicy("*", "iam:PutRolePolicy", "iam:DeleteRolePolicy")


def actions_of(kind: str) -> TypeActions | None:
    """Return what a type needs; None where it is not known."""
    return INLINE_POLICY if kind == "AWS::IAM::Policy" else TYPES.get(kind)
