"""One request, one decision: the layers of policies combined as AWS documents it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from whomay.engine.layers import Layer
from whomay.engine.logic import Truth, all_of, any_of
from whomay.engine.policy import Policy
from whomay.engine.principals import CallerKind, Grant
from whomay.engine.request import TRUST_ACTIONS, Request


class Verdict(StrEnum):
    """The answer to one request."""

    ALLOWED = "Allowed"
    EXPLICIT_DENY = "ExplicitDeny"
    IMPLICIT_DENY = "ImplicitDeny"
    UNKNOWN = "Unknown"


class LayerName(StrEnum):
    """The layer that decided."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    SCP = "scp"
    RESOURCE = "resource"
    TRUST = "trust"
    NONE = "none"  # no policy takes part in the answer


@dataclass(frozen=True, slots=True)
class Layers:
    """All policies that take part in a request. A layer that is None does not exist.

    `identity` holds the principal's own and its groups' policies; `scps` one layer a level of the
    organization; `resource` the resource's policy, or a role's trust policy.
    """

    identity: Layer
    boundary: Layer | None = None
    session: Layer | None = None
    scps: tuple[Layer, ...] = ()
    resource: Layer | None = None


def layers(
    *,
    identity: Sequence[Policy] = (),
    boundary: Policy | None = None,
    session: Policy | None = None,
    scps: Sequence[Sequence[Policy]] = (),
    resource: Policy | None = None,
) -> Layers:
    """Compile policies into layers. Keep the result to ask it more than once."""
    return Layers(
        identity=Layer(identity),
        boundary=None if boundary is None else Layer((boundary,)),
        session=None if session is None else Layer((session,)),
        scps=tuple(Layer(level) for level in scps),
        resource=None if resource is None else Layer((resource,)),
    )


# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html and
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
NEEDS_NO_PERMISSION: Final = {
    "sts:getcalleridentity": frozenset(CallerKind) - {CallerKind.ANONYMOUS, CallerKind.SERVICE},
    "sts:getsessiontoken": frozenset((CallerKind.USER, CallerKind.ROOT)),
}

_WITH_IDENTITY: Final = frozenset(
    (CallerKind.USER, CallerKind.SESSION, CallerKind.FEDERATED_USER, CallerKind.ROOT)
)


def judge(request: Request, by: Layers) -> tuple[Verdict, LayerName]:
    """Return the verdict and the layer that decided it, and nothing that costs more."""
    fixed = _without_policies(request)
    if fixed is not None:
        return fixed, LayerName.NONE
    kind = request.caller.kind
    own = LayerName.TRUST if request.is_trust else LayerName.RESOURCE
    denied, surest, most = _NO_POLICY
    if by.resource is not None:
        denied, surest, most = by.resource.grants(request, bounded=by.boundary is not None)
        if denied:
            return Verdict.EXPLICIT_DENY, own
    unsure = denied is None
    if kind not in _WITH_IDENTITY:
        return _outside_identity(surest, most, unsure=unsure, own=own)
    allowed: list[tuple[LayerName, Truth]] = []
    for name, policies in _own_layers(kind, request, by):
        denied, allows = policies.evaluate(request)
        if denied:
            return Verdict.EXPLICIT_DENY, name
        unsure = unsure or denied is None
        allowed.append((name, allows))
    return _combine(request, allowed, (surest, most), unsure=unsure, own=own)


_NO_POLICY: Final[tuple[Truth, Grant, Grant]] = (False, Grant.NONE, Grant.NONE)


def _without_policies(request: Request) -> Verdict | None:
    """Return the verdict that no policy can change; None when policies decide."""
    kind = request.caller.kind
    if kind in NEEDS_NO_PERMISSION.get(request.action_key, ()):
        return Verdict.ALLOWED
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    if kind is CallerKind.ROOT and request.action_key in TRUST_ACTIONS:
        return Verdict.IMPLICIT_DENY
    return None


def _own_layers(
    kind: CallerKind, request: Request, by: Layers
) -> Iterator[tuple[LayerName, Layer]]:
    """Yield the layers on the principal's side; the root user has an SCP at most."""
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    if by.scps and ":role/aws-service-role/" not in (request.caller.role or ""):
        for level in by.scps:
            yield LayerName.SCP, level
    if kind is not CallerKind.ROOT:
        yield LayerName.IDENTITY, by.identity
        if by.boundary is not None:
            yield LayerName.BOUNDARY, by.boundary
        if by.session is not None:
            yield LayerName.SESSION, by.session


def _combine(
    request: Request,
    allowed: Sequence[tuple[LayerName, Truth]],
    granted: tuple[Grant, Grant],
    *,
    unsure: bool,
    own: LayerName,
) -> tuple[Verdict, LayerName]:
    """Join what identity and resource grant, under the limits, when nothing denies for sure."""
    identity: Truth = True  # the root user needs no policy
    limits: Truth = True
    scp: Truth = True
    for name, allows in allowed:
        if name is LayerName.IDENTITY:
            identity = allows
        elif name is LayerName.SCP:
            scp = all_of((scp, allows))
        else:
            limits = all_of((limits, allows))
    by_account = _at_least(granted, Grant.ACCOUNT)
    wanted = all_of((identity, limits))
    if not request.same_account:
        wanted = all_of((wanted, by_account))
    else:
        if request.needs_resource_side:
            wanted = all_of((wanted, by_account))
        by_role = all_of((_at_least(granted, Grant.ROLE), limits))
        wanted = any_of((wanted, by_role, _at_least(granted, Grant.DIRECT)))
    verdict = all_of((scp, wanted))
    if verdict is False:
        return Verdict.IMPLICIT_DENY, _missing(request, allowed, by_account, own)
    if verdict is None or unsure:
        return Verdict.UNKNOWN, own if identity is True else LayerName.IDENTITY
    return Verdict.ALLOWED, LayerName.IDENTITY if identity else own


def _missing(
    request: Request,
    allowed: Sequence[tuple[LayerName, Truth]],
    by_account: Truth,
    own: LayerName,
) -> LayerName:
    """Name the first layer that would have to allow for the request to pass."""
    if by_account is False and (request.needs_resource_side or not request.same_account):
        return own
    lacking = [name for name, allows in allowed if allows is False]
    return LayerName.IDENTITY if LayerName.IDENTITY in lacking else (lacking or [own])[0]


def _outside_identity(
    surest: Grant, most: Grant, *, unsure: bool, own: LayerName
) -> tuple[Verdict, LayerName]:
    """Services, identity providers and anonymous callers have only the resource's side."""
    if surest and not unsure:
        return Verdict.ALLOWED, own
    return (Verdict.UNKNOWN if most else Verdict.IMPLICIT_DENY), own


def _at_least(granted: tuple[Grant, Grant], wanted: Grant) -> Truth:
    surest, most = granted
    if surest >= wanted:
        return True
    return None if most >= wanted else False
