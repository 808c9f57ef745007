"""How long the policies of a template are, and how much of them AWS takes.

IAM measures without white space, and the inline policies of a principal together (IAM User Guide,
"IAM and AWS STS quotas"). What a reference becomes is known after a deployment alone.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from whomay.iam.facts import limits

# Logical id, type and properties of each resource of a template.
Resources: TypeAlias = Iterable[tuple[str, str, Mapping[str, Any]]]

TRUST: Final = "AssumeRolePolicyDocument"
_REFERENCE_LENGTH: Final = 90
_PSEUDO_PARAMETERS: Final = {
    "AWS::AccountId": len("111122223333"),
    "AWS::Partition": len("aws"),
    "AWS::Region": len("eu-west-1"),
    "AWS::URLSuffix": len("amazonaws.com"),
}
_DOCUMENTS: Final = {
    "AWS::EC2::VPCEndpoint": ("PolicyDocument", limits.ENDPOINT_POLICY_SIZE),
    "AWS::ECR::Repository": ("RepositoryPolicyText", limits.REPOSITORY_POLICY_SIZE),
    "AWS::IAM::ManagedPolicy": ("PolicyDocument", limits.MANAGED_POLICY_SIZE),
    "AWS::IAM::Role": (TRUST, limits.TRUST_POLICY_SIZE),
    "AWS::KMS::Key": ("KeyPolicy", limits.KEY_POLICY_SIZE),
    "AWS::S3::BucketPolicy": ("PolicyDocument", limits.BUCKET_POLICY_SIZE),
    "AWS::SecretsManager::ResourcePolicy": ("ResourcePolicy", limits.SECRET_POLICY_SIZE),
    "AWS::SNS::TopicPolicy": ("PolicyDocument", limits.TOPIC_POLICY_SIZE),
    "AWS::SQS::QueuePolicy": ("PolicyDocument", limits.QUEUE_POLICY_SIZE),
}
_KINDS: Final = {f"AWS::IAM::{kind.title()}": kind for kind in ("role", "user", "group")}
# Where a policy of its own names the principals that it is for.
_ATTACHED: Final = {"Roles": "role", "Users": "user", "Groups": "group"}
# Types that hold an inline policy of one principal, and the property that names it.
_OF_ONE: Final = {f"{made}Policy": (f"{of.title()}Name", of) for made, of in _KINDS.items()}

Owner: TypeAlias = tuple[str, str]  # role, user or group; its logical id


@dataclass(frozen=True, slots=True)
class Measured:
    """Documents that AWS measures together, and how many characters it takes by default."""

    logical_id: str
    what: str
    documents: Sequence[Any]
    limit: int

    @property
    def least(self) -> int:
        """Return how long they are at least, each reference taken for empty."""
        return sum(measure(document) for document in self.documents)

    @property
    def likely(self) -> int:
        """Return how long they are where each reference becomes an ARN of usual length."""
        return sum(measure(document, _REFERENCE_LENGTH) for document in self.documents)


def measure(document: Any, reference: int = 0) -> int:
    """Return the length of a document without white space, each intrinsic as `reference` characters."""
    text = json.dumps(_flat(document, "x" * reference), ensure_ascii=False)
    return len(re.sub(r"\s", "", text))


def measured(resources: Resources) -> Iterator[Measured]:
    """Yield all documents of a template that AWS measures."""
    resources = list(resources)
    for logical_id, kind, properties in resources:
        name, limit = _DOCUMENTS.get(kind, ("", 0))
        if name in properties:
            yield Measured(logical_id, f"{name} of {logical_id}", [properties[name]], limit)
    for (kind, logical_id), documents in _inline(resources).items():
        what = f"inline policies of the {kind} {logical_id}"
        yield Measured(logical_id, what, documents, limits.INLINE_POLICIES_SIZE[kind])


def managed_policies(resources: Resources) -> Mapping[Owner, Sequence[Any]]:
    """Return what is attached to each role, user and group that the template itself makes."""
    found: dict[Owner, list[Any]] = defaultdict(list)
    for logical_id, kind, properties in resources:
        if kind in _KINDS:
            found[_KINDS[kind], logical_id] += _listed(properties.get("ManagedPolicyArns"))
        elif kind == "AWS::IAM::ManagedPolicy":
            for owner in _named(properties):
                found[owner].append({"Ref": logical_id})
    return {owner: _distinct(policies) for owner, policies in found.items()}


def _inline(resources: Resources) -> Mapping[Owner, Sequence[Any]]:
    found: dict[Owner, list[Any]] = defaultdict(list)
    for logical_id, kind, properties in resources:
        if kind in _KINDS:
            policies = _listed(properties.get("Policies"))
            documents = [each.get("PolicyDocument", {}) for each in policies]
            found[_KINDS[kind], logical_id] += documents
        elif kind == "AWS::IAM::Policy":
            for owner in _named(properties):
                found[owner].append(properties.get("PolicyDocument", {}))
        elif kind in _OF_ONE:
            name, of = _OF_ONE[kind]
            for made in _references([properties.get(name)]):
                found[of, made].append(properties.get("PolicyDocument", {}))
    return found


def _named(properties: Mapping[str, Any]) -> Iterator[Owner]:
    for name, kind in _ATTACHED.items():
        for made in _references(_listed(properties.get(name))):
            yield kind, made


def _references(values: Iterable[Any]) -> Iterator[str]:
    return (each["Ref"] for each in values if isinstance(each, dict) and "Ref" in each)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _distinct(values: Sequence[Any]) -> Sequence[Any]:
    return list({json.dumps(each, sort_keys=True): each for each in values}.values())


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
