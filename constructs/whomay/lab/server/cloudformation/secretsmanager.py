"""AWS::SecretsManager::Secret: Ref is the ARN on AWS, the name in MiniStack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
"""

from whomay.iam.arn import split_arn
from whomay.lab.server.cloudformation.registry import Properties, Provisioned, table


def _name(physical_id: str) -> str:
    """Return the secret's name: its ARN ends in the name, a dash, and six random characters."""
    return split_arn(physical_id)[-1].removeprefix("secret:").rsplit("-", 1)[0]


def register() -> None:
    """Register the types of this service."""
    inner = dict(table()["AWS::SecretsManager::Secret"])

    def create(logical_id: str, properties: Properties, stack: str) -> Provisioned:
        _, attributes = inner["create"](logical_id, properties, stack)
        return attributes["Arn"], attributes

    def update(physical_id: str, old: Properties, new: Properties, *rest: object) -> Provisioned:
        _, attributes = inner["update"](_name(physical_id), old, new, *rest)
        return attributes.get("Arn", physical_id), attributes

    def delete(physical_id: str, properties: Properties) -> None:
        inner["delete"](_name(physical_id), properties)

    table()["AWS::SecretsManager::Secret"] = {
        **inner,
        "create": create,
        "update": update,
        "delete": delete,
    }
