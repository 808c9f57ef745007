"""The resources of an account that a comparison with an app is about.

They are the app's own, all others of its stacks, and those whose policy names somebody of the app.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from whomay.engine.snapshot import Principal, Resource, Unseen
from whomay.engine.templates.account_snapshot import READ_TYPES
from whomay.engine.templates.deployed_stack import DeployedStack
from whomay.iam.callers import caller
from whomay.iam.facts.policy_carriers import carriers as carriers_of_table
from whomay.iam.facts.policy_carriers import services_of
from whomay.iam.patterns.matching import arn as arn_pattern
from whomay.iam.policy import Policy, Statement

# Types that an account lists among those of another type.
_LISTED_AS: Final = {
    "AWS::DynamoDB::GlobalTable": "AWS::DynamoDB::Table",
    "AWS::KMS::ReplicaKey": "AWS::KMS::Key",
}
_BY_SNS: Final = "__default_statement_ID"
# https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-key-concepts.html
_OF_TOPICS: Final = frozenset(
    f"sns:{action}".lower()
    for action in (
        *("AddPermission", "DeleteTopic", "GetTopicAttributes", "ListSubscriptionsByTopic"),
        *("Publish", "Receive", "RemovePermission", "SetTopicAttributes", "Subscribe"),
    )
)


def is_read(kind: str) -> bool:
    """Tell whether a snapshot reads the policies of resources of this type."""
    return _LISTED_AS.get(kind, kind) in READ_TYPES


def lacking(
    carriers: Sequence[Resource], there: Mapping[str, Resource], not_told: Sequence[Unseen]
) -> Iterator[Resource]:
    """Yield the app's resources that the account does not list, though it tells of such."""
    refused = _refused(not_told)
    for one in carriers:
        if one.arn not in there and is_read(one.type) and not _is_refused(one, refused):
            yield one


def reviewed(carriers: Sequence[Resource], there: Mapping[str, Resource]) -> Iterator[Resource]:
    """Yield the app's resources as the account has them, by the app's paths.

    One that was not told is taken to be as it was reviewed; that it was not told is a difference of
    its own.
    """
    for one in carriers:
        found = there.get(one.arn)
        if found is None:
            yield one
        else:
            policy = None if one.policy is None and _is_by_sns(found) else found.policy
            untold = found.policy is not None and found.policy.unknown
            key = one.key if untold else found.key  # one answer tells policy and key of most
            yield replace(found, path=one.path, type=one.type, key=key, policy=policy)


def of_stacks(
    there: Sequence[Resource], stacks: Sequence[DeployedStack], own: Collection[str]
) -> Iterator[Resource]:
    """Yield what the app's stacks made and has a policy, though the app gives it none."""
    made = {
        (_LISTED_AS.get(kind, kind), physical)
        for stack in stacks
        if stack.name in own
        for kind, physical in stack.resources.values()
    }
    for one in there:
        if one.policy is not None and not _is_by_sns(one):
            ends = (i + 1 for i, letter in enumerate(one.arn) if letter in ":/")
            if any((one.type, one.arn[start:]) in made for start in (0, *ends)):
                yield one


def naming(
    there: Sequence[Resource], people: Sequence[Principal], ids: Mapping[str, str]
) -> Iterator[Resource]:
    """Yield those whose policy names one of these principals; `ids` are ARNs by IAM's own ids.

    One that lets in everybody, or a whole account, names nobody.
    """
    arns = {one.arn for one in people}
    names = arns | {key for key, arn in ids.items() if arn in arns}
    names |= {_without_path(arn) for arn in arns}  # as the ARN of a session has it
    for one in there:
        said = one.policy.statements if one.policy is not None else ()
        if any(_names(statement, names) for statement in said):
            yield one


def not_read(stacks: Sequence[DeployedStack], own: Collection[str]) -> Iterator[str]:
    """Yield the types of what the app's stacks made that carry a policy no snapshot reads."""
    kinds = {kind for s in stacks if s.name in own for kind, _ in s.resources.values()}
    for kind in sorted(kinds):
        carrying = any(not each.of for each in carriers_of_table().get(kind, ()))
        if carrying and not is_read(kind):
            yield kind


def _refused(not_told: Sequence[Unseen]) -> set[str]:
    return {action for one in not_told if one.resources == ("*",) for action in one.actions}


def _is_refused(one: Resource, refused: set[str]) -> bool:
    return any(f"{service}:*" in refused for service in services_of(one.type))


def _is_by_sns(one: Resource) -> bool:
    """Tell whether SNS wrote a topic's policy, as it does where nobody else has.

    It lets in the topic's own account. One of the same name that says something else is somebody's.
    """
    policy: Policy | None = one.policy if one.type == "AWS::SNS::Topic" else None
    said = policy.statements if policy is not None and not policy.unknown else ()
    return bool(said) and all(
        each.source.sid == _BY_SNS
        and {action.lower() for action in each.actions or ("*",)} <= _OF_TOPICS
        and any(
            condition.operator == "StringEquals"
            and condition.key.lower() in ("aws:sourceowner", "aws:sourceaccount")
            and condition.values == (one.account,)
            for condition in each.conditions
        )
        for each in said
    )


def _without_path(arn: str) -> str:
    before, kind, path = arn.partition(":role/")
    return f"{before}{kind}{path.rpartition('/')[2]}"


def _names(statement: Statement, names: Collection[str]) -> bool:
    written = [value for _, values in statement.principals or () for value in values]
    if any(value in names or caller(value).role in names for value in written if value != "*"):
        return True
    patterns = [
        value
        for condition in statement.conditions
        if condition.key.lower() in ("aws:principalarn", "aws:userid")
        for value in condition.values
    ]
    return any(
        value in names or value.partition(":")[0] in names or _matches(value, names)
        for value in patterns
    )


def _matches(pattern: str, names: Collection[str]) -> bool:
    """Tell whether a pattern is about some of these names; one that is about all is about none."""
    if not pattern.startswith("arn:") or pattern.rpartition(":")[2] in ("*", "role/*", "user/*"):
        return False
    test = arn_pattern(pattern)
    return any(test(name) for name in names if name.startswith("arn:"))
