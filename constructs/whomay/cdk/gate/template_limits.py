"""What AWS refuses in templates: a plain reading of their JSON.

Names of IAM are unique in an account, whatever their case. A bucket's name is unique in the whole
partition (Amazon S3 User Guide, "General purpose bucket naming rules").
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from whomay.iam.facts import limits
from whomay.iam.policy_counts import excess
from whomay.iam.policy_sizes import managed_policies, measured

RULES: Final = ("UniqueName", "PolicySize", "Tag", "Count")
_NAMES: Final = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::S3::Bucket": "BucketName",
}
_KINDS: Final = ("role", "user", "group")


@dataclass(frozen=True)
class StackResources:
    """The resources of one template, and the account that they are for (or `unknown-account`)."""

    template: str
    account: str
    resources: dict[str, dict[str, Any]] = field(hash=False)

    def path(self, logical_id: str) -> str:
        """Return the resource's construct path, or its logical id and stack where CDK wrote none."""
        metadata = self.resources[logical_id].get("Metadata", {})
        stack = self.template.rpartition("/")[2].removesuffix(".template.json")
        return str(metadata.get("aws:cdk:path", f"{logical_id} in {stack}"))

    def all(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield logical id, type and properties of each resource."""
        for logical_id, resource in self.resources.items():
            yield logical_id, resource["Type"], resource.get("Properties", {})

    def of(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield logical id and properties of the resources of a type."""
        for logical_id, resource in self.resources.items():
            if resource["Type"] == kind:
                yield logical_id, resource.get("Properties", {})


@dataclass(frozen=True)
class LimitFinding:
    """One thing that AWS refuses; with `certain=False` only if references have their usual length."""

    rule: str
    stack: StackResources
    logical_id: str
    text: str
    certain: bool = True


def findings(stacks: Iterable[StackResources]) -> Iterator[LimitFinding]:
    """Yield all that AWS would refuse."""
    stacks = list(stacks)
    yield from _shared_names(stacks)
    for stack in stacks:
        yield from _sizes(stack)
        yield from _tags(stack)
        yield from _counts(stack)


def _shared_names(stacks: list[StackResources]) -> Iterator[LimitFinding]:
    owners: dict[tuple[str, str, str], str] = {}
    for stack in stacks:
        for kind, parameter in _NAMES.items():
            place = "" if kind == "AWS::S3::Bucket" else stack.account
            for logical_id, properties in stack.of(kind):
                name = properties.get(parameter)
                if not isinstance(name, str):
                    continue
                own = stack.path(logical_id)
                first = owners.setdefault((kind, place, name.lower()), own)
                if first != own:
                    text = (
                        f"the name {name} is taken by {first}, and AWS takes it once, whatever its "
                        "case: leave it out, or give stacks of different accounts their env"
                    )
                    yield LimitFinding("UniqueName", stack, logical_id, text)


def _sizes(stack: StackResources) -> Iterator[LimitFinding]:
    for found in measured(stack.all()):
        if found.likely > found.limit:
            certain = found.least > found.limit
            length = (
                f"{found.least} characters"
                if certain
                else f"about {found.likely} characters once deployed"
            )
            fix = "name fewer resources or principals, or split it over a managed policy"
            text = f"{found.what}: {length}; AWS allows {found.limit}: {fix}"
            yield LimitFinding("PolicySize", stack, found.logical_id, text, certain=certain)


def _tags(stack: StackResources) -> Iterator[LimitFinding]:
    for kind in _NAMES:
        for logical_id, properties in stack.of(kind):
            tags = properties.get("Tags", [])
            if len(tags) > limits.TAGS:
                text = f"{len(tags)} tags; AWS allows {limits.TAGS}: leave some out"
                yield LimitFinding("Tag", stack, logical_id, text)
            for tag in tags:
                for part, shape, allowed in (
                    (
                        "Key",
                        limits.TAG_KEY,
                        "1 to 128 letters, digits, spaces and _.:/=+-@, not aws:",
                    ),
                    ("Value", limits.TAG_VALUE, "up to 256 letters, digits, spaces and _.:/=+-@"),
                ):
                    value = tag.get(part, "")
                    if isinstance(value, str) and not shape.fullmatch(value):
                        text = f"the {part.lower()} {value[:60]!r} of a tag; allowed is {allowed}"
                        yield LimitFinding("Tag", stack, logical_id, text)


def _counts(stack: StackResources) -> Iterator[LimitFinding]:
    for (_, logical_id), policies in managed_policies(stack.all()).items():
        yield from _count(stack, logical_id, "managed policies", policies)
    for kind in _KINDS:
        for logical_id, properties in stack.of(f"AWS::IAM::{kind.title()}"):
            yield from _count(stack, logical_id, "groups", properties.get("Groups"))
    for logical_id, kind, properties in stack.all():
        for each in excess(kind, properties.get("PolicyDocument")):
            text = f"{each.found} {each.what}; AWS allows {each.limit}: write fewer"
            yield LimitFinding("Count", stack, logical_id, text)
    keys: dict[str, list[str]] = defaultdict(list)
    for logical_id, properties in stack.of("AWS::IAM::AccessKey"):
        keys[json.dumps(properties.get("UserName"))].append(logical_id)
    for owned in keys.values():
        yield from _count(stack, owned[-1], "access keys", owned)


def _count(
    stack: StackResources, logical_id: str, what: str, found: Sequence[Any] | None
) -> Iterator[LimitFinding]:
    limit = limits.COUNTS[what]
    if found and len(found) > limit:
        text = f"{len(found)} {what}; AWS allows {limit}: attach fewer"
        yield LimitFinding("Count", stack, logical_id, text)
