"""What AWS refuses in templates: a plain reading of their JSON.

Names of IAM are unique in an account, whatever their case. A bucket's name is unique in the whole
partition. Policies are measured without white space, the inline ones of a principal together (IAM
User Guide, "IAM and AWS STS quotas"; Amazon S3 User Guide, "General purpose bucket naming rules").
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from whomay.iam.facts import limits

RULES: Final = ("UniqueName", "PolicySize", "Tag", "Count")
_REFERENCE_LENGTH: Final = 90
_PSEUDO_PARAMETERS: Final = {
    "AWS::AccountId": len("111122223333"),
    "AWS::Partition": len("aws"),
    "AWS::Region": len("eu-west-1"),
    "AWS::URLSuffix": len("amazonaws.com"),
}
_NAMES: Final = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::S3::Bucket": "BucketName",
}
_DOCUMENTS: Final = {
    "AWS::IAM::Role": ("AssumeRolePolicyDocument", limits.TRUST_POLICY_SIZE),
    "AWS::IAM::ManagedPolicy": ("PolicyDocument", limits.MANAGED_POLICY_SIZE),
    "AWS::KMS::Key": ("KeyPolicy", limits.KEY_POLICY_SIZE),
    "AWS::S3::BucketPolicy": ("PolicyDocument", limits.BUCKET_POLICY_SIZE),
}
# Where a policy of its own names the principals that it is for.
_ATTACHED: Final = {"Roles": "role", "Users": "user", "Groups": "group"}


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


def measure(document: Any, reference: int = 0) -> int:
    """Return the length of a document without white space, each intrinsic as `reference` characters."""
    text = json.dumps(_flat(document, "x" * reference), ensure_ascii=False)
    return len(re.sub(r"\s", "", text))


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
    for kind, (parameter, limit) in _DOCUMENTS.items():
        for logical_id, properties in stack.of(kind):
            what = f"{parameter} of {logical_id}"
            yield from _size(stack, logical_id, what, [properties.get(parameter, {})], limit)
    inline = _inline(stack)
    for (kind, logical_id), documents in inline.items():
        limit = limits.INLINE_POLICIES_SIZE[kind]
        what = f"inline policies of the {kind} {logical_id}"
        yield from _size(stack, logical_id, what, documents, limit)


def _size(
    stack: StackResources, logical_id: str, what: str, documents: list[Any], limit: int
) -> Iterator[LimitFinding]:
    least = sum(measure(document) for document in documents)
    likely = sum(measure(document, _REFERENCE_LENGTH) for document in documents)
    if likely > limit:
        found = (
            f"{least} characters" if least > limit else f"about {likely} characters once deployed"
        )
        fix = "name fewer resources or principals, or split it over a managed policy"
        text = f"{what}: {found}; AWS allows {limit}: {fix}"
        yield LimitFinding("PolicySize", stack, logical_id, text, certain=least > limit)


def _inline(stack: StackResources) -> dict[tuple[str, str], list[Any]]:
    """Return the inline policies of each role, user and group that the template itself makes."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for kind in _ATTACHED.values():
        for logical_id, properties in stack.of(f"AWS::IAM::{kind.title()}"):
            for policy in properties.get("Policies", []):
                found[kind, logical_id].append(policy.get("PolicyDocument", {}))
    for _, properties in stack.of("AWS::IAM::Policy"):
        for parameter, kind in _ATTACHED.items():
            for principal in properties.get(parameter, []):
                if isinstance(principal, dict) and "Ref" in principal:
                    found[kind, principal["Ref"]].append(properties.get("PolicyDocument", {}))
    return found


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
    for kind in _ATTACHED.values():
        for logical_id, properties in stack.of(f"AWS::IAM::{kind.title()}"):
            yield from _count(
                stack, logical_id, "managed policies", properties.get("ManagedPolicyArns")
            )
            yield from _count(stack, logical_id, "groups", properties.get("Groups"))
    keys: dict[str, list[str]] = defaultdict(list)
    for logical_id, properties in stack.of("AWS::IAM::AccessKey"):
        keys[json.dumps(properties.get("UserName"))].append(logical_id)
    for owned in keys.values():
        yield from _count(stack, owned[-1], "access keys", owned)


def _count(
    stack: StackResources, logical_id: str, what: str, found: list[Any] | None
) -> Iterator[LimitFinding]:
    limit = limits.COUNTS[what]
    if found and len(found) > limit:
        text = f"{len(found)} {what}; AWS allows {limit}: attach fewer"
        yield LimitFinding("Count", stack, logical_id, text)


def _flat(value: Any, reference: str) -> Any:
    match value:
        case {"Fn::Join": [separator, list(parts)]}:
            return str(separator).join(str(_flat(part, reference)) for part in parts)
        case {"Ref": str(name)} if name in _PSEUDO_PARAMETERS:
            return "x" * _PSEUDO_PARAMETERS[name]
        case dict() if len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::")):
            return reference
        case dict():
            return {key: _flat(part, reference) for key, part in value.items()}
        case list():
            return [_flat(part, reference) for part in value]
    return value
