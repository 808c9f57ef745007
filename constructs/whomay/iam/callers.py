"""Who makes a request, and how a Principal element names it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Final

from whomay.iam.arn import Arn, parse_arn
from whomay.iam.patterns.code_points import GENERATED, SYMBOL_END
from whomay.iam.patterns.matching import glob, literal
from whomay.iam.patterns.symbols import ACCOUNT, OTHER_ACCOUNT, is_symbolic
from whomay.iam.patterns.truth import Truth
from whomay.iam.policy import Principals

ANONYMOUS: Final = "anonymous"


class CallerKind(StrEnum):
    """What makes the request."""

    USER = "user"
    SESSION = "role session"
    ROOT = "root user"
    FEDERATED_USER = "federated user"
    SERVICE = "service"
    FEDERATED = "federated identity"
    ANONYMOUS = "anonymous"


class Grant(IntEnum):
    """How directly a Principal element names a caller: the more directly, the fewer limits."""

    NONE = 0
    ACCOUNT = 1  # the caller's account: its administrators decide further
    ROLE = 2  # the caller's role, or a federated user's user: boundary and session policy limit it
    DIRECT = 3  # the caller itself: nothing but an explicit deny and an SCP limits it


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """A principal as a request carries it. `caller` makes one of each, so that identity is equality.

    `account` is None for services, anonymous callers and public identity providers. `role` is the
    ARN of the role behind a session, or of the user behind a federated user, where that is known.
    `name` is the ARN or the name as written. `has_policies` tells whether policies of its own can be attached: not to a service, a provider or nobody.
    """

    kind: CallerKind
    name: str
    account: str | None = None
    role: str | None = None
    has_policies: bool = False


@lru_cache(maxsize=65536)
def caller(principal: str, role: str | None = None) -> Caller:
    """Return the caller behind an ARN, a service's name, a provider's name or `anonymous`.

    A role's ARN means an unnamed session of it. `role` is the role's ARN when a session's ARN does
    not tell it: the path is missing there. Of a federated user it is the ARN of its user.
    """
    if principal in (ANONYMOUS, "*"):
        return Caller(CallerKind.ANONYMOUS, ANONYMOUS)
    arn = _arn(principal)
    if arn is None:
        return Caller(_named_kind(principal), principal)
    kind = _KIND_IN_ARN.get(arn.kind, CallerKind.USER)
    if arn.kind == "role":
        role = principal
    elif arn.kind == "assumed-role" and role is None:
        name = arn.path_and_name.partition("/")[0]
        role = f"arn:{arn.partition}:iam::{arn.account}:role/{name}"
    has_policies = kind is not CallerKind.FEDERATED
    return Caller(kind, principal, arn.account, role if kind in _OF_OTHERS else None, has_policies)


_OF_OTHERS: Final = (CallerKind.SESSION, CallerKind.FEDERATED_USER)


def _arn(principal: str) -> Arn | None:
    """Return the ARN of a principal; None when the text is not an ARN of IAM or STS."""
    arn = parse_arn(principal)
    of_iam = arn and arn.prefix == "arn" and arn.service in ("iam", "sts") and not arn.region
    return arn if of_iam else None


def problem_with_caller(principal: str) -> str | None:
    """Say why nobody of that name makes a request, a group for example; None when one may."""
    arn = _arn(principal)
    kind = arn.kind if arn else ""
    if not principal or (principal.startswith("arn:") and kind not in ("user", *_KIND_IN_ARN)):
        allowed = ", ".join(("user", *_KIND_IN_ARN))
        return f"is {principal!r}; of ARNs these make requests: {allowed}"
    return None


_KIND_IN_ARN: Final = {
    "root": CallerKind.ROOT,
    "role": CallerKind.SESSION,
    "assumed-role": CallerKind.SESSION,
    "federated-user": CallerKind.FEDERATED_USER,
    "oidc-provider": CallerKind.FEDERATED,
    "saml-provider": CallerKind.FEDERATED,
}

# Providers that AWS knows by name. Everybody with an account there can have a token.
PUBLIC_PROVIDERS: Final = frozenset(
    (
        "accounts.google.com",
        "cognito-identity.amazonaws.com",
        "graph.facebook.com",
        "www.amazon.com",
    )
)


def _named_kind(name: str) -> CallerKind:
    service = ".amazonaws.com" in name and name not in PUBLIC_PROVIDERS
    return CallerKind.SERVICE if service else CallerKind.FEDERATED


def account_named(value: str) -> str | None:
    """Return the account that an AWS principal value names as a whole; None when it names none."""
    if value.isdecimal() or value == ACCOUNT:
        return value
    arn = _arn(value)
    return arn.account if arn and arn.resource == "root" else None


def is_id_alone(kind: str, value: str) -> bool:
    """Tell whether a value names somebody by an id that tells neither account nor name.

    It is a canonical user, or the unique id of a user or role, which AWS takes for its ARN.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids

    >>> is_id_alone("AWS", "AROADBQP57FF2AEXAMPLE"), is_id_alone("AWS", "111122223333")
    (True, False)
    """
    if kind == "CanonicalUser":
        return value != "*" and not value.startswith("arn:")
    return kind == "AWS" and _UNIQUE_ID.fullmatch(value) is not None


# As AWS makes it, or as Fn::GetAtt of a role of the templates has it; perhaps with a session's name.
_UNIQUE_ID: Final = re.compile(
    rf"(?:A(?:IDA|ROA)[A-Z0-9]+|{GENERATED}[^{SYMBOL_END}]*\.RoleId{SYMBOL_END})(?::.+)?"
)


def stranger_account(texts: Iterable[str]) -> str:
    """Return the id of an account that no text names.

    It is a symbol where a text names the account of stacks without an environment. That account may
    turn out to be any id that is written out.
    """
    named = "\n".join(texts)
    if ACCOUNT in named:
        return OTHER_ACCOUNT
    return next(each for each in map(str, range(999_999_999_999, 0, -1)) if each not in named)


class PrincipalElement:
    """A compiled Principal element: asks how directly it names a caller."""

    __slots__ = ("_accounts", "_everyone", "_grants", "_names", "_unknown")

    def __init__(self, principals: Principals) -> None:
        """Index the values by what they can name."""
        self._everyone: set[CallerKind] = set()
        self._accounts: set[str] = set()
        self._names: set[tuple[str, str]] = set()
        self._unknown = False
        self._grants: dict[Caller, tuple[Grant, Grant]] = {}
        for kind, values in principals:
            for value in values:
                self._add(kind, value)

    def _add(self, kind: str, value: str) -> None:
        if value == "*":
            self._everyone |= _EVERYONE_OF.get(kind, set(CallerKind))
        elif kind in ("Service", "Federated"):
            self._names.add((kind, value))
        elif is_id_alone(kind, value):
            self._unknown = True
        else:
            self._names.add(("AWS", value))
            if account := account_named(value):
                self._accounts.add(account)

    def grant(self, who: Caller) -> tuple[Grant, Grant]:
        """Return how directly the caller is named: for sure, and at most."""
        found = self._grants.get(who)
        if found is None:
            sure = self._sure(who)
            found = self._grants[who] = sure, max(sure, self._perhaps(who))
        return found

    def _perhaps(self, who: Caller) -> Grant:
        """Return how directly it may turn out to name the caller, once all is deployed."""
        if self._unknown:
            return Grant.DIRECT
        symbolic = is_symbolic(who.name)
        named = (pair for pair in self._names if symbolic or is_symbolic(pair[1]))
        return max((_may_name(kind, value, who) for kind, value in named), default=Grant.NONE)

    def _sure(self, who: Caller) -> Grant:
        if who.kind in self._everyone:
            return Grant.DIRECT
        # The session before its role: a statement that names both grants what either does. A
        # role's ARN as the caller is a session of it that has no name.
        if who.name != who.role and (_KIND_OF.get(who.kind, "AWS"), who.name) in self._names:
            return Grant.DIRECT
        if who.role is not None and ("AWS", who.role) in self._names:
            return Grant.ROLE
        if who.account is not None and who.account in self._accounts:
            if who.kind is CallerKind.ROOT:
                return Grant.DIRECT
            return Grant.NONE if who.kind is CallerKind.FEDERATED else Grant.ACCOUNT
        return Grant.NONE

    def spares(self, who: Caller, *, deny: bool) -> Truth:
        """Tell whether, as a NotPrincipal, it excepts the caller.

        A Deny spares who is named together with the account. AWS validates the account first, so
        one that is not listed might be denied whole: that is None. So is a session whose role
        alone is listed: the page asks for the session too, AWS's article for the role alone. An
        Allow with NotPrincipal is not supported any more; it never reached who is named.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        https://aws.amazon.com/blogs/security/how-to-restrict-amazon-s3-bucket-access-to-a-specific-iam-role/
        """
        named = self._sure(who)
        if named is Grant.ROLE and deny:
            return None
        if named > Grant.ACCOUNT:
            account_too = who.account is None or who.account in self._accounts
            return True if account_too or not deny or who.kind in self._everyone else None
        if self._perhaps(who) or (named and not deny):
            return None
        return False


def _may_name(kind: str, value: str, who: Caller) -> Grant:
    """Return how directly one value of a Principal element may name a caller, at most."""
    test = glob(literal(value))
    if kind == "AWS" and test("*") is not False:  # it may be everybody
        return Grant.DIRECT
    own_kind = _KIND_OF.get(who.kind, "AWS")
    if kind == own_kind and who.name != who.role and test(who.name) is not False:
        return Grant.DIRECT
    if kind != "AWS" or who.account is None or who.kind is CallerKind.FEDERATED:
        return Grant.NONE
    if who.role is not None and test(who.role) is not False:
        return Grant.ROLE
    arn = _arn(who.name)
    root = f"arn:{arn.partition if arn else ''}:iam::{who.account}:root"
    if test(who.account) is False and test(root) is False:
        return Grant.NONE
    return Grant.DIRECT if who.kind is CallerKind.ROOT else Grant.ACCOUNT


_KIND_OF: Final = {CallerKind.SERVICE: "Service", CallerKind.FEDERATED: "Federated"}
_EVERYONE_OF: Final = {
    "Service": {CallerKind.SERVICE},
    "Federated": {CallerKind.FEDERATED},
    "CanonicalUser": {CallerKind.ANONYMOUS},
}
