"""One request, one decision: the layers of policies combined as AWS documents it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html (endpoint policies)
"""

from enum import StrEnum
from typing import Final

from whomay.engine.decisions.layer import Layer
from whomay.engine.decisions.request import Request
from whomay.iam.callers import Caller, CallerKind, Grant
from whomay.iam.facts.becoming import AS_ROOT, TRUST_ACTIONS
from whomay.iam.patterns.truth import Truth, any_of, both


class Verdict(StrEnum):
    """The answer to one request.

    >>> from whomay.engine import Request, Verdict, decide, read
    >>> request = Request("Reports/Reader", "s3:DeleteObject", "Reports/Bucket/a.csv")
    >>> decide(request, read("cdk.out").snapshot).verdict is Verdict.IMPLICIT_DENY
    True
    """

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
    RCP = "rcp"
    ENDPOINT = "endpoint"
    RESOURCE = "resource"
    TRUST = "trust"
    NONE = "none"  # no policy takes part in the answer


class Layers:
    """All policies that take part in a request. A layer that is None does not exist.

    `identity` holds the principal's own and its groups' policies. `scps` holds one layer a level of
    the organization, `resource` the resource's policy, or a role's trust policy. `of_all` holds
    what binds every caller: the resource control policies above the resource, and the policy of
    the endpoint that the request passes. They grant nothing. `inner` are the other layers, where
    there are such.
    """

    __slots__ = (
        "_bind",
        "_scps",
        "boundary",
        "identity",
        "inner",
        "of_all",
        "resource",
        "scps",
        "session",
    )

    def __init__(
        self,
        identity: Layer,
        boundary: Layer | None = None,
        session: Layer | None = None,
        scps: tuple[Layer, ...] = (),
        resource: Layer | None = None,
        *,
        of_all: "LayersOfAll" = (),
    ) -> None:
        """Put the layers together once, in the order in which they are asked."""
        self.identity = identity
        self.boundary = boundary
        self.session = session
        self.scps = scps
        self.resource = resource
        self.of_all = of_all
        self.inner = Layers(identity, boundary, session, scps, resource) if of_all else None
        named = (
            (LayerName.IDENTITY, identity),
            (LayerName.BOUNDARY, boundary),
            (LayerName.SESSION, session),
        )
        self._bind = tuple((name, found) for name, found in named if found is not None)
        self._scps = tuple((LayerName.SCP, level) for level in scps)

    def binding(self, who: Caller) -> tuple[tuple[LayerName, Layer], ...]:
        """Return the layers on the caller's side; the root user has an SCP at most.

        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
        """
        own = () if who.kind is CallerKind.ROOT else self._bind
        if not self._scps or ":role/aws-service-role/" in (who.role or ""):
            return own
        return (*self._scps, *own)


LayersOfAll = tuple[tuple[LayerName, Layer], ...]

# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html and
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
NEEDS_NO_PERMISSION: Final = {
    "sts:getcalleridentity": frozenset(CallerKind) - {CallerKind.ANONYMOUS, CallerKind.SERVICE},
    "sts:getsessiontoken": frozenset((CallerKind.USER, CallerKind.ROOT)),
}

# The callers of the actions that make somebody a role. They have credentials of a user, of a role or
# of a service, or a provider has authenticated them. The root user, a federated user and who has no
# credentials cannot.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
_WITH_CREDENTIALS: Final = frozenset((CallerKind.USER, CallerKind.SESSION, CallerKind.SERVICE))
_AUTHENTICATED: Final = frozenset((CallerKind.FEDERATED,))
_CALLED_BY: Final = dict.fromkeys(TRUST_ACTIONS, _WITH_CREDENTIALS | _AUTHENTICATED) | {
    "sts:assumerole": _WITH_CREDENTIALS,
    "sts:assumerolewithsaml": _AUTHENTICATED,
    "sts:assumerolewithwebidentity": _AUTHENTICATED,
}
_FIXED: Final = frozenset((*NEEDS_NO_PERMISSION, *_CALLED_BY))

# What no bucket policy can refuse the root user of the bucket's own account:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
ROOT_OF_BUCKET: Final = frozenset(
    ("s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy")
)


def judge(request: Request, by: Layers) -> Verdict:
    """Return the verdict, and nothing that costs more."""
    if by.inner is not None:
        return _held_back(request, by.of_all, judge(request, by.inner))
    who = request.caller
    special = who.kind is CallerKind.ROOT or who.kind is CallerKind.FEDERATED_USER
    if special or request.action_key in _FIXED:
        fixed = without_policies(request)
        if fixed is not None:
            return fixed
        by = taking_part(request, by)
    denied, surest, most = _NO_POLICY
    if by.resource is not None:
        denied, surest, most = by.resource.grants(request, bounded=by.boundary is not None)
        if denied:
            return Verdict.EXPLICIT_DENY
    if not who.has_policies:  # it has only the resource's side
        if surest and denied is False:
            return Verdict.ALLOWED
        return Verdict.UNKNOWN if most else Verdict.IMPLICIT_DENY
    own_denied, identity, limits, scp = _own_side(request, by)
    if own_denied:
        return Verdict.EXPLICIT_DENY
    allowed = both(scp, _granted(request, identity, limits, surest, most))
    if allowed is False:
        return Verdict.IMPLICIT_DENY
    sure = allowed and denied is False and own_denied is False
    return Verdict.ALLOWED if sure else Verdict.UNKNOWN


def _held_back(request: Request, of_all: LayersOfAll, verdict: Verdict) -> Verdict:
    """Return what becomes of a verdict by the layers that bind every caller."""
    if without_policies(request) is not None:
        return verdict
    denied, passes = passing(request, of_all)
    if denied or verdict is Verdict.EXPLICIT_DENY:
        return Verdict.EXPLICIT_DENY
    if passes is False or verdict is Verdict.IMPLICIT_DENY:
        return Verdict.IMPLICIT_DENY
    return verdict if passes and denied is False else Verdict.UNKNOWN


def passing(request: Request, of_all: LayersOfAll) -> tuple[Truth, Truth]:
    """Return whether a layer that binds every caller denies, and whether all let the request pass.

    A resource control policy only denies, since RCPFullAWSAccess lets all else pass everywhere.
    """
    denied: Truth = False
    passes: Truth = True
    for name, policies in of_all:
        denies, surest, most = policies.grants(request, bounded=False)
        if denies:
            return True, False
        if denies is None:
            denied = None
        if name is LayerName.ENDPOINT:
            passes = both(passes, _at_least(surest, most, Grant.ACCOUNT))
    return denied, passes


_NO_POLICY: Final[tuple[Truth, Grant, Grant]] = (False, Grant.NONE, Grant.NONE)


def taking_part(request: Request, by: Layers) -> Layers:
    """Return the layers that have a say: all but the bucket policy in the matter of itself."""
    of_root = request.caller.kind is CallerKind.ROOT and request.same_account
    if not of_root or request.action_key not in ROOT_OF_BUCKET:
        return by
    # nothing else on its side binds the root user
    return Layers(by.identity, scps=by.scps, of_all=by.of_all)


def without_policies(request: Request) -> Verdict | None:
    """Return the verdict that no policy can change; None when policies decide."""
    kind = request.caller.kind
    if kind in NEEDS_NO_PERMISSION.get(request.action_key, ()):
        return Verdict.ALLOWED
    called_by = _CALLED_BY.get(request.action_key)
    if called_by is not None and kind not in called_by:
        return Verdict.IMPLICIT_DENY
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
    if kind is CallerKind.ROOT and request.action_key == AS_ROOT:
        return Verdict.IMPLICIT_DENY
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    if kind is CallerKind.FEDERATED_USER and request.action_key.startswith("sts:"):
        return Verdict.IMPLICIT_DENY
    return None


def _own_side(request: Request, by: Layers) -> tuple[Truth, Truth, Truth, Truth]:
    """Return whether a layer denies, and what identity, its limits and the SCPs allow.

    The root user needs no identity policy, and only an SCP limits it.
    """
    denied: Truth = False
    identity: Truth = True
    limits: Truth = True
    scp: Truth = True
    for name, policies in by.binding(request.caller):
        denies, allows = policies.evaluate(request)
        if denies is not False:
            if denies:
                return True, identity, limits, scp
            denied = None
        if name is LayerName.IDENTITY:
            identity = allows
        elif allows is not True:
            if name is LayerName.SCP:
                scp = both(scp, allows)
            else:
                limits = both(limits, allows)
    return denied, identity, limits, scp


def _granted(request: Request, identity: Truth, limits: Truth, surest: Grant, most: Grant) -> Truth:
    """Join what the principal's side and the resource's side grant."""
    wanted = both(identity, limits)
    if request.same_account:
        return _within_account(request, wanted, limits, surest, most)
    abroad = both(wanted, _at_least(surest, most, Grant.ACCOUNT))
    if request.same_account is None:  # it depends on which account the stacks will be in
        at_home = _within_account(request, wanted, limits, surest, most)
        return abroad if abroad is at_home else None
    return abroad


def _within_account(
    request: Request, wanted: Truth, limits: Truth, surest: Grant, most: Grant
) -> Truth:
    """Join the two sides of one account, of which either may grant."""
    if not most:  # the resource grants nothing
        return False if request.needs_resource_side else wanted
    if request.needs_resource_side:
        wanted = both(wanted, _at_least(surest, most, Grant.ACCOUNT))
    by_role = both(_at_least(surest, most, Grant.ROLE), limits)
    return any_of((wanted, by_role, _at_least(surest, most, Grant.DIRECT)))


def _at_least(surest: Grant, most: Grant, wanted: Grant) -> Truth:
    if surest >= wanted:
        return True
    return None if most >= wanted else False
