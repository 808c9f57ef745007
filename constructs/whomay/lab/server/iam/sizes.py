"""How long policy documents may be: characters without white space, the inline ones together.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import re
from typing import Final

from whomay.iam.facts.limits import (
    INLINE_POLICIES_SIZE,
    MANAGED_POLICY_SIZE,
)
from whomay.iam.facts.service_quotas import TRUST_LENGTH
from whomay.lab.server import service_quotas
from whomay.lab.server.calls import CallError
from whomay.lab.server.iam.documents import TRUST
from whomay.lab.server.iam.operations import Check, Kind, Parameters, ask_first, value

_WHITE_SPACE: Final = re.compile(r"\s")


def size(document: str) -> int:
    """Return the number of characters that IAM counts."""
    return len(_WHITE_SPACE.sub("", document))


def check_inline(kind: Kind, name: str, policies: dict[str, str]) -> None:
    """Refuse inline policies that are too long together with those that `name` has already.

    Raises:
        CallError: LimitExceeded.

    """
    limit = INLINE_POLICIES_SIZE[kind.word.lower()]
    if sum(map(size, {**kind.inline_policies(name), **policies}.values())) > limit:
        text = f"Maximum policy size of {limit} bytes exceeded for {kind.word.lower()} {name}"
        raise CallError("LimitExceeded", text)


def check_managed(document: str) -> None:
    """Refuse a managed policy's document that is too long.

    Raises:
        CallError: LimitExceeded.

    """
    if size(document) > MANAGED_POLICY_SIZE:
        raise CallError(
            "LimitExceeded", f"Cannot exceed quota for PolicySize: {MANAGED_POLICY_SIZE}"
        )


def check_trust(document: str) -> None:
    """Refuse a trust policy's document that is longer than the account's quota.

    Raises:
        CallError: LimitExceeded.

    """
    limit = service_quotas.applied(TRUST_LENGTH)
    if size(document) > limit:
        text = f"Cannot exceed quota for ACLSizePerRole: {limit}"
        raise CallError("LimitExceeded", text)


def _inline(kind: Kind) -> Check:
    def check(parameters: Parameters) -> None:
        policy = value(parameters, "PolicyName")
        check_inline(kind, kind.name_in(parameters), {policy: value(parameters, "PolicyDocument")})

    return check


def _trust(parameter: str) -> Check:
    return lambda parameters: check_trust(value(parameters, parameter))


def install() -> None:
    """Ask before each call that writes a document."""
    for kind in Kind:
        ask_first(f"Put{kind.word}Policy", _inline(kind))
    for operation in ("CreatePolicy", "CreatePolicyVersion"):
        ask_first(operation, lambda given: check_managed(value(given, "PolicyDocument")))
    for operation, parameter in TRUST.items():
        ask_first(operation, _trust(parameter))
