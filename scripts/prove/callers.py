"""Who asks: a user or any session of a role of the system, or anybody at all.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from dataclasses import dataclass, field
from functools import cached_property

from scripts.prove.conditions import Key
from scripts.prove.globs import ANY, ONE, examples, fits, glob, literal
from scripts.prove.logic import FALSE, TRUE, Formula, all_of, any_of, both, either, no
from scripts.prove.systems import Data, NotCovered
from scripts.prove.texts import Text, Variables, constant, guarded
from scripts.prove.vocabulary import NAME, Vocabulary

ROLE, USER, SERVICE, PROVIDER, ANONYMOUS = "role", "user", "service", "provider", "anonymous"
FEDERATED, ROOT = "federated user", "root user"


@dataclass(frozen=True)
class Named:
    """How a Principal element names the caller: itself, its role, its account."""

    itself: Formula = FALSE
    role: Formula = FALSE
    account: Formula = FALSE

    @property
    def at_all(self) -> Formula:
        """Return when it names the caller in some way."""
        return any_of((self.itself, self.role, self.account))

    def where(self, guard: Formula) -> "Named":
        """Return the same, under a condition."""
        return Named(both(guard, self.itself), both(guard, self.role), both(guard, self.account))


def joined(found: list[Named]) -> Named:
    """Return how several elements together name the caller."""
    return Named(
        any_of(each.itself for each in found),
        any_of(each.role for each in found),
        any_of(each.account for each in found),
    )


@dataclass(frozen=True)
class Caller:
    """Who asks. `tail` is the last part of the ARN, a role's for its session; `session` its name.

    Of a federated user `tail` is its own, and `session` the last part of the ARN of its user.

    `kind` is one of the constants above, and `service` the name of a service or a provider.
    `principal` is the system's, where it is one for sure; `known` holds those that it may be.
    """

    kind: Text
    account: Text
    tail: Text
    session: Text
    service: Text
    principal: Data = None
    known: tuple[tuple[Formula, "Caller"], ...] = ()
    keys: dict[str, Key] = field(default_factory=dict)

    @cached_property
    def of_account(self) -> Formula:
        """Whether the caller is a principal of an account."""
        return self.kind.where(lambda kind: kind in (USER, ROLE, FEDERATED, ROOT))

    @cached_property
    def arn(self) -> Text:
        """The ARN of the user or of the session's role, as aws:PrincipalArn has it."""
        service = "sts" if self.principal and self.principal["kind"] == FEDERATED else "iam"
        whole = self.account.joined(self.tail, ":")
        return whole.mapped(lambda text: f"arn:aws:{service}::{text}")

    def named(self, principals: Data) -> Named:
        """Return how a Principal element names the caller."""
        return joined([self._named(kind, value) for kind, values in principals for value in values])

    def _named(self, kind: str, value: str) -> Named:
        match kind:
            case "Service" | "Federated":
                of_kind = self.kind.is_(SERVICE if kind == "Service" else PROVIDER)
                return Named(both(of_kind, TRUE if value == "*" else self.service.is_(value)))
            case "CanonicalUser":
                raise NotCovered("a canonical user")
        if value == "*":
            return Named(TRUE)
        if value.isdecimal() or value.endswith(":root"):
            return self._of_account(value if value.isdecimal() else value.split(":")[4])
        return self._by_arn(*value.split(":", 5))

    def _by_arn(self, _: str, __: str, service: str, ___: str, account: str, tail: str) -> Named:
        of_account = self.account.is_(account)
        if tail.startswith("assumed-role/"):  # without the role's path
            _, role, session = tail.split("/")
            own = self.tail.where(lambda text: text.startswith("role/") and _name(text) == role)
            return Named(all_of((self.kind.is_(ROLE), of_account, own, self.session.is_(session))))
        same = both(of_account, self.tail.is_(tail))
        if service == "sts":
            return Named(both(self.kind.is_(FEDERATED), same))
        if tail.startswith("role/"):
            return Named(role=both(self.kind.is_(ROLE), same))
        made = both(of_account, self.session.is_(tail))
        return Named(both(self.kind.is_(USER), same), role=both(self.kind.is_(FEDERATED), made))

    def _of_account(self, account: str) -> Named:
        return Named(account=both(self.of_account, self.account.is_(account)))


def _name(tail: str) -> str:
    return tail.rpartition("/")[2]


def of_system(variables: Variables, words: Vocabulary, system: Data, arn: str) -> Caller:
    """Return a user of the system, or any session of a role of it."""
    [found] = [each for each in system["principals"] if each["arn"] == arn]
    session = constant("")
    if found["kind"] == ROLE:
        session = variables.text("session", _sessions(words))
    account, tail = found["account"], arn.split(":", 5)[5]
    caller = Caller(
        constant(found["kind"]), constant(account), constant(tail), session, constant(""), found
    )
    unique = constant(f"{_ID_OF[found['kind']]}{sum(map(ord, arn))}")  # that no policy knows
    caller.keys.update(_keys_of(caller, unique))
    return caller


def federated_by(system: Data, user_arn: str, name: str) -> Caller:
    """Return a federated user of a name, whom a user of the system makes with all that it has.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    """
    [user] = [each for each in system["principals"] if each["arn"] == user_arn]
    account, tail = user["account"], f"federated-user/{name}"
    itself = {**user, "kind": FEDERATED, "arn": f"arn:aws:sts::{account}:{tail}", "tags": []}
    made_by = constant(user_arn.split(":", 5)[5])
    caller = Caller(
        constant(FEDERATED), constant(account), constant(tail), made_by, constant(""), itself
    )
    caller.keys.update(_keys_of(caller, constant("")))
    caller.keys["aws:principaltype"] = _single(TRUE, constant("FederatedUser"))
    caller.keys["aws:userid"] = _single(TRUE, constant(f"{account}:{name}"))
    return caller


def root_of(account: str) -> Caller:
    """Return the root user of an account."""
    itself: Data = {"kind": ROOT, "account": account, "tags": [], "trust": None}
    caller = Caller(
        constant(ROOT), constant(account), constant("root"), constant(""), constant(""), itself
    )
    caller.keys.update(_keys_of(caller, constant("")))
    arn = constant(f"arn:aws:iam::{account}:root")
    caller.keys["aws:principalarn"] = _single(TRUE, arn)
    caller.keys["aws:principaltype"] = _single(TRUE, constant("Account"))
    caller.keys["aws:userid"] = _single(TRUE, constant(account))
    return caller


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
_ID_OF = {USER: "AIDA", ROLE: "AROA"}


def anybody(variables: Variables, words: Vocabulary, system: Data) -> Caller:
    """Return anybody who may assume a role: a user, a session, a service, a provider's identity.

    The root user and a federated user cannot:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
    """
    kind = variables.text("kind of caller", (USER, ROLE, SERVICE, PROVIDER, ANONYMOUS))
    known = [t for t in words.tails["iam"] if t.startswith(("user/", "role/")) and _name(t)]
    known += [f"user/{t}" for t in words.texts_of("aws:username") if NAME.fullmatch(t)]
    tail = variables.text("tail of caller", [*known, "user/somebody", "role/somebody"])
    services = sorted(words.services)
    account = variables.text("account of caller", sorted(words.accounts))
    caller = Caller(
        kind,
        account,
        tail,
        variables.text("session", _sessions(words)),
        variables.text(
            "service of caller", [*services, "unlisted.amazonaws.com", "idp.example.com"]
        ),
        known=tuple(
            (
                all_of(
                    (
                        kind.is_(each["kind"]),
                        account.is_(each["account"]),
                        tail.is_(each["arn"].split(":", 5)[5]),
                    )
                ),
                of_system(variables, words, system, each["arn"]),
            )
            for each in system["principals"]
        ),
    )
    fitting = [
        either(no(kind.is_(USER)), tail.where(lambda t: t.startswith("user/"))),
        either(no(kind.is_(ROLE)), tail.where(lambda t: t.startswith("role/"))),
        either(no(kind.is_(SERVICE)), caller.service.where(_is_service)),
        either(no(kind.is_(PROVIDER)), caller.service.where(lambda s: not _is_service(s))),
    ]
    for each in fitting:
        variables.keep(each)
    ids = {each: variables.text(f"id of a {each}", _ids(words, each)) for each in _ID_OF}
    of_role = kind.is_(ROLE)
    unique = guarded([(of_role, ids[ROLE]), (no(of_role), ids[USER])])
    caller.keys.update(_keys_of(caller, unique))
    caller.keys["aws:userid"] = _id_of_anybody(variables, words, caller)
    return caller


def _id_of_anybody(variables: Variables, words: Vocabulary, caller: Caller) -> Key:
    """Return aws:userid, of which AWS does not say what a service or a provider's identity has.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-userid
    """
    own = caller.keys["aws:userid"]
    [(_, id_of_account)] = own.values
    free = variables.text("id of a service", words.texts_of("aws:userid"))
    other = both(no(caller.of_account), variables.flag("a service has an id"))
    texts = guarded([(caller.of_account, id_of_account), (no(caller.of_account), free)])
    return _single(either(own.has, other), texts)


def _ids(words: Vocabulary, kind: str) -> list[str]:
    """Return one unique id of each kind that conditions tell apart."""
    named = {glob(text.partition(":")[0]) for text in words.texts_of("aws:userid")}
    of_kind = glob(f"{_ID_OF[kind]}*")
    found = examples(frozenset((*named, of_kind)))
    return [text for text in found if fits(of_kind, text) and text.isalnum()]


def _is_service(name: str) -> bool:
    providers = ("accounts.google.com", "cognito-identity.amazonaws.com", "www.amazon.com")
    return name.endswith(".amazonaws.com") and name not in providers


def _sessions(words: Vocabulary) -> list[str]:
    """Return session names: those that are named, and one for each that aws:userid tells apart."""
    patterns = {literal(name) for name in words.sessions} | {(ONE, ANY)}
    patterns |= {literal(t.partition(":")[2]) for t in words.texts_of("aws:userid") if ":" in t}
    return [text for text in examples(frozenset(patterns)) if NAME.fullmatch(text)]


def _keys_of(caller: Caller, unique_id: Text) -> dict[str, Key]:
    """Return the keys that say who the caller is.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
    """
    account, user = caller.of_account, caller.kind.is_(USER)
    service = caller.kind.is_(SERVICE)
    session_id = unique_id.joined(caller.session, ":")
    return {
        "aws:principalaccount": _single(account, caller.account),
        "kms:calleraccount": _single(account, caller.account),
        "aws:principalarn": _single(account, caller.arn),
        "aws:principaltype": _either_text(account, user, constant("User"), constant("AssumedRole")),
        "aws:userid": _either_text(account, user, unique_id, session_id),
        "aws:username": _single(user, caller.tail.mapped(_name)),
        "aws:principalisawsservice": _either_text(
            TRUE, service, constant("true"), constant("false")
        ),
        "aws:principalservicename": _single(service, caller.service),
    }


def _single(has: Formula, text: Text) -> Key:
    return Key(has, ((TRUE, text),))


def _either_text(has: Formula, first: Formula, one: Text, other: Text) -> Key:
    found = [(text, both(first, guard)) for text, guard in one.alternatives]
    found += [(text, both(no(first), guard)) for text, guard in other.alternatives]
    return _single(has, Text([pair for pair in found if pair[1] is not FALSE]))
