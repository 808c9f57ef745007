"""The ARN of every resource that has one, so that people can name it by its construct path."""

from collections.abc import Mapping

from whomay.engine.templates.resource_attributes import own_attribute
from whomay.engine.templates.resources import Items


def own_arns(items: Items) -> Mapping[str, str]:
    """Return the ARNs of all resources of the templates by construct path.

    That of a log group is the one that IAM's policies name, without the star behind it:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    """
    found: dict[str, str] = {}
    for item in items:
        if attribute := own_attribute(item.kind):
            found.setdefault(item.path, item.get(attribute).removesuffix(":*"))
    return found
