"""Principals and resources by the names that people give them: construct path, glob or ARN."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import NoReturn

from whomay.engine.snapshot import Principal, Snapshot
from whomay.iam.arn import name_in
from whomay.iam.patterns.symbols import SYMBOL, display, is_symbolic


class UnknownNameError(ValueError):
    """A name of nothing that there is, or of several where one is needed. Its text says which are near.

    >>> from whomay.engine import Request, UnknownNameError, decide, read
    >>> try:
    ...     decide(Request("Reports/Raeder", "s3:GetObject", "*"), read("cdk.out").snapshot)
    ... except UnknownNameError as error:
    ...     print(error)
    no role or user is called 'Reports/Raeder'; nearest: Reports/Reader
    """


def principals_named(snapshot: Snapshot, name: str) -> list[Principal]:
    """Return the roles and users of a construct path, of a path with wildcards, or of an ARN.

    Raises UnknownNameError when there is none.
    """
    return PrincipalNames(snapshot).find(name)


def principal_named(snapshot: Snapshot, name: str) -> str:
    """Return the ARN of the one principal of that name; a service's name is its own.

    Raises UnknownNameError when there is none, or more than one.
    """
    if name.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return name
    found = principals_named(snapshot, name)
    if len(found) > 1:
        paths = ", ".join(sorted(each.path for each in found))
        raise UnknownNameError(f"{name!r} fits several principals; name one of {paths}")
    return found[0].arn


class PrincipalNames:
    """The principals of a snapshot by name, for callers that look up many."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Index them once."""
        self._by_path: defaultdict[str, list[Principal]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Principal]] = defaultdict(list)
        self._by_arn: dict[str, Principal] = {}
        for principal in snapshot.principals:
            self._by_path[principal.path].append(principal)
            self._by_name[name_in(principal.arn)].append(principal)
            self._by_arn[principal.arn] = self._by_arn[display(principal.arn)] = principal

    def find(self, name: str) -> list[Principal]:
        """Return those of a name; raises UnknownNameError when there is none."""
        if name in self._by_arn:
            return [self._by_arn[name]]
        if name in self._by_path:
            return self._by_path[name]
        if name in self._by_name:
            return self._by_name[name]
        found = [
            principal
            for path, principals in self._by_path.items()
            if fnmatchcase(path, name)
            for principal in principals
        ]
        written = [each for each in self._by_name if not is_symbolic(each)]
        return found or _fail("role or user", display(name), [*self._by_path, *written])


def resource_named(snapshot: Snapshot, name: str) -> str:
    """Return the ARN, or the pattern of ARNs, of the resources of that name.

    A name is an ARN, with its open parts as answers and locks show them (`<Stack.Bucket>`), or `*`.
    Or it is the construct path of a resource or role, with what lies in it:
    `Stack/Bucket/reports/a.csv`.

    Raises UnknownNameError when it is none of these.
    """
    arns = arns_by_path(snapshot)
    if name == "*" or name.startswith("arn:"):
        return _with_symbols(name, [*arns.values(), *_written(snapshot)]) if "<" in name else name
    for end in [len(name), *(match.start() for match in reversed([*re.finditer("/", name)]))]:
        if arn := arns.get(name[:end]):
            return arn + name[end:]
    return _fail("ARN or resource", name, arns)


def arns_by_path(snapshot: Snapshot) -> dict[str, str]:
    """Return the ARNs of all resources, roles and users by construct path."""
    resources = {resource.path: resource.arn for resource in snapshot.resources}
    principals = {principal.path: principal.arn for principal in snapshot.principals}
    return {**snapshot.arns, **resources, **principals}


def _written(snapshot: Snapshot) -> Iterator[str]:
    """Yield the resources that policies name."""
    carried = [resource.policy for resource in snapshot.resources if resource.policy is not None]
    own = [policy for principal in snapshot.principals for policy in principal.identity]
    for policy in (*carried, *own):
        for statement in policy.statements:
            yield from statement.resources or statement.not_resources or ()


def _with_symbols(arn: str, known: Iterable[str]) -> str:
    """Put symbols where the text has `<name>`."""
    symbols = {each[0] for text in known for each in SYMBOL.finditer(text)}
    shown = {display(each)[1:-1]: each for each in symbols}

    def symbol(match: re.Match[str]) -> str:
        return shown.get(match[1]) or _fail("generated name", match[1], shown)

    return re.sub("<([^<>]+)>", symbol, arn)


def unknown_name(what: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """Return the error that says which names are near."""
    choices = list(known)
    near = get_close_matches(name, choices, n=3, cutoff=0.4) or sorted(choices)[:3]
    hint = f"nearest: {', '.join(near)}" if near else "the assembly has none"
    return UnknownNameError(f"no {what} is called {name!r}; {hint}")


def _fail(what: str, name: str, known: Iterable[str]) -> NoReturn:
    raise unknown_name(what, name, known)
