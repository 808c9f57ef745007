"""Which half of a call failed: the kind of policy, or what the call had to bring and did not."""

from collections.abc import Mapping
from typing import Final

from whomay.engine import Decision
from whomay.iam.facts.condition_keys import MFA_KEYS
from whomay.live.authorization import Evaluation

_MFA, _EXTERNAL_ID, _KEY = "MFA", "external id", "key"

# A half and what it is to the caller. The names of kinds of policies are the engine's.
HALVES: Final[Mapping[str, str]] = {
    "identity": "an identity policy of the caller",
    "boundary": "the caller's permissions boundary",
    "session": "the policy that the session was made with",
    "trust": "the trust policy of the role",
    _EXTERNAL_ID: "the external id that the role's trust asks for",
    _MFA: "the MFA code that a policy asks for",
    "resource": "the policy of the resource",
    _KEY: "the policy of the KMS key",
    "scp": "a service control policy of the caller's organization",
    "rcp": "a resource control policy of the resource's organization",
    "endpoint": "the policy of the VPC endpoint",
    "none": "no policy: AWS lets nobody of that kind call it",
}
# AWS's names for what is checked, as the engine names the layer.
_CHECKS: Final[Mapping[str, str]] = {
    "SERVICE_CONTROL_POLICY": "scp",
    "RESOURCE_CONTROL_POLICY": "rcp",
    "VPC_ENDPOINT": "endpoint",
    "RESOURCE": "resource",
    "PRINCIPAL": "identity",
    "PERMISSIONS_BOUNDARY": "boundary",
    "SESSION": "session",
}


def failed_half(decision: Decision) -> str:
    """Return the half that a denial is of, a key of `HALVES`.

    A condition on MFA or on the external id that alone is not met names the half. So does a Deny
    that hangs on MFA.
    """
    conditions = decision.unmet or tuple(
        each for one in decision.statements if one.effect == "Deny" for each in one.conditions
    )
    keys = {condition.key.lower() for condition in conditions}
    if keys & MFA_KEYS:
        return _MFA
    if "sts:externalid" in keys:
        return _EXTERNAL_ID
    layer = decision.layer.value
    return half_of(layer, decision.request.action, decision.request.resource)


def half_of(layer: str, action: str, resource: str) -> str:
    """Return the half of a layer: the policy of a key and of a role have names of their own."""
    if layer != "resource":
        return layer
    if action.lower().startswith("kms:") and ":key/" in resource:
        return _KEY
    return "trust" if action.lower().startswith("sts:") and ":role/" in resource else layer


def half_by_aws(evaluation: Evaluation) -> str:
    """Return the half that AWS's own checks name; empty where it tells no checks."""
    for check in evaluation.checks:
        if check.effect == evaluation.effect and check.kind in _CHECKS:
            return half_of(_CHECKS[check.kind], evaluation.action, evaluation.resource)
    return ""
