"""One caller for each class of those whom a resource policy or a trust policy may let in.

A policy tells callers apart only by the names, accounts and services that it writes down, and by
the caller's own keys in its conditions. So these are enough: each named one, an unnamed one of each
named account, a stranger, each named service, an unnamed one, an anonymous caller. The unnamed one
is a user. Where the policy reads what kind of caller it is, there is also a role's session, the
root user and a federated user.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.proof.condition_values import candidates
from whomay.iam.arn import parse_arn
from whomay.iam.callers import (
    ANONYMOUS,
    Caller,
    CallerKind,
    account_named,
    caller,
    stranger_account,
)
from whomay.iam.facts import limits
from whomay.iam.patterns.matching import any_arn, literal
from whomay.iam.patterns.pattern_sets import OTHER_LETTER, resources
from whomay.iam.patterns.symbols import SYMBOL, UNKNOWN_SYMBOL, display, unknown_reasons
from whomay.iam.patterns.unknown_parts import covering
from whomay.iam.policy import Condition, Statement
from whomay.iam.policy_variables import variable_keys, widen

UNNAMED: Final = "somebody"
UNNAMED_SERVICE: Final = "unlisted.amazonaws.com"
UNNAMED_PROVIDER: Final = "idp.example.com"

_UNNAMED_OF_NO_ACCOUNT: Final = {
    UNNAMED_SERVICE: "any service of AWS",
    UNNAMED_PROVIDER: "any identity provider",
}
_FEDERATED: Final = "arn:aws:sts::{}:federated-user/{}"
# An unnamed caller of each kind, of an account that is put in.
_UNNAMED_OF: Final = {
    CallerKind.USER: f"arn:aws:iam::{{}}:user/{UNNAMED}",
    CallerKind.SESSION: f"arn:aws:iam::{{}}:role/{UNNAMED}",
    CallerKind.FEDERATED_USER: _FEDERATED.format("{}", UNNAMED),
    CallerKind.ROOT: "arn:aws:iam::{}:root",
}
_EACH_KIND: Final = (  # of an ARN that a request may have as aws:PrincipalArn
    "arn:*:iam::*:user/*",
    "arn:*:iam::*:role/*",
    "arn:*:iam::*:root",
    "arn:*:sts::*:federated-user/*",
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
_SAY_THE_KIND: Final = frozenset(
    ("aws:principalarn", "aws:principaltype", "aws:sourceidentity", "aws:userid", "aws:username")
)
_ACCOUNT_OF_CALLER: Final = ("aws:principalaccount", "kms:calleraccount")
_ACCOUNT_OF_ID: Final = re.compile(r"\d{12}(?=:|\Z)")


def called(principal: str) -> str:
    """Return the principal of a request for people: a service or provider that no policy names as any."""
    return _UNNAMED_OF_NO_ACCOUNT.get(principal) or display(principal)


def stranger_of(statements: Iterable[CompiledStatement], account: str) -> str:
    """Return the account of the stranger among the `outsiders` of the statements."""
    raws = [s.statement for s in statements]
    elements = [e for raw in raws for e in (*(raw.principals or ()), *(raw.not_principals or ()))]
    named = [value for _, values in elements for value in values]
    read = [value for raw in raws for condition in raw.conditions for value in condition.values]
    return stranger_account((account, *named, *read))


def outsiders(statements: Iterable[CompiledStatement], account: str) -> list[Caller]:
    """Return callers that meet every way in which the statements tell callers apart.

    `account` is the resource's own: an unnamed caller of it is among them.
    """
    statements = list(statements)
    stranger = stranger_of(statements, account)
    raws = [s.statement for s in statements]
    named = [
        (kind, _somebody(value, stranger))
        for raw in raws
        for kind, values in (*(raw.principals or ()), *(raw.not_principals or ()))
        for value in values
        if value != "*" and UNKNOWN_SYMBOL.sub("", value)
    ]
    accounts = {account, stranger}
    accounts |= {a for _, value in named if (a := account_named(value) or caller(value).account)}
    accounts |= {each for key in _ACCOUNT_OF_CALLER for each in _texts(raws, key)}
    ids = _texts(raws, "aws:userid")
    accounts |= {match[0] for each in ids if (match := _ACCOUNT_OF_ID.match(each))}
    found = [caller(value) for kind, value in named if _is_caller(kind, value)]
    kinds = [*_UNNAMED_OF.values()][: None if _reads_kind(raws) else 1]
    found += [caller(each.format(a)) for each in kinds for a in sorted(accounts)]
    found += list(_told_apart(raws, accounts, stranger))
    names = {name for each in ids if _is_name(name := each.partition(":")[2])}
    found += [
        caller(_FEDERATED.format(a, name)) for name in sorted(names) for a in sorted(accounts)
    ]
    found += [caller(UNNAMED_SERVICE), caller(UNNAMED_PROVIDER), caller(ANONYMOUS)]
    services = (*_texts(raws, "aws:principalservicename"), *_source_services(raws))
    found += [caller(name) for name in services if ".amazonaws.com" in name]
    return list({(c.name, c.role): c for c in found}.values())


def _reads_kind(raws: Iterable[Statement]) -> bool:
    """Tell whether a statement reads what differs between users, roles' sessions and the others."""
    for raw in raws:
        if raw.not_principals is not None:  # an account's ARN spares its root user alone
            return True
        texts = [*(raw.resources or ()), *(raw.not_resources or ())]
        texts += [value for condition in raw.conditions for value in condition.values]
        keys = {condition.key.lower() for condition in raw.conditions}
        if not _SAY_THE_KIND.isdisjoint(
            (*keys, *(key for text in texts for key in variable_keys(text)))
        ):
            return True
    return False


def unnamed_federated_user(account: str) -> str:
    """Return the ARN of a federated user of an account whom nobody names."""
    return _FEDERATED.format(account, UNNAMED)


def is_unnamed(who: Caller) -> bool:
    """Tell whether an outsider is the one for all of a kind in its account."""
    return who.name == _UNNAMED_OF.get(who.kind, "").format(who.account)


def _somebody(value: str, stranger: str) -> str:
    """Put an account and a name that nobody has in place of the unknown parts of a principal."""
    arn = parse_arn(value)
    if arn is not None and unknown_reasons(arn.account):
        value = str(arn._replace(account=stranger))
    return UNKNOWN_SYMBOL.sub(UNNAMED, value)


def _is_caller(kind: str, value: str) -> bool:
    """Leave out what names no single caller: a whole account, a canonical user's bare id."""
    if kind in ("Service", "Federated"):
        return True
    return account_named(value) is None and (kind == "AWS" or value.startswith("arn:"))


def _is_name(text: str) -> bool:
    """Tell whether IAM takes the text as a name: it has no star.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
    """
    plain = SYMBOL.sub(UNNAMED, text).replace(OTHER_LETTER, UNNAMED)
    return limits.NAME.fullmatch(plain) is not None


def _conditions(raws: Iterable[Statement], key: str) -> list[Condition]:
    return [c for raw in raws for c in raw.conditions if c.key.lower() == key]


def _texts(raws: Iterable[Statement], key: str) -> list[str]:
    conditions = _conditions(raws, key)
    return [v for v in candidates(conditions) if isinstance(v, str)] if conditions else []


def _source_services(raws: Iterable[Statement]) -> list[str]:
    """Return the services that conditions on aws:PrincipalServiceNamesList name."""
    found = _conditions(raws, "aws:principalservicenameslist")
    return [value for condition in found for value in condition.values]


def _is_of(arn: str, raws: Sequence[Statement]) -> bool:
    """Tell whether an ARN is of AWS's own partition, or of one that a Principal is written in."""
    named = (v for raw in raws for _, values in raw.principals or () for v in values)
    partitions = {parsed.partition for each in named if (parsed := parse_arn(each))}
    own = parse_arn(arn)
    return own is not None and own.partition in (partitions or {"aws"})


def _told_apart(
    raws: Sequence[Statement], accounts: Iterable[str], stranger: str
) -> Iterator[Caller]:
    """Yield callers for each way in which conditions read aws:PrincipalArn and aws:username."""
    written = {v for c in _conditions(raws, "aws:principalarn") for v in c.values}
    patterns = {each for v in written for each in covering(widen(v))}
    for name in map(literal, _texts(raws, "aws:username")):
        patterns |= {f"arn:*:iam::*:user/{name}", f"arn:*:iam::*:user/*/{name}"}
    if not patterns:
        return
    tests = [any_arn((each,)) for each in patterns]
    seen = set()
    own = {f"arn:*:*::{a}:*" for a in accounts} | set(_EACH_KIND)
    preferred = (("arn",), ("aws",), ("iam",), ("",), (stranger,), (f"user/{UNNAMED}",))
    unnamed = (each.format(a) for a in accounts for each in _UNNAMED_OF.values())
    for arn in (*unnamed, *resources(frozenset(patterns | own), preferred)):
        who = caller(arn)
        told = who.account, who.kind, *(test(arn) for test in tests)
        if not (who.account and any_arn(_EACH_KIND)(arn) and _is_of(arn, raws)):
            continue
        named = who.kind is CallerKind.ROOT or _is_name(arn.rpartition("/")[2])
        if named and told not in seen:
            seen.add(told)
            yield who
