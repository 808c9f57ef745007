"""The audiences of identity providers: whose tokens may become a role that asks for no audience.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

from collections.abc import Iterator, Sequence

from whomay.engine.snapshot import Principal, Unseen
from whomay.engine.templates.resources import Item, Items
from whomay.iam.content import content_of
from whomay.iam.policy import Condition, Statement


def open_audiences(items: Items, people: Sequence[Principal]) -> Iterator[Unseen]:
    """Yield the providers whose list of clients decides who may become a role.

    A trust policy that names the audience itself does not need the list. Without that a role is
    proved as if the provider took the tokens of every client.
    """
    for item in items.of("AWS::IAM::OIDCProvider"):
        clients = content_of(item.texts("ClientIdList"))
        for role in people:
            if any(_leaves_open(each, item) for each in _statements(role)):
                why = (
                    f"whose tokens it takes, for the trust policy of {role.path} names no audience"
                )
                yield Unseen(item.path, why, item.account, content=clients)


def _statements(role: Principal) -> Sequence[Statement]:
    return role.trust.statements if role.trust is not None else ()


def _leaves_open(statement: Statement, provider: Item) -> bool:
    """Tell whether a statement trusts a provider and asks for no audience."""
    arn = provider.get("Arn")
    trusted = any(arn in values for _, values in statement.principals or ())
    audience = f"{arn.partition('oidc-provider/')[2]}:aud".lower()
    asked = any(_asks_for(each, audience) for each in statement.conditions)
    return trusted and statement.effect == "Allow" and not asked


def _asks_for(condition: Condition, audience: str) -> bool:
    operator = condition.operator.lower()
    return condition.key.lower() == audience and not ("not" in operator or "null" in operator)
