"""What decides outside of IAM who signs in: audiences, certificates, metadata, kinds of guests.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
https://docs.aws.amazon.com/cognito/latest/developerguide/identity-pools.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-accountaccess-entitlement.html
"""

from collections.abc import Iterator, Sequence

from whomay.engine.snapshot import Principal, Unseen
from whomay.engine.templates.formats import values_at
from whomay.engine.templates.intrinsic_functions import as_text
from whomay.engine.templates.resources import Item, Items
from whomay.iam.content import content_of
from whomay.iam.facts.policy_carriers import decides_who_signs_in
from whomay.iam.policy import Condition, Statement


def signing_in(items: Items) -> Iterator[Unseen]:
    """Yield what lets people and machines sign in, with a digest of whom: another one is a change.

    It is in forms that are not read. A proof holds for all that may sign in.
    """
    for kind, paths in decides_who_signs_in().items():
        for item in items.of(kind):
            names = [name for path in paths for name in (path[:1] or sorted(item.properties))]
            whom = {name: item.plain(name) for name in names}
            if any(value is not None for value in whom.values()):
                content, provider = content_of(whom), (item.get("Ref"),)
                why = "who signs in by it" + _of_identity_center(item)
                yield Unseen(item.path, why, item.account, principals=provider, content=content)


def _of_identity_center(item: Item) -> str:
    """Return whom of IAM Identity Center an entitlement is for, in words; "" for all else."""
    named = ("Entitlement", "PrincipalRole", "Principal", "IdentityCenter")
    groups = [as_text(value) for value, _ in values_at(item, (*named, "GroupId"))]
    users = [as_text(value) for value, _ in values_at(item, (*named, "UserId"))]
    whom = [f"the group {one}" for one in groups] + [f"the user {one}" for one in users]
    return f", {' and '.join(whom)} of IAM Identity Center" if whom else ""


def open_audiences(items: Items, people: Sequence[Principal]) -> Iterator[Unseen]:
    """Yield the providers whose list of clients decides who may assume a role.

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
                provider = (item.get("Arn"),)
                yield Unseen(item.path, why, item.account, principals=provider, content=clients)


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
