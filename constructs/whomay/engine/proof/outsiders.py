"""Callers that stand for everybody a resource policy or a trust policy may let in.

A policy tells callers apart only by the names, accounts and services that it writes down, and by
the caller's own keys in its conditions. So these are enough: each named one, an unnamed one of each
named account, a stranger, each named service, a service that nobody names, an anonymous caller.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.engine.proof.condition_values import candidates
from whomay.iam.arn import parse_arn
from whomay.iam.callers import (
    ANONYMOUS,
    Caller,
    CallerKind,
    account_of,
    caller,
    stranger_account,
)
from whomay.iam.patterns.pattern_sets import resources
from whomay.iam.patterns.symbols import UNKNOWN_SYMBOL, unknown_reasons
from whomay.iam.policy import Condition, Statement

UNNAMED: Final = "somebody"
UNNAMED_SERVICE: Final = "unlisted.amazonaws.com"
UNNAMED_PROVIDER: Final = "idp.example.com"


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
    accounts |= {a for _, value in named if (a := account_of(value) or caller(value).account)}
    accounts |= set(_texts(raws, "aws:principalaccount"))
    found = [caller(value) for kind, value in named if _is_caller(kind, value)]
    found += [caller(f"arn:aws:iam::{a}:user/{UNNAMED}") for a in sorted(accounts)]
    found += list(_told_apart(raws, accounts, stranger))
    found += [caller(UNNAMED_SERVICE), caller(UNNAMED_PROVIDER), caller(ANONYMOUS)]
    services = (*_texts(raws, "aws:principalservicename"), *_source_services(raws))
    found += [caller(name) for name in services if ".amazonaws.com" in name]
    return list({(c.name, c.role): c for c in found}.values())


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
    return account_of(value) is None and (kind == "AWS" or value.startswith("arn:"))


def _conditions(raws: Iterable[Statement], key: str) -> list[Condition]:
    return [c for raw in raws for c in raw.conditions if c.key.lower() == key]


def _texts(raws: Iterable[Statement], key: str) -> list[str]:
    conditions = _conditions(raws, key)
    return [v for v in candidates(conditions) if isinstance(v, str)] if conditions else []


def _source_services(raws: Iterable[Statement]) -> list[str]:
    """Return the services that conditions on aws:PrincipalServiceNamesList name."""
    found = _conditions(raws, "aws:principalservicenameslist")
    return [value for condition in found for value in condition.values]


def _told_apart(
    raws: Iterable[Statement], accounts: Iterable[str], stranger: str
) -> Iterator[Caller]:
    """Yield callers for each way in which conditions read aws:PrincipalArn and aws:username."""
    raws = list(raws)
    patterns = {v for c in _conditions(raws, "aws:principalarn") for v in c.values}
    if patterns:
        own = {f"arn:aws:iam::{a}:*" for a in accounts} | {"arn:*:iam::*:role/*"}
        preferred = (("arn",), ("aws",), ("iam",), ("",), (stranger,), (f"user/{UNNAMED}",))
        for arn in resources(frozenset(patterns | own), preferred):
            who = caller(arn)
            if who.kind in (CallerKind.USER, CallerKind.SESSION) and who.account:
                yield who
    for name in _texts(raws, "aws:username"):
        yield from (caller(f"arn:aws:iam::{a}:user/{name}") for a in accounts)
