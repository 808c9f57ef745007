"""The resources that a question is about: one for each way in which its patterns match one resource."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from whomay.engine.decisions.compiled_statement import CompiledStatement
from whomay.iam.arn import account_in, parse_arn, service_in
from whomay.iam.callers import Caller
from whomay.iam.facts.actions import ActionClass, services_acted_on
from whomay.iam.facts.resource_types import example_of, glob_of, kinds_by_keys
from whomay.iam.patterns.matching import Test, any_arn
from whomay.iam.patterns.pattern_sets import TooManyClasses, resources
from whomay.iam.patterns.symbols import (
    OTHER_REGION,
    REGION,
    UNKNOWN_SYMBOL,
    apart,
    is_symbolic,
    unknown_reasons,
)
from whomay.iam.patterns.truth import Truth
from whomay.iam.patterns.unknown_parts import covering
from whomay.iam.policy_variables import Context, fill, variable_keys, widen, with_defaults


@lru_cache(maxsize=1024)
def about(patterns: tuple[str, ...]) -> Test:
    """Return a test whether a question about these resources is about one of them.

    An unknown part of a question is the one value that it has, so it names no other text. Nor is
    what is written out the account or Region of stacks that name none: a class of its own is.
    """
    unresolved = any_arn(tuple(filter(unknown_reasons, patterns)))
    others = tuple(p for p in patterns if not unknown_reasons(p))
    known, elsewhere = any_arn(others), any_arn(tuple(map(apart, others)))

    def test(resource: str) -> Truth:
        found = known(resource)
        if found is None:
            found = elsewhere(apart(resource))
        return found or unresolved(resource) or found

    return test


def resources_asked(
    who: Caller,
    abouts: Sequence[Context],
    actions: ActionClass,
    speaking: Iterable[tuple[CompiledStatement, tuple[str, ...]]],
    *,
    named: Iterable[str],
    asked: tuple[str, ...],
    accounts: Sequence[str],
) -> Iterator[str]:
    """Yield one resource for each set of patterns that one resource can match.

    `speaking` are the statements, each with the patterns of the resource that carries it. `named`
    are patterns of other resources, `asked` those of the question. The first of
    `accounts` is one that none of them names. The others decide otherwise, whatever the patterns.
    """
    service = actions.example.partition(":")[0].lower()
    speaking = list(speaking)
    told = frozenset(() if "*" in asked else asked)  # all of them are of the question
    plain = frozenset(each for each in told if not is_symbolic(each))
    patterns = {*named, *(told - plain), *(each for _, own in speaking for each in own)}
    keep = {symbol[0] for each in patterns for symbol in UNKNOWN_SYMBOL.finditer(each)}
    lists = {plain}
    for statement, _ in speaking:
        raw = statement.statement
        listed = set(raw.resources or raw.not_resources or ()).difference(statement.filled_in)
        plain = frozenset(each for each in listed if not is_symbolic(each))
        lists.add(plain)
        filled = (i for each in statement.filled_in for i in instances(each, abouts, speaking))
        patterns.update(c for each in (*(listed - plain), *filled) for c in covering(each, keep))
        patterns.update(_derived_from_resource(statement))
    patterns.update(list(_within_perhaps(patterns.union(*lists))))
    patterns.update(_KINDS.get(service, ()))
    other, *restricted = accounts
    account = who.account or other
    own = _partition_of(who)
    # An ARN without an account may be the caller's own, one with an account that nobody names is not.
    patterns |= {f"arn:*:*:*:{each}:*" for each in (account, "", *restricted)}
    patterns.add(f"arn:{own}:*:*:*:*")
    of_question = about(asked)
    kinds = kinds_by_keys(actions, _keys(speaking))
    formats = frozenset().union(*kinds)
    every = patterns.union(*lists)
    preferred = _preferred(who, service, account, other, patterns=every, formats=formats)
    found = dict.fromkeys(
        each
        for some in kinds
        for each in _one_each(patterns, lists, preferred, frozenset(map(glob_of, some)))
    )
    accounts = preferred[_ACCOUNT]
    named_in = {"", *map(_partition_in, asked)}
    for resource in sorted(found, key=lambda each: _place_in(accounts, each)):
        if of_question(resource) is not False and _partition_in(resource) in (own, *named_in):
            yield resource


def _keys(
    speaking: Iterable[tuple[CompiledStatement, tuple[str, ...]]],
) -> frozenset[str]:
    return frozenset(
        condition.key.lower() for each, _ in speaking for condition in each.statement.conditions
    )


def _one_each(
    patterns: set[str],
    lists: set[frozenset[str]],
    preferred: tuple[tuple[str, ...], ...],
    kinds: frozenset[str],
) -> tuple[str, ...]:
    """Return a resource for each set of the patterns; `lists` are those that statements list.

    Where these are too many, the patterns of one list are not told apart: a statement speaks of a
    resource whichever of them matches.
    """
    try:
        return resources(frozenset(patterns.union(*lists)), preferred, kinds)
    except TooManyClasses:
        return resources(frozenset(patterns), preferred, kinds, frozenset(lists))


def _within_perhaps(patterns: Iterable[str]) -> Iterator[str]:
    """Yield what a pattern says of the inside of a resource whose generated name it may cover.

    `data*/in/*` may turn out to speak of `/in/` in a bucket of which only the deployment knows the
    name. So what lies there is told apart from all else in the bucket.
    """
    parsed = [arn for each in patterns if (arn := parse_arn(each))]
    heads = [(arn, arn.resource.partition("/")[0]) for arn in parsed]
    names = {(a.service, h): a for a, h in heads if is_symbolic(h) and not set("*?") & set(h)}
    for arn, head in heads:
        if not head.strip("*") or not set("*?") & set(head):
            continue
        for (service, name), own in names.items():
            cuts = (
                {arn.resource.find("*"), arn.resource.find("/")} if arn.service == service else ()
            )
            yield from (str(own._replace(resource=name + arn.resource[c:])) for c in cuts if c > 0)


def _partition_of(who: Caller) -> str:
    """Return the caller's partition: no credentials are good in another one.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
    """
    return _partition_in(who.name) or "aws"


def _partition_in(arn: str) -> str:
    parsed = parse_arn(arn)
    return parsed.partition if parsed else ""


_ACCOUNT: Final = 4  # the segment of an ARN


def _place_in(accounts: Sequence[str], resource: str) -> int:
    """Return how far from the most natural account a resource is."""
    account = account_in(resource) or ""
    return accounts.index(account) if account in accounts else len(accounts)


def of_service(service: str, patterns: Iterable[str]) -> set[str]:
    """Return the patterns of the resources that an action of the service can be about.

    A known resource can differ from one outside the assembly even where no statement of its policy
    speaks of the action (`ResourcePolicy.is_apart`).
    """
    services = _POLICIES_ASKED.get(service, services_acted_on(service))
    return {p for p in patterns if service_in(p) in services}


# A role's trust policy decides who assumes the role, and nothing that is done to it.
_POLICIES_ASKED: Final = {"iam": (), "sts": ("iam", "sts")}


def instances(
    pattern: str,
    abouts: Iterable[Context],
    speaking: Iterable[tuple[CompiledStatement, tuple[str, ...]]],
) -> Iterator[str]:
    """Yield a pattern with stars for its variables, and with the values known or named for them."""
    yield widen(pattern)
    for about in abouts:
        filled = pattern
        for key in variable_keys(pattern):
            own = about.get(key)
            filled = fill(filled, key, own) if isinstance(own, str) else filled
        yield from (widen(filled), widen(with_defaults(filled)))
        for key in variable_keys(filled):
            for statement, _ in speaking:
                for condition in statement.statement.conditions:
                    if condition.key.lower() == key:
                        yield from (widen(fill(filled, key, v)) for v in condition.values)


def _preferred(
    who: Caller,
    service: str,
    account: str,
    other: str,
    *,
    patterns: Iterable[str],
    formats: Iterable[str],
) -> tuple[tuple[str, ...], ...]:
    """Return what reads naturally in each segment of an ARN of the service."""
    elsewhere = OTHER_REGION if any(REGION in each for each in patterns) else "us-east-1"
    region = ("", elsewhere) if service in _WITHOUT_REGION else (elsewhere, "")
    accounts = ("", account, other) if service == "s3" else (account, other, "")
    in_arn = "iam" if service == "sts" else service
    tails = ("example", "example/x") if service == "s3" else ("example",)
    tails = tuple(sorted({*tails, *map(example_of, formats)}, key=len))
    caller = parse_arn(who.name)
    partition = caller.partition if caller else "aws"
    return (("arn",), (partition,), (in_arn,), region, accounts, tails)


_WITHOUT_REGION: Final = frozenset(("cloudfront", "iam", "organizations", "route53", "s3", "sts"))

# Resources whose own policy must take part, told apart from those where it need not.
_KINDS: Final = {"kms": ("arn:*:*:*:*:key/*",), "sts": ("arn:*:*:*:*:role/*",)}

_SEGMENT_OF: Final = {
    "aws:requestedregion": "arn:*:*:{}:*:*",
    "aws:resourceaccount": "arn:*:*:*:{}:*",
    "s3:resourceaccount": "arn:*:*:*:{}:*",
    "s3:dataaccesspointaccount": "arn:*:s3:*:{}:accesspoint/*",
}


def _derived_from_resource(statement: CompiledStatement) -> Iterator[str]:
    """Yield patterns that tell resources apart by the keys that follow from their ARN."""
    for condition in statement.statement.conditions:
        if condition.key.lower() == "s3:dataaccesspointarn":
            points = (c for each in condition.values for c in covering(each) if parse_arn(c))
            yield from (f"{point}{below}" for point in points for below in ("", "/*"))
        segment = _SEGMENT_OF.get(condition.key.lower())
        if segment is not None:
            values = [value for value in condition.values if ":" not in value]
            yield from (c for each in values for c in covering(segment.format(each)))
            yield segment.format("")
