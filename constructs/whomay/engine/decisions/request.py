"""A request: who does what on which resource, and the condition keys that come with it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-reqcontext.html
"""

from collections.abc import Mapping
from typing import Final

from whomay.iam.arn import account_in, name_in
from whomay.iam.callers import Caller, CallerKind, caller
from whomay.iam.facts.becoming import AS_ROOT, TRUST_ACTIONS
from whomay.iam.facts.condition_key_table import KeySender
from whomay.iam.facts.condition_keys import DERIVED_KEYS, MFA_KEYS, is_of_principal, sent_by
from whomay.iam.facts.service_principals import never_sent
from whomay.iam.patterns.matching import glob, literal
from whomay.iam.patterns.symbols import display, is_symbolic, unknown_reasons
from whomay.iam.patterns.truth import Truth
from whomay.iam.policy_variables import Value

# Follows from most resources; of one whose ARN does not tell whose it is, a question may say it.
RESOURCE_ACCOUNT: Final = "aws:resourceaccount"


class Request:
    """One request, ready to be decided.

    `principal` is an ARN (user, role, role session, root), a service's host name, an identity
    provider, or `anonymous`. `context` holds the condition keys; a key that is absent is absent
    from the request. A value is a text, or a list of texts for a multivalued key. Key names are
    read without regard to case. `account` and `resource_account` override what the ARNs say.

    `derived` holds the keys that follow from who asks for what, as a snapshot has them; it is empty
    where none was asked.

    `is_symbolic` tells whether the resource holds a part that only the deployment knows.
    `same_account` tells whether caller and resource live in one account. It is None when one of the
    two is the account of stacks that name none. `is_trust` tells whether a role's trust policy is
    the resource side. `needs_resource_side` tells whether the resource's own policy must take part:
    for role trust, for KMS keys as of
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    and for the root user of a member account, where the organization decides.

    >>> from whomay.engine import Request
    >>> alice = "arn:aws:iam::111122223333:user/alice"
    >>> request = Request(alice, "s3:GetObject", "*", {"aws:MultiFactorAuthPresent": "true"})
    >>> request.account, request.context
    ('111122223333', {'aws:multifactorauthpresent': 'true'})
    """

    __slots__ = (
        "account",
        "action",
        "action_key",
        "caller",
        "context",
        "derived",
        "is_symbolic",
        "is_trust",
        "needs_resource_side",
        "principal",
        "resource",
        "resource_account",
        "same_account",
    )

    def __init__(
        self,
        principal: str,
        action: str,
        resource: str,
        context: Mapping[str, str | list[str] | tuple[str, ...]] | None = None,
        *,
        account: str | None = None,
        resource_account: str | None = None,
    ) -> None:
        """Take the request apart once."""
        self.principal = principal
        self.action = action
        self.action_key = action.lower()
        self.resource = resource
        self.context: dict[str, Value] = {
            key.lower(): value if isinstance(value, str) else tuple(value)
            for key, value in (context or {}).items()
        }
        self.derived: Mapping[str, Value] = {}
        self.caller: Caller = _caller(principal, self.context)
        self.account = account or self.caller.account
        self.resource_account = resource_account or account_in(resource) or self.account
        self.same_account = _same(self.account, self.resource_account)
        self.is_trust = self.action_key in TRUST_ACTIONS and ":role/" in resource
        of_key = self.action_key.startswith("kms:") and ":key/" in resource
        self.needs_resource_side = self.is_trust or of_key or self.action_key == AS_ROOT
        self.is_symbolic = is_symbolic(resource)

    def with_context(
        self,
        context: dict[str, Value],
        resource_account: str | None = None,
        who: Caller | None = None,
    ) -> "Request":
        """Return the same request with other condition keys, given in lower case.

        The caller stays who it is, unless `who` knows more of it. `resource_account` is the account
        of the resource, where another is known than the ARN says.
        """
        copied = object.__new__(Request)
        copied.principal = self.principal
        copied.action = self.action
        copied.action_key = self.action_key
        copied.resource = self.resource
        copied.context = context
        copied.derived = self.derived
        copied.caller = who or self.caller
        copied.account = self.account
        copied.resource_account = resource_account or self.resource_account
        copied.same_account = (
            self.same_account
            if copied.resource_account == self.resource_account
            else _same(self.account, copied.resource_account)
        )
        copied.is_trust = self.is_trust
        copied.needs_resource_side = self.needs_resource_side
        copied.is_symbolic = self.is_symbolic
        return copied

    def with_action(self, action: str) -> "Request":
        """Return the same request for an action that is decided alike."""
        copied = self.with_context(self.context)
        copied.action, copied.action_key = action, action.lower()
        return copied

    @property
    def chosen(self) -> dict[str, Value]:
        """The condition keys that do not follow from the request: somebody chooses their values."""
        return {
            key: value
            for key, value in self.context.items()
            if self.derived.get(key) != value
            and (key == RESOURCE_ACCOUNT or not follows(key, self.caller, known=False))
        }

    @property
    def owner_given(self) -> str | None:
        """The account that the context says the resource is of; None for none but the caller's."""
        given = self.context.get(RESOURCE_ACCOUNT, self.account)
        is_told = given != self.account and isinstance(given, str) and not unknown_reasons(given)
        return str(given) if is_told else None

    def as_data(self) -> dict[str, object]:
        """Return the request as plain data for people, without the keys that follow from it."""
        return {
            "principal": display(self.principal),
            "action": self.action,
            "resource": display(self.resource),
            "context": {key: _shown(value) for key, value in self.chosen.items()},
        }

    def __repr__(self) -> str:
        """Show the request as one would write it."""
        return f"Request({self.principal!r}, {self.action!r}, {self.resource!r}, {self.context!r})"


def _same(account: str | None, other: str | None) -> Truth:
    if account is None or other is None or account == other:
        return account is not None
    symbolic = is_symbolic(account) or is_symbolic(other)
    return glob(literal(account))(other) if symbolic else False


def follows(key: str, who: Caller, *, known: bool) -> bool:
    """Tell whether a key, in lower case, follows from who asks for what, so that none can choose.

    Of a caller that is not in the snapshot (`known` is false) tags and unique id may be anything.
    Of a service, so may what it works for: an account, a resource, an organization. Who calls
    without credentials is in no organization and has no tags:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    if who.kind is CallerKind.ANONYMOUS and is_of_principal(key):
        return True
    if key.startswith("aws:principaltag/"):  # the maker of a federated user gives it tags
        return known and who.kind is not CallerKind.FEDERATED_USER
    if key == "aws:userid":
        return known
    if key == "aws:sourceidentity":  # set when a role is assumed
        return who.kind is not CallerKind.SESSION
    if key in MFA_KEYS:
        return who.kind in (CallerKind.SESSION, CallerKind.SERVICE, CallerKind.ANONYMOUS)
    if who.kind is CallerKind.SERVICE:
        return key in never_sent(who.name) or key in DERIVED_KEYS - _OF_SERVICES
    return key in DERIVED_KEYS or key in _OF_SERVICES


_OF_SERVICES: Final = sent_by(KeySender.SERVICES)


def _shown(value: Value) -> str | list[str]:
    return display(value) if isinstance(value, str) else [display(item) for item in value]


def _caller(principal: str, context: Mapping[str, Value]) -> Caller:
    known = caller(principal)
    arn = context.get("aws:principalarn")
    if known.kind is CallerKind.SESSION and isinstance(arn, str) and _names_role(arn, known):
        return caller(principal, arn)
    return known


def _names_role(arn: str, session: Caller) -> bool:
    """Tell whether aws:PrincipalArn has the role's path, which a session's ARN leaves out."""
    name = name_in(str(session.role))
    return ":role/" in arn and name_in(arn) == name and arn != session.role
