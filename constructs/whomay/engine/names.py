"""Principals and resources by the names that people give them: construct path, glob or ARN."""

import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import NoReturn

from whomay.engine.snapshot import Principal, Snapshot
from whomay.iam.patterns.symbols import display, generated


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
        self._by_arn: dict[str, Principal] = {}
        for principal in snapshot.principals:
            self._by_path[principal.path].append(principal)
            self._by_arn[principal.arn] = self._by_arn[display(principal.arn)] = principal

    def find(self, name: str) -> list[Principal]:
        """Return those of a name; raises UnknownNameError when there is none."""
        if name in self._by_arn:
            return [self._by_arn[name]]
        if name in self._by_path:
            return self._by_path[name]
        found = [
            principal
            for path, principals in self._by_path.items()
            if fnmatchcase(path, name)
            for principal in principals
        ]
        return found or _fail("role or user", display(name), self._by_path)


def resource_named(snapshot: Snapshot, name: str) -> str:
    """Return the ARN, or the pattern of ARNs, of the resources of that name.

    A name is an ARN, with generated parts as answers show them (`<Stack.Bucket>`), or `*`. Or it is
    the construct path of a resource or role, with what lies in it: `Stack/Bucket/reports/a.csv`.

    Raises UnknownNameError when it is none of these.
    """
    arns = {resource.path: resource.arn for resource in snapshot.resources}
    arns |= {principal.path: principal.arn for principal in snapshot.principals}
    if name == "*" or name.startswith("arn:"):
        return _with_symbols(name, arns.values())
    for end in [len(name), *(match.start() for match in reversed([*re.finditer("/", name)]))]:
        if arn := arns.get(name[:end]):
            return arn + name[end:]
    return _fail("ARN or resource", name, arns)


def _with_symbols(arn: str, known: Iterable[str]) -> str:
    """Put symbols where the text has `<name>`."""
    shown = {
        name: generated(name) for each in known for name in re.findall("<([^<>]+)>", display(each))
    }

    def symbol(match: re.Match[str]) -> str:
        return shown.get(match[1]) or _fail("generated name", match[1], shown)

    return re.sub("<([^<>]+)>", symbol, arn)


def _fail(what: str, name: str, known: Iterable[str]) -> NoReturn:
    choices = list(known)
    near = get_close_matches(name, choices, n=3, cutoff=0.4) or sorted(choices)[:3]
    hint = f"nearest: {', '.join(near)}" if near else "the assembly has none"
    raise UnknownNameError(f"no {what} is called {name!r}; {hint}")
