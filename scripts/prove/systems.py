"""A system as plain data: what is told to the prover, and nothing that the engine has worked out.

Policies are documents again, as JSON has them. A part that only a deployment knows gets a name
here, one after another: what is proved must hold whatever AWS will call it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from whomay.engine import Snapshot
from whomay.engine.contract import Stated
from whomay.iam.facts.managed_policies import managed_policy
from whomay.iam.patterns.code_points import GENERATED, SYMBOL_END, UNKNOWN
from whomay.iam.policy import Policy, Statement

Data = Any
_SYMBOL = re.compile(f"([{GENERATED}{UNKNOWN}])([^{SYMBOL_END}]*){SYMBOL_END}")
_MOST_NAMES = 3
_FRESH = "7k3v"
KEY_OF_S3 = "7k3v-of-s3"  # the id of AWS's own key for S3, of which an account has one a Region


class NotCovered(Exception):  # noqa: N818 - it is no error: the prover says that it leaves this out
    """The prover does not know the semantics of something, and says so."""


@dataclass(frozen=True)
class Case:
    """A system and statements about it, with a name for every part that only a deployment knows."""

    system: Data
    statements: tuple[Data, ...]


def as_data(snapshot: Snapshot) -> Data:
    """Return a snapshot as plain data."""
    if any(each.actions or each.attaches for each in snapshot.unseen):
        raise NotCovered("something in the templates is not seen")
    if any(each.scps or each.path for each in snapshot.levels):
        raise NotCovered("levels of an organization")
    if snapshot.through:
        raise NotCovered("endpoint policies")
    return {
        "principals": [
            {
                "arn": each.arn,
                "kind": str(each.kind),
                "account": each.account,
                "identity": [document(policy) for policy in each.identity],
                "boundary": each.boundary and document(each.boundary),
                "trust": each.trust and document(each.trust),
                "tags": [[key.lower(), value] for key, value in each.tags],
            }
            for each in snapshot.principals
        ],
        "resources": [
            {
                "arn": each.arn,
                "account": each.account,
                "region": each.region,
                "policy": each.policy and document(each.policy),
                "key": each.key,
            }
            for each in snapshot.resources
        ],
        "scps": [[document(policy) for policy in level] for level in snapshot.scps],
        "rcps": {each.account: [document(p) for p in each.rcps] for each in snapshot.levels},
        "scp_accounts": list(snapshot.scp_accounts),
        "management": snapshot.management_account,
        "organization": snapshot.organization,
    }


@cache
def root_tasks() -> tuple[Data, ...]:
    """Return AWS's policies for what a member's root user can be used for, as documents.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
    """
    arn = "arn:aws:iam::aws:policy/root-task/{}"
    return tuple(document(managed_policy(arn.format(name))) for name in _ROOT_TASKS)


_ROOT_TASKS = (
    *("IAMAuditRootUserCredentials", "IAMCreateRootUserPassword", "IAMDeleteRootUserCredentials"),
    *("S3UnlockBucketPolicy", "SQSUnlockQueuePolicy"),
)


def statement_as_data(stated: Stated, arn: str) -> Data:
    """Return a statement of the contract about the principal of an ARN as plain data."""
    return {
        "kind": str(stated.kind),
        "principal": arn,
        "actions": list(stated.actions),
        "resources": list(stated.resources),
        "given": [[key, list(values)] for key, values in stated.given],
        "policy": stated.policy and document(stated.policy),
    }


def document(policy: Policy) -> Data:
    """Return a policy as the document that it was read from."""
    if policy.unknown:
        raise NotCovered(policy.unknown)
    return {
        "Version": policy.version,
        "Statement": [_statement(each) for each in policy.statements],
    }


def _statement(statement: Statement) -> Data:
    return {
        "effect": statement.effect,
        "actions": statement.actions,
        "not_actions": statement.not_actions,
        "resources": statement.resources,
        "not_resources": statement.not_resources,
        "principals": statement.principals,
        "not_principals": statement.not_principals,
        "conditions": [[c.operator, c.key, c.values] for c in statement.conditions],
    }


def cases(system: Data, statements: list[Data]) -> Iterator[Case]:
    """Yield the system under each way to name what only a deployment knows."""
    text = json.dumps([system, statements], ensure_ascii=False)
    symbols = dict.fromkeys(match[0] for match in _SYMBOL.finditer(text))
    names = [list(_names(symbol, i, text)) for i, symbol in enumerate(symbols)]
    for chosen in product(*names):
        one = text
        for symbol, name in zip(symbols, chosen, strict=True):
            one = one.replace(symbol, name)
        named_system, named = json.loads(one)
        yield Case(named_system, tuple(named))


def _names(symbol: str, index: int, text: str) -> Iterator[str]:
    """Yield names that patterns tell apart; the first is one that no pattern speaks of by itself.

    A symbol equals only itself, so none of them is written out anywhere.
    """
    if not symbol.startswith(GENERATED):
        raise NotCovered(f"a part of which nothing is known: {symbol[1:-1]}")
    account, region = "account" in symbol, "region" in symbol
    if account or region:
        yield f"55555555666{index}" if account else f"xx-east-{index + 2}"
        return
    if symbol[1:-1] == "aws.s3":
        yield KEY_OF_S3
        return
    fresh = f"{_FRESH}{index}"
    yield fresh
    service = ":s3:" if f":s3:::{symbol}" in text else ":role/" if "role/" in text else ""
    found = {p.replace("*", fresh).replace("?", "7") for p in _wild_pieces(text, service)}
    for name in sorted(found)[: _MOST_NAMES - 1]:
        if not re.search(f'[:/]{re.escape(name)}[/"]', text):
            yield name


def _wild_pieces(text: str, service: str) -> set[str]:
    """Return the parts of names with wildcards that are where a bucket's or a role's name is."""
    found = set()
    for pattern in re.findall(r'"(arn:[^"$]*)"', text):
        pieces = pattern.split(":", 5)[-1].split("/")
        piece = pieces[0] if service == ":s3:" else pieces[-1]
        if service and service in pattern and re.search(r"[*?]", piece) and piece.strip("*"):
            found.add(piece)
    return found
