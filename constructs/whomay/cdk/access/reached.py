"""Which services an access must reach from a network without a way to the internet."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from aws_cdk import aws_iam as iam

from whomay.cdk.access.granted import Access
from whomay.cdk.arguments import checks
from whomay.iam.facts import limits
from whomay.iam.facts.endpoint_services import SENT_BY_A_SERVICE, endpoints_for, prefix_carried
from whomay.metadata.refusals import items, refuse

_ALLOWED: Final = "actions of services that have a VPC endpoint"


def admitted(access: Iterable[Access]) -> Mapping[str, list[iam.PolicyStatement]]:
    """Map each VPC endpoint that the accesses need to the statements that its policy must have.

    The names are those of AWS's endpoint services, such as `sqs`. An access that has `services`
    names its endpoints itself, and an empty `services` says that it needs none. Otherwise its
    actions tell them, and where a service has several endpoints, all are needed.

    Raises ValueError for an action of a service without an endpoint, and for actions of all
    services.
    """
    found: dict[str, list[iam.PolicyStatement]] = {}
    for one in access:
        names = _named(one)
        for statement in filter(_is_sent, one.statements()):
            for name, actions in _divided(statement, names).items():
                admitting = statement.copy(actions=actions or None, principals=[iam.AnyPrincipal()])
                found.setdefault(name, []).append(admitting)
    return found


def _named(access: Access) -> list[str] | None:
    """Return the endpoints that the access names itself; None where it leaves them to its actions."""
    given = getattr(access, "services", None)
    if given is None:
        return None
    names = items("services", given, "the name of an endpoint service")
    for name in names:
        allowed = "the name of an AWS service, such as secretsmanager"
        checks.text("services", name, limits.ENDPOINT, allowed, length=63)
    return names


def _is_sent(statement: iam.PolicyStatement) -> bool:
    """Tell whether the statement allows calls that the caller's own machine sends."""
    keys = {key.lower() for operands in statement.conditions.values() for key in operands}
    return statement.effect is iam.Effect.ALLOW and not keys & SENT_BY_A_SERVICE


def _divided(statement: iam.PolicyStatement, names: list[str] | None) -> Mapping[str, list[str]]:
    """Map each endpoint to those of the statement's actions that it carries."""
    actions = statement.actions
    if names is not None:
        return {name: mine for name in names if (mine := _carried(name, actions)) or not actions}
    if not actions:
        fix = "list the actions, or give the access services=(…)"
        refuse("access", f"NotAction {', '.join(statement.not_actions)}", _ALLOWED, fix)
    found: dict[str, list[str]] = {}
    for action in actions:
        for name in _endpoints(action):
            found.setdefault(name, []).append(action)
    return found


def _carried(name: str, actions: list[str]) -> list[str]:
    prefix = prefix_carried(f"com.amazonaws.us-east-1.{name}")
    return [each for each in actions if not prefix or each.lower().startswith((f"{prefix}:", "*"))]


def _endpoints(action: str) -> Iterator[str]:
    names = endpoints_for(action)
    if not names:
        service = action.partition(":")[0]
        fix = (
            f"{service} has no endpoint that is known here, and the instance no way to the internet: "
            "take the access out, use a role elsewhere, or give the access services=(…) if AWS has one"
        )
        refuse("access", action, _ALLOWED, fix)
    yield from sorted(names)
