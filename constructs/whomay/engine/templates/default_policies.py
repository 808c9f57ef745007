"""The policies of resources that name none and are not closed by that."""

from typing import Any, Final

from whomay.engine.templates.resources import Item
from whomay.iam.parse import read_policy
from whomay.iam.policy import Policy


def default_policy(item: Item) -> Policy | None:
    """Return the policy of a resource that names none and is not closed by that.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html#default-filesystempolicy
    """
    environment = item.resolver.environment(item.template)
    if item.kind == "AWS::KMS::Key":
        who = {"AWS": f"arn:{environment['Partition']}:iam::{environment['Account']}:root"}
        return _allowing(item, who, ["kms:*"], "default key policy")
    if item.kind == "AWS::EFS::FileSystem":
        return _allowing(item, "*", _CLIENTS, OF_THE_NETWORK)
    return None


# The policy of a file system that has none: it lets in every client that reaches a mount target.
OF_THE_NETWORK: Final = "default policy for clients of the network"

_CLIENTS: Final = [f"elasticfilesystem:Client{what}" for what in ("Mount", "RootAccess", "Write")]


def _allowing(item: Item, who: Any, actions: list[str], name: str) -> Policy:
    statement = {"Effect": "Allow", "Principal": who, "Action": actions, "Resource": "*"}
    return read_policy({"Version": "2012-10-17", "Statement": [statement]}, item.path, name)
