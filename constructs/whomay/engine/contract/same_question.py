"""The shape of a question: what is left of it when the names that AWS will make are numbered.

A generated name equals itself and nothing else, so questions that differ in such names alone have
one answer: a thousand roles of one shape are one question. The id of the principal's own account is
such a name too, where nothing in the question reads a part of it: then so are the roles of a
thousand accounts.
"""

import re
from collections import defaultdict
from typing import Final

from whomay.engine.contract.statement import Stated
from whomay.engine.decisions.index import Index
from whomay.engine.proof.prove import callers
from whomay.engine.snapshot import Principal, Resource
from whomay.iam.condition_operators import ValueKind
from whomay.iam.conditions import read_operator
from whomay.iam.patterns.code_points import PLACEHOLDER, SYMBOL_END
from whomay.iam.patterns.symbols import ACCOUNT, REGION, SYMBOL
from whomay.iam.policy import Condition, Policy, Statement

_SHARED: Final = (ACCOUNT, REGION)  # one for all, so they keep their names
# What reads a part of an account's id or its size: a wildcard or a variable beside a digit, and
# what `_compares_ids` finds.
_BY_SIZE: Final = "\x1a"
_READS_DIGITS: Final = re.compile(rf"[*?}}]\d|\d[*?$]|{_BY_SIZE}")
_MAY_BE_AN_ID: Final = re.compile(r"account|arn|tag|user|\d{12}", re.IGNORECASE)
_OWN_ACCOUNT: Final = PLACEHOLDER


class Shapes:
    """Tells questions about one snapshot apart by their shapes."""

    def __init__(self, index: Index) -> None:
        """Note what the snapshot says of each generated name."""
        self._index = index
        self._texts: dict[int, str] = {}
        self._about: defaultdict[str, list[str]] = defaultdict(list)
        for resource in index.snapshot.resources:
            place = [resource.arn, resource.account, resource.region, resource.key or ""]
            self._note(resource.arn, [*place, self._policy(resource.policy)])
        for principal in index.snapshot.principals:
            tags = [f"{key}={value}" for key, value in principal.tags]
            place = [principal.arn, principal.account, *tags]
            self._note(principal.arn, [*place, self._policy(principal.trust)])
        self._inventory = self._inventories()

    def of(self, who: Principal, stated: Stated) -> str:
        """Return the shape of a statement about a principal.

        Equal shapes have equal answers, but for `cannot_reach`: what a role on the way may do is
        no part of a shape.
        """
        asking = callers(self._index, who.arn)
        resource_policies = {
            g.arn: g for each in asking for g in self._index.resource_policies_near(each)
        }
        near = [line for arn in resource_policies for line in self._about.get(arn, ())]
        own = [self._policy(policy) for policy in (*who.identity, who.boundary, who.trust)]
        tags = [f"{key}={value}" for key, value in who.tags]
        asked = [stated.kind, *stated.actions, *stated.resources]
        if stated.policy is not None:
            asked.append(_policy(stated.policy))
        given = [f"{key}={values}" for key, values in stated.given]
        if any(map(_MAY_BE_AN_ID.search, given)):
            given.append(_BY_SIZE)
        around = (who.account, self._inventory.get(who.account, ""))
        lines = [who.arn, *around, *own, *tags, *asked, *given, *near]
        text = self._closed("\n".join(lines))
        return _numbered(self._without_account(text, who.account))

    def _inventories(self) -> dict[str, str]:
        """Return a number for what each account holds under names that a text can spell out.

        A caller that stands for others may happen to be one of them.
        """
        found: defaultdict[str, list[str]] = defaultdict(list)
        named: list[Principal | Resource] = [
            *self._index.snapshot.principals,
            *self._index.snapshot.resources,
        ]
        for one in named:
            if not SYMBOL.search(one.arn):
                found[one.account] += self._about[one.arn]
        numbers: dict[str, str] = {}
        return {
            account: numbers.setdefault(
                self._without_account("\n".join(texts), account), str(len(numbers))
            )
            for account, texts in found.items()
        }

    def _without_account(self, text: str, account: str) -> str:
        """Replace the account's id where it is a name and no more.

        Service control policies bind some accounts and not others, so with them it is more.
        """
        if self._index.snapshot.scps or not account.isdigit() or _READS_DIGITS.search(text):
            return text
        return re.sub(rf"(?<!\d){account}(?!\d)", _OWN_ACCOUNT, text)

    def _note(self, arn: str, facts: list[str]) -> None:
        text = "\x1e".join(facts)
        for name in {arn, *(match[0] for match in SYMBOL.finditer(arn))}:
            if name not in _SHARED:
                self._about[name].append(text)

    def _closed(self, text: str) -> str:
        """Add what is known of every name in the text, and of every name in that."""
        lines, told = [text], set(_SHARED)
        for line in lines:
            for match in SYMBOL.finditer(line):
                if match[0] not in told:
                    told.add(match[0])
                    lines += self._about.get(match[0], ())
        return "\n".join(lines)

    def _policy(self, policy: Policy | None) -> str:
        if policy is None:
            return ""
        if id(policy) not in self._texts:  # the snapshot keeps its policies alive
            self._texts[id(policy)] = _policy(policy)
        return self._texts[id(policy)]


def _policy(policy: Policy) -> str:
    statements = "\x1d".join(_statement(each) for each in policy.statements)
    return f"{policy.version} {policy.unknown} {statements}"


def _statement(statement: Statement) -> str:
    lists = (
        statement.actions,
        statement.not_actions,
        statement.resources,
        statement.not_resources,
        *(values for _, values in statement.principals or ()),
        *(values for _, values in statement.not_principals or ()),
        *(condition.values for condition in statement.conditions),
    )
    kinds = [
        statement.effect,
        *(kind for kind, _ in statement.principals or ()),
        "not",
        *(kind for kind, _ in statement.not_principals or ()),
        *(f"{condition.operator} {condition.key}" for condition in statement.conditions),
        *(_BY_SIZE for condition in statement.conditions if _compares_ids(condition)),
    ]
    texts = ("-" if values is None else "\x1f".join(values) for values in lists)
    return "\x1c".join((*kinds, *texts))


def _compares_ids(condition: Condition) -> bool:
    """Tell whether a condition may compare accounts' ids by their size."""
    texts = (condition.key, *condition.values)
    written = read_operator(condition.operator)
    by_size = written and written.operator.kind in (ValueKind.NUMBER, ValueKind.DATE)
    return bool(by_size) and any(map(_MAY_BE_AN_ID.search, texts))


def _numbered(text: str) -> str:
    """Replace each generated or unknown name by its number, in the order of appearance."""
    numbers: dict[str, str] = {name: name for name in _SHARED}

    def number(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"{match[0][0]}{len(numbers)}{SYMBOL_END}")

    return SYMBOL.sub(number, text)
