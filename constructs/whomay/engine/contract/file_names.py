"""Names in a contract file: construct paths, service names and symbols, turned into IAM's own."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from whomay.engine.names import PrincipalNames, UnknownNameError, resource_named, unknown_name
from whomay.engine.snapshot import Snapshot
from whomay.iam.facts.limits import ACCOUNT_ID
from whomay.iam.facts.managed_policies import managed_policy, names
from whomay.iam.facts.resource_types import problem_with_action, problem_with_resource
from whomay.iam.patterns.symbols import ACCOUNT, REGION, SYMBOL, display
from whomay.iam.policy import Policy, Statement
from whomay.iam.written import read_symbols, read_text, written_statement

MANAGED: Final = "managed"
SERVICE: Final = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
PROVIDER: Final = re.compile(r"arn:[^:]*:iam::[^:]*:(oidc|saml)-provider/.*", re.DOTALL)


class FileNames:
    """The names of one snapshot, for the statements of a contract file."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Look nothing up yet."""
        self._snapshot = snapshot
        self._principals = PrincipalNames(snapshot)
        self._symbols: set[str] | None = None

    def statement(self, stated: Any) -> Iterator[Any]:
        """Yield the statements that an entry of `may_only` means: itself with ARNs, or AWS's own.

        Raises UnknownNameError, which names what is near.
        """
        if not isinstance(stated, Mapping):
            yield stated
            return
        if MANAGED in stated:
            yield from _managed(stated)
            return
        found = dict(self.text(stated))
        for element in ("Resource", "NotResource"):
            if element in found:
                found[element] = _each(found[element], self._arn)
        yield found

    def trusted(self, stated: Any) -> Any:
        """Return the Principal element, or the one with its Condition, that an entry means.

        Raises UnknownNameError, which names what is near.
        """
        if isinstance(stated, str):
            return self._principal(stated)
        if not isinstance(stated, Mapping):
            return stated
        found = dict(self.text(stated))
        if "Principal" in found:
            named = found["Principal"]
            if named != "*" and isinstance(named, str):
                named = self._principal(named)
            return {**found, "Principal": self._in_element(named)}
        return self._in_element(found)

    def text(self, data: Any) -> Any:
        """Return data with its symbols; raises UnknownNameError for one that the templates lack."""
        found = read_symbols(data)
        self._refuse_strange(found)
        return found

    def _in_element(self, named: Any) -> Any:
        if not isinstance(named, Mapping) or "AWS" not in named:
            return named
        return {**named, "AWS": _each(named["AWS"], self._arns_of)}

    def _principal(self, name: str) -> dict[str, Any]:
        if SERVICE.fullmatch(name):
            return {"Service": name}
        if PROVIDER.fullmatch(name):
            return {"Federated": self.text(name)}
        found = self._arns_of(self.text(name))
        return {"AWS": found[0] if len(found) == 1 else found}

    def _arns_of(self, name: str) -> list[str]:
        """Return ARNs and account ids as they are, and the ARNs of the principals of a construct path."""
        if (
            name == "*"
            or name.startswith("arn:")
            or ACCOUNT_ID.fullmatch(name)
            or SYMBOL.match(name)
        ):
            return [name]
        return [each.arn for each in self._principals.find(name)]

    def _arn(self, name: str) -> list[str]:
        if name.startswith(("arn:", "*")) or SYMBOL.match(name):
            return [name]
        return [resource_named(self._snapshot, name)]

    def _refuse_strange(self, data: Any) -> None:
        for symbol in SYMBOL.finditer("\n".join(_texts(data))):
            if self._symbols is None:
                self._symbols = {*_symbols_of(self._snapshot)}
            if symbol[0] not in self._symbols:
                known = [display(each)[1:-1] for each in self._symbols]
                raise unknown_name("generated name", display(symbol[0])[1:-1], known)


def _managed(stated: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the statements of an AWS managed policy by its name."""
    name = stated[MANAGED]
    if stated.keys() != {MANAGED}:
        raise UnknownNameError(f"{MANAGED} is there by itself, as managed: ReadOnlyAccess")
    if name not in names():
        raise unknown_name("AWS managed policy", str(name), names())
    policy = managed_policy(f"arn:aws:iam::aws:policy/{name}")
    yield from (
        kept for each in policy.statements if (kept := that_can_be(written_statement(each)))
    )


def that_can_be(statement: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a statement without actions that AWS does not have, and resources that none acts on.

    AWS's own policies still name services that are gone. None where nothing is left.
    """
    found = dict(statement)
    for element in ("Action", "NotAction"):
        if element in found:
            found[element] = [
                each for each in listed(found[element]) if not problem_with_action(each)
            ]
    if "Action" in found and "Resource" in found:
        on = [
            each
            for each in listed(found["Resource"])
            if found["Action"] and not problem_with_resource(found["Action"], read_text(each))
        ]
        found["Resource"] = on
    return found if found.get("Action", True) and found.get("Resource", True) else None


def listed(value: Any) -> list[str]:
    """Return the texts of an element that is one text or a list of them."""
    return [value] if isinstance(value, str) else [*value]


def _each(value: Any, named: Callable[[str], list[str]]) -> Any:
    """Return a text, or each of a list, by its name; anything else as it is, to be refused later."""
    if isinstance(value, str):
        found = named(value)
        return found[0] if len(found) == 1 else found
    if isinstance(value, list):
        parts = ([each] if not isinstance(each, str) else named(each) for each in value)
        return [each for part in parts for each in part]
    return value


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        for each in data:
            yield from _texts(each)
    elif isinstance(data, Mapping):
        for each in data.values():
            yield from _texts(each)


def _symbols_of(snapshot: Snapshot) -> Iterator[str]:
    """Yield the symbols that the snapshot holds, wherever a policy or a name may hold one."""
    yield from (ACCOUNT, REGION)
    texts = [*snapshot.arns.values()]
    policies: list[Policy] = []
    for resource in snapshot.resources:
        texts.append(resource.arn)
        policies += [resource.policy] if resource.policy else []
    for who in snapshot.principals:
        texts.append(who.arn)
        policies += [*who.identity, *(each for each in (who.boundary, who.trust) if each)]
    for policy in policies:
        for each in policy.statements:
            texts += _texts(_texts_in(each))
    yield from {found[0] for text in texts for found in SYMBOL.finditer(text)}


def _texts_in(statement: Statement) -> list[Any]:
    """Return the texts of a statement as they are."""
    groups = [*(statement.principals or ()), *(statement.not_principals or ())]
    return [
        *(list(values) for _, values in groups),
        [*(statement.resources or ()), *(statement.not_resources or ())],
        *(list(each.values) for each in statement.conditions),
    ]
