"""Which actions change what somebody may do: they write policies, permissions, ACLs and grants.

By their names, since AWS's own level "Permissions management" holds reading actions as well and
leaves out some that write: sns:SetTopicAttributes sets a topic's policy.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from functools import lru_cache
from typing import Final

from whomay.iam.facts.actions import matching

_READS: Final = re.compile(
    r"(?:batch)?(?:get|list|describe|validate|simulate|generate|search|check|test|preview)"
)
_WRITES: Final = re.compile(
    r"polic|permission|acl$|grant|publicaccess|accessentry|share|domainconfig|ownership"
    r"|(?:topic|queue|image|snapshot)attributes?$|datalakesettings|accessgroup"
)
# Policies of these kinds let nobody in.
_OTHER_POLICIES: Final = re.compile(
    r"(?:retention|lifecycle|scaling|password|resiliency|stack|originrequest|cache|headers|security"
    r"|dataprotection|index|termination|backup|scheduling|traffic)polic|putaccountpolicy"
)
_OF_IAM: Final = re.compile(
    r"polic|boundary|usertogroup|createrole|createuser|creategroup|accesskey|loginprofile"
    r"|roletoinstanceprofile"
)


def writes_access(action: str) -> bool:
    """Tell whether an action, or some action of a pattern, changes what somebody may do."""
    if "*" in action or "?" in action:
        return any(map(_writes, matching(action)))
    return _writes(action)


@lru_cache(maxsize=8192)
def _writes(action: str) -> bool:
    service, _, name = action.lower().partition(":")
    if _READS.match(name) or _OTHER_POLICIES.search(name):
        return False
    if service == "iam":
        return bool(_OF_IAM.search(name))
    return service in ("ram", "sso") or bool(_WRITES.search(name))
