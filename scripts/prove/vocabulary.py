"""All patterns of some systems, and from them one text for each class of texts of a request."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from scripts.prove.catalogue import OTHER_SERVICE, UNLISTED, actions_of, carries, kinds_of
from scripts.prove.globs import ANY, ONE, Glob, examples, fits, glob, literal
from scripts.prove.key_types import KeyType, type_of
from scripts.prove.points import ORDERED, points
from scripts.prove.systems import Case, Data, NotCovered, root_tasks
from scripts.prove.variables import arn_filled, arn_parts, choices, filled, keys_in

PARTITION = "aws"
_REGION = re.compile(r"[a-z0-9-]*")
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)
OTHER_ACCOUNT = "999999999998"
_OTHER_WORD = "zeta"  # a second text that nothing names: two keys may have different ones
_OF_CALLER = ("aws:username", "aws:userid", "aws:principalaccount", "aws:resourceaccount")
_ENCRYPTION = "s3:x-amz-server-side-encryption"
_FEW = {
    _ENCRYPTION: ("AES256", "aws:kms", "aws:kms:dsse"),
    f"{_ENCRYPTION}-customer-algorithm": ("AES256",),
}
_SPECIAL = (
    *("s3:getobject", "s3:getobjectversion", "s3:putobject"),
    *("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"),
    *("sts:tagsession", "sts:setsourceidentity", "sts:getfederationtoken"),
    *("sts:assumeroot", "sts:getdelegatedaccesstoken"),
)


def documents(case: Case) -> Iterator[Data]:
    """Yield all policy documents of a case."""
    for each in case.system["principals"]:
        yield from each["identity"]
        yield from filter(None, (each["boundary"], each["trust"]))
    yield from (each["policy"] for each in case.system["resources"] if each["policy"])
    yield from chain.from_iterable(case.system["scps"])
    yield from chain.from_iterable(case.system["rcps"].values())
    yield from (each["policy"] for each in case.statements if each["policy"])


class Vocabulary:
    """What the policies and statements of some cases speak of."""

    def __init__(self, cases: Iterable[Case]) -> None:
        """Read all documents once."""
        self._actions: set[Glob] = set()
        self._arns: set[tuple[str, bool]] = set()
        self._read: dict[str, set[tuple[str, str, bool]]] = defaultdict(set)
        self._known: dict[str, set[str]] = defaultdict(set)
        self.accounts: set[str] = {OTHER_ACCOUNT}
        self.sessions: set[str] = set()
        self.services: set[str] = set()
        for case in cases:
            self._add(case)
        for document in root_tasks():
            for statement in document["Statement"]:
                self._add_statement(statement, variables=True)
        texts = [pattern for pattern, variables in self._arns if variables]
        texts += [value for read in self._read.values() for _, value, more in read if more]
        self.keys = frozenset(self._read) | {key for text in texts for key in keys_in(text)}
        self._key_texts = self._texts_of_keys()
        self.regions, self.tails = self._texts_of_arns()
        self.actions = tuple(self._one_of_each_action())
        self.federated = tuple(
            name
            for tail in self.tails["sts"]
            if (name := tail.removeprefix("federated-user/")) != tail and NAME.fullmatch(name)
        )

    def _add(self, case: Case) -> None:
        for each in case.system["principals"]:
            self._arns.add((each["arn"], False))
            self.accounts.add(each["account"])
            self._known["aws:username"].add(each["arn"].rpartition("/")[2])
            self._known["aws:principalarn"].add(each["arn"])
            for key, value in each["tags"]:
                self._known[f"aws:principaltag/{key}"].add(value)
        for each in case.system["resources"]:
            self._arns |= {(each["arn"], False), (f"{each['arn']}/*", False)}
            if ":kms:" in each["arn"]:
                self._known[f"{_ENCRYPTION}-aws-kms-key-id"].add(each["arn"])
            self.accounts.add(each["account"])
        for document in documents(case):
            for statement in document["Statement"]:
                self._add_statement(statement, variables=document["Version"] == "2012-10-17")
        for each in case.statements:
            self._actions |= {glob(action.lower()) for action in each["actions"]}
            self._arns |= {(pattern, False) for pattern in each["resources"]}
            for key, values in each["given"]:
                self._read[key] |= {("stringequals", value, False) for value in values}

    def _add_statement(self, statement: Data, *, variables: bool) -> None:
        listed = statement["actions"] or statement["not_actions"] or ()
        self._actions |= {glob(action.lower()) for action in listed}
        listed = statement["resources"] or statement["not_resources"] or ()
        self._arns |= {(pattern, variables) for pattern in listed}
        for _, values in statement["principals"] or statement["not_principals"] or ():
            for value in values:
                self._add_principal(value)
        for operator, key, values in statement["conditions"]:
            self._read[key.lower()] |= {(operator.lower(), v, variables) for v in values}
            if key.lower() == "aws:principalarn":  # it tells apart who else may ask
                self._arns |= {(value, variables) for value in values if value.startswith("arn:")}

    def _add_principal(self, value: str) -> None:
        if value.isdecimal():
            self.accounts.add(value)
        if value.startswith("arn:"):
            self._arns.add((value, False))
            parts = value.split(":", 5)
            self.accounts.add(parts[4])
            if parts[5].startswith("assumed-role/"):
                self.sessions.add(parts[5].split("/")[2])
        elif "." in value:
            self.services.add(value)

    def _texts_of_keys(self) -> dict[str, tuple[str, ...]]:
        """Return for each key of text the texts that its conditions tell apart."""
        patterns = {key: set(map(literal, self._known[key])) for key in self.keys}
        with_variables = []
        for key, read in self._read.items():
            for operator, value, variables in read:
                if variables and keys_in(value):
                    with_variables.append((key, operator, value))
                else:
                    patterns[key] |= _patterns_of(operator, value)
        self._share(patterns, [{key, *keys_in(value)} for key, _, value in with_variables])
        pool = {key: examples(frozenset(found)) for key, found in patterns.items()}
        for key, operator, value in with_variables:  # what it is once its variables have values
            for values in choices(value, pool.__getitem__):
                patterns[key] |= _patterns_of(operator, value, values)
        return {
            key: _written(found) if key in _OF_CALLER else examples(frozenset((*found, (ONE, ANY))))
            for key, found in patterns.items()
            if type_of(key) in (KeyType.TEXT, KeyType.ARN)
        }

    def _share(self, patterns: dict[str, set[Glob]], linked: list[set[str]]) -> None:
        """Give keys that a variable compares each other's texts, and one that nothing names."""
        read = {key for pattern, variables in self._arns if variables for key in keys_in(pattern)}
        for key in read.union(*linked):
            patterns[key].add(literal(_OTHER_WORD))
        for key in read:  # it may be what another pattern has in the variable's place
            patterns[key] |= {literal(each) for each in self._pieces()}
        for _ in linked:  # until what is linked over others is shared too
            for group in linked:
                shared = set().union(*(patterns[key] for key in group))
                for key in group:
                    patterns[key] |= shared

    def _pieces(self) -> Iterator[str]:
        """Yield the names between the slashes of what policies and statements speak of."""
        for pattern, _ in self._arns:
            pieces = pattern.split(":", 5)[-1].split("/")[1:] if ":s3:" in pattern else ()
            yield from (each for each in pieces if each and not set(each) & set("*?${}"))

    def texts_of(self, key: str) -> tuple[str, ...]:
        """Return the texts that a key may have."""
        if key in _FEW:  # S3 refuses all others
            return _FEW[key]
        if type_of(key) is KeyType.BOOLEAN:
            return ("true", "false")
        if type_of(key) in (*ORDERED, KeyType.ADDRESS):
            return points(type_of(key), ((o, v) for o, v, _ in self._read.get(key, ())))
        return self._key_texts.get(key) or ("q",)

    def _pool(self, key: str) -> Iterator[str]:
        """Yield what a variable may have for a value."""
        if key in ("aws:principalaccount", "aws:resourceaccount", "s3:resourceaccount"):
            yield from self.accounts
        yield from self._known[key]
        if type_of(key) is KeyType.TEXT and key not in _OF_CALLER:
            yield from self.texts_of(key)

    def _texts_of_arns(self) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
        """Return the Regions, and for each service what the last part of an ARN may be."""
        regions: set[Glob] = {literal("us-east-1")}
        regions |= {_arn for key in ("aws:requestedregion",) for _arn in self._key_patterns(key)}
        tails: dict[str, set[Glob]] = defaultdict(set)
        whole: set[Glob] = set()
        for pattern, variables in self._arns:
            parts = arn_parts(pattern)
            if parts is None:
                continue
            regions.add(glob(parts[3]))
            if variables and any(keys_in(part) for part in parts[1:5]):
                raise NotCovered(f"a variable before the last part of {pattern}")
            for values in choices(parts[5], self._pool) if variables else (None,):
                tail = filled(parts[5], values, wild=True)
                if tail is not None:
                    (whole if parts[2] == "*" else tails[parts[2]]).add(tail)
        tails.setdefault("iam", set())
        for operator, value, _ in self._read.get("aws:userid", ()):
            name = f"federated-user/{value.partition(':')[2]}"  # of a federated user it ends so
            tails["sts"] |= _patterns_of(operator, name)
        for service in self._asked_services():
            for action in actions_of(service):
                for kind in kinds_of(action) or ():
                    tails[kind.service].add(kind.tail)
                    regions.add(kind.region)
        found = {s: _written(t | whole) for s, t in tails.items()}
        found[OTHER_SERVICE] = _written(whole)
        return tuple(t for t in examples(frozenset(regions)) if _REGION.fullmatch(t)), found

    def _key_patterns(self, key: str) -> Iterator[Glob]:
        for operator, value, _ in self._read.get(key, ()):
            yield from _patterns_of(operator, value)

    def _asked_services(self) -> set[str]:
        """Return the services whose actions the policies name."""
        found = set()
        for pattern in self._actions:
            text = "".join("*" if len(p) > 1 else p for p in pattern)
            service, colon, _ = text.partition(":")
            if "*" in service and text.strip("*"):
                raise NotCovered(f"a wildcard in the service of the action {text}")
            found |= {service} if colon else set()
        return found

    def _one_of_each_action(self) -> Iterator[str]:
        """Yield one action for each set of patterns, resources and keys, and one of no service."""
        keys = sorted(self.keys)
        seen = set()
        for service in sorted(self._asked_services()):
            for action in actions_of(service):
                told = (
                    frozenset(p for p in self._actions if fits(p, action)),
                    kinds_of(action),
                    tuple(carries(action, key) for key in keys),
                    action if action in _SPECIAL else service,
                )
                if told not in seen:
                    seen.add(told)
                    yield action
        yield f"{OTHER_SERVICE}:{UNLISTED}"


def _written(patterns: set[Glob]) -> tuple[str, ...]:
    """Return a text, which is not empty, for each set of the patterns that one can match."""
    return tuple(filter(None, examples(frozenset((*patterns, (ONE, ANY))))))


def _patterns_of(operator: str, value: str, values: object = None) -> set[Glob]:
    """Return the patterns of texts that a condition's value tells apart."""
    filling = values if callable(values) else None
    if "arn" in operator:
        found = arn_filled(value, filling)
        return set() if found is None else {found}
    found = filled(value, filling, wild="like" in operator)
    if found is None:
        return set()
    if "ignorecase" in operator:
        return {found, literal("".join(found).lower()), literal("".join(found).upper())}
    return {found}
