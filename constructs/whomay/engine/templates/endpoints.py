"""VPC endpoints, with the policy that what passes them must be allowed by.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from whomay.engine.snapshot import Endpoint, Unseen
from whomay.engine.templates.policy_content import content_of_policy
from whomay.engine.templates.resources import Item, Items
from whomay.iam.facts.endpoint_services import prefix_carried
from whomay.iam.patterns.symbols import unknown
from whomay.iam.policy import Policy, Statement

ENDPOINT: Final = "AWS::EC2::VPCEndpoint"


def endpoints(items: Items) -> tuple[Endpoint, ...]:
    """Return all of them, in the order of the templates."""
    return tuple(
        Endpoint(
            path=item.path,
            id=item.get("Ref"),
            account=item.account,
            service=prefix_carried(item.text("ServiceName")),
            policy=_policy(item),
        )
        for item in items.of(ENDPOINT)
    )


def _policy(item: Item) -> Policy | None:
    document = item.plain("PolicyDocument")
    if document is None:
        return None
    if not prefix_carried(item.text("ServiceName")):
        return Policy((), unknown=f"{item.path}: {_UNKNOWN_SERVICE}")
    policy = item.policy(document)
    if not is_gateway(item):
        return policy
    statements = (each if each.names_everyone else _for_whom(each) for each in policy.statements)
    return replace(policy, statements=tuple(statements))


def is_gateway(item: Item) -> bool:
    """Tell whether it is a gateway endpoint, which is what CloudFormation makes by default."""
    return item.text("VpcEndpointType", "Gateway") == "Gateway"


def _for_whom(statement: Statement) -> Statement:
    """Return a statement of which nobody knows whom it is for: AWS takes no principal but `*` here.

    It says that an account names its root user alone.
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policies-gateway
    """
    return replace(statement, principals=_NOT_EVERYONE, not_principals=None)


_NOT_EVERYONE: Final = (
    ("AWS", (unknown("the policy of a gateway endpoint must have the Principal *"),)),
)

_UNKNOWN_SERVICE: Final = "which actions the endpoint carries, whose service is not known"


def unread_endpoint(item: Item) -> Iterator[Unseen]:
    """Yield an endpoint with a policy of which nobody knows what it carries."""
    document = item.plain("PolicyDocument")
    if document is not None and not prefix_carried(item.text("ServiceName")):
        why = "its PolicyDocument, which holds back what passes the endpoint of an unknown service"
        yield Unseen(item.path, why, item.account, content=content_of_policy(document))
