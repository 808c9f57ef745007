"""Which condition keys AWS has: the global ones by name, those of services from the catalogue.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import difflib
import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from whomay.iam.facts.actions import condition_keys_of, services

_GLOBAL: Final = """
    aws:AssumedRoot aws:CalledVia aws:CalledViaAWSMCP aws:CalledViaFirst aws:CalledViaLast
    aws:CurrentTime aws:Ec2InstanceSourcePrivateIPv4 aws:Ec2InstanceSourceVpc aws:EpochTime
    aws:FederatedProvider aws:IsMcpServiceAction aws:MultiFactorAuthAge aws:MultiFactorAuthPresent
    aws:PrincipalAccount aws:PrincipalArn aws:PrincipalIsAWSService aws:PrincipalOrgID
    aws:PrincipalOrgPaths aws:PrincipalServiceName aws:PrincipalServiceNamesList
    aws:PrincipalTag/${TagKey} aws:PrincipalType aws:Referer aws:RequestTag/${TagKey}
    aws:RequestedRegion aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths
    aws:ResourceTag/${TagKey} aws:SecureTransport aws:SignInSessionArn aws:SourceAccount
    aws:SourceArn aws:SourceIdentity aws:SourceIp aws:SourceOrgID aws:SourceOrgPaths aws:SourceOwner
    aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:TagKeys aws:TokenIssueTime aws:UserAgent
    aws:ViaAWSMCPService aws:ViaAWSService aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths
    aws:VpcSourceIp aws:userid aws:username
    """.split()  # noqa: SIM905 - a list of strings would be a page


def exists(key: str) -> bool:
    """Tell whether AWS has the condition key. A key of an identity provider may be any claim."""
    prefix = key.partition(":")[0].lower()
    if "." in prefix or "/" in prefix or prefix == "saml":
        return True
    return any(_test(known).fullmatch(key) for known in _of(prefix))


def nearest(key: str) -> str | None:
    """Return the key that is most like it; None when none is."""
    prefix, _, _ = key.partition(":")
    candidates = {known.lower(): known for known in _of(prefix.lower())}
    if not candidates:
        near = difflib.get_close_matches(prefix.lower(), ("aws", *services()), n=9)
        candidates = {known.lower(): known for each in near for known in _of(each)}
    found = difflib.get_close_matches(key.lower(), candidates, n=1)
    return candidates[found[0]] if found else None


def _of(prefix: str) -> tuple[str, ...]:
    return tuple(_GLOBAL) if prefix == "aws" else condition_keys_of(prefix)


@cache
def _test(known: str) -> re.Pattern[str]:
    return re.compile("".join(_pieces(known)), re.IGNORECASE)


def _pieces(known: str) -> Iterator[str]:
    for piece in re.split(r"(\$\{[^}]*\}|<[^>]*>)", known):
        yield ".+" if piece.startswith(("${", "<")) else re.escape(piece)
