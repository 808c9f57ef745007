"""The shape of ARNs: what each part may be, and which principals one can name."""

import re
from typing import Final

from aws_cdk import Stack
from constructs import IConstruct

from whomay.iam.arn import Arn, parse_arn
from whomay.iam.facts import limits
from whomay.metadata.refusals import refuse

_TOKEN: Final = re.compile(r"\$\{Token\[[^\]]*\]\}|<[^<>]*>")
_HOLE: Final = "<>"
_ACCOUNT: Final = re.compile(r"[0-9]{12}|aws|cloudfront|<>|\*|")
_PRINCIPAL: Final = re.compile(r"root|(?:user|role)(?:/[\x21-\x7e]+)*/(?:[\w+=,.@-]|<>)+", re.ASCII)
_SESSION: Final = re.compile(r"(?:assumed-role/[^/]+|federated-user)/[^/]+")


def parsed(arn: str) -> Arn | None:
    """Return an ARN's segments, each token in it replaced by `<>`; None when it has fewer than six."""
    return parse_arn(_TOKEN.sub(_HOLE, arn))


def opaque(arn: str) -> bool:
    """Tell whether the text begins with a token, so that nothing can be said of its parts."""
    return bool(_TOKEN.match(arn))


def check(parameter: str, arn: str, allowed: str = "an ARN") -> Arn:
    """Raise a ValueError unless this is an ARN with a partition, Region and account; return it."""
    found = parsed(arn)
    if found is None or found.prefix != "arn" or not found.resource.strip():
        fix = "write arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE in full"
        refuse(parameter, arn, allowed, fix)
    _, partition, service, region, account, _ = found
    if partition not in (*limits.PARTITIONS, _HOLE):
        refuse(parameter, arn, f"{allowed} in a partition of AWS", "aws, aws-cn, aws-us-gov, …")
    if not re.fullmatch(r"[a-z0-9-]+", service):
        refuse(parameter, arn, f"{allowed} of one service", f"{service!r} is none")
    if not (region in ("", "*", _HOLE) or limits.REGION.fullmatch(region)):
        refuse(parameter, arn, f"{allowed} with a Region or none", f"{region!r} is none")
    if not _ACCOUNT.fullmatch(account):
        fix = f"{account!r} is not an account id of twelve digits"
        refuse(parameter, arn, f"{allowed} with an account or none", fix)
    return found


def check_principal(parameter: str, arn: str, allowed: str = "the ARN of one user or role") -> None:
    """Raise a ValueError unless the ARN names one principal that a trust policy can name."""
    if "*" in arn or "?" in arn:
        fix = "IAM takes no wildcard here: use Trust.account(id, principal_arns=[…])"
        refuse(parameter, arn, f"{allowed}, without wildcards", fix)
    _, _, service, region, account, resource = check(parameter, arn, allowed)
    shape = {"iam": _PRINCIPAL, "sts": _SESSION}.get(service)
    if region or not account or not shape or not shape.fullmatch(resource):
        refuse(parameter, arn, allowed, "such as arn:aws:iam::111122223333:role/NAME")


def check_role(parameter: str, arn: str, allowed: str) -> None:
    """Raise a ValueError unless the ARN names one role."""
    if set("*?") & set(arn):
        refuse(parameter, arn, allowed, "name each role in full: a pattern admits those of others")
    check_principal(parameter, arn, allowed)
    found = parsed(arn)
    if found is None or found.kind != "role":
        refuse(parameter, arn, allowed, "such as arn:aws:iam::111122223333:role/NAME")


def names_some(arn: str) -> bool:
    """Tell whether a pattern of principals leaves others of its account out."""
    found = parsed(arn)
    if found is None or found.kind not in ("user", "role"):
        return False
    return bool(found.path_and_name.strip("*?/"))


def check_partition(scope: IConstruct, parameter: str, arn: str) -> None:
    """Raise a ValueError for an ARN of another partition than the stack's, where both are known."""
    own, found = Stack.of(scope).partition, parsed(arn)
    known = limits.PARTITIONS
    if found and found.partition in known and own in known and found.partition != own:
        allowed = f"an ARN in the stack's partition {own}"
        refuse(parameter, arn, allowed, "no trust and no access reaches from one to another")
