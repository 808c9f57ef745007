"""Resources of the templates that carry a policy, with the one they carry: one reader for all types.

Which property of which type holds a policy, and of which resource, is in the table
`iam/facts/policy_carriers`.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from whomay.engine.snapshot import Resource, Unseen
from whomay.engine.templates.access_points import through
from whomay.engine.templates.api_documents import api_documents
from whomay.engine.templates.bucket_acl import acl_policy, held_back
from whomay.engine.templates.default_policies import default_policy
from whomay.engine.templates.encryption_keys import EncryptionKeys
from whomay.engine.templates.formats import values_at
from whomay.engine.templates.openapi import POLICY, is_read, open_methods
from whomay.engine.templates.property_statements import STATEMENTS, UNSIGNED, document
from whomay.engine.templates.protected import Protected
from whomay.engine.templates.resources import Item, Items
from whomay.iam.arn import last_word_in, parse_arn
from whomay.iam.facts.policy_carriers import Carrier, carriers, services_of
from whomay.iam.patterns.symbols import display, unknown_reasons
from whomay.iam.patterns.unknown_parts import starred
from whomay.iam.policy import Policy, Statement

# Types whose resources are of interest without a policy too: another account may do nothing there.
# With each, what gives its ARN.
LISTED: Final[Mapping[str, str]] = {
    "AWS::S3::Bucket": "Arn",
    "AWS::S3::AccessPoint": "Arn",
    "AWS::KMS::Key": "Arn",
    "AWS::KMS::ReplicaKey": "Arn",
    "AWS::SecretsManager::Secret": "Ref",
    "AWS::SQS::Queue": "Arn",
    "AWS::SNS::Topic": "Ref",
    "AWS::Lambda::Function": "Arn",
    "AWS::ECR::Repository": "Arn",
    "AWS::EFS::FileSystem": "Arn",
    "AWS::Backup::BackupVault": "BackupVaultArn",
}


# Access points, with the ARN of the bucket that they lead to, where they name it.
_BUCKET_OF: Final = {
    "AWS::S3::AccessPoint": "arn:{Partition}:s3:::{Bucket}",
    "AWS::S3Express::AccessPoint": "arn:{Partition}:s3express:{Region}:{Account}:bucket/{Bucket}",
    "AWS::S3Outposts::AccessPoint": "{Bucket}",
}
_APIS: Final = ("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api")
_API_ARN: Final = "arn:{Partition}:execute-api:{Region}:{Account}:{Ref}"
_PERMISSION: Final = "AWS::Lambda::Permission"
_UNSIGNED: Final = ("AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Route")
_WITH_SWITCHES: Final = ("AWS::S3::AccessPoint", "AWS::S3::Bucket")  # of Block Public Access


@dataclass(frozen=True, slots=True)
class _Found:
    """One policy, on the resource `arn`: `kind` is that one's type, `item` says where it is."""

    arn: str
    kind: str
    item: Item
    policy: Policy
    reach: str = ""


def resources(items: Items) -> tuple[tuple[Resource, ...], tuple[Unseen, ...]]:
    """Return the resources that carry a policy or may, and the policies whose resource is not known.

    Those of the assembly come first, then those outside that get a policy from here.
    """
    found, unseen = _policies(items)
    found += _of_documents(items)
    inside = {item.get(LISTED[item.kind]): item for item in items.of(*LISTED)}
    keys = EncryptionKeys(items)
    owners = {arn: (item.kind, item) for arn, item in inside.items()}
    for each in found:
        owners.setdefault(each.arn, (each.kind, each.item))
    policies: defaultdict[str, list[Policy]] = defaultdict(list)
    for each in found:
        policies[each.arn].append(each.policy)
    reaching = _reaching(found)
    for arn, (kind, item) in owners.items():
        wide = reaching.get((kind, item.account, item.region), ())
        policies[arn] += (each.policy for each in wide if each.arn != arn)
        if arn in inside:
            policies[arn] = _by_own_rules(item, policies[arn])
    for arn, (_, item) in owners.items():
        if item.kind in _BUCKET_OF and arn == item.get("Arn"):
            bucket = _bucket(item)
            policies[arn] = through(
                arn, item.account, policies[arn], bucket, policies.get(bucket, [])
            )
    paths: dict[str, int] = defaultdict(int)
    return tuple(
        Resource(
            arn=arn,
            type=kind,
            account=_account(arn, item),
            region=item.region,
            path=_path(paths, item, arn),
            policy=_merged(_signed(policies[arn])),
            key=_key(item, inside, keys) if arn in inside else None,
        )
        for arn, (kind, item) in owners.items()
    ), tuple(unseen)


def _key(item: Item, inside: Mapping[str, Item], keys: EncryptionKeys) -> str | None:
    """Return the key of what lies in a resource; behind an access point lie the bucket's objects."""
    behind = inside.get(_bucket(item)) if item.kind in _BUCKET_OF else item
    return None if behind is None else keys.of(behind)


def _policies(items: Items) -> tuple[list[_Found], list[Unseen]]:
    """Read every property of the table."""
    protected = Protected(items)
    urls = _url_types(items, protected)
    found: list[_Found] = []
    unseen: list[Unseen] = []
    for kind, some in carriers().items():
        for item in items.of(kind):
            for carrier in some:
                for value, around in _documents(item, carrier):
                    for arn, about in protected.arns(item, carrier, around):
                        policy = _policy(item, carrier, value, about)
                        if policy is None or not _is_reached(item, urls.get(arn)):
                            continue
                        if _is_one(arn):
                            kind_of = carrier.of or carrier.reach or item.kind
                            found.append(_Found(arn, kind_of, item, policy, carrier.reach))
                        else:
                            unseen.append(_somewhere(item, carrier, arn))
    return found, unseen


def _of_documents(items: Items) -> Iterator[_Found]:
    """Yield what OpenAPI documents say: their policy, and which methods need no signature.

    An HTTP API with a `Target` has a route for which nobody signs, without any document:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop.html
    """
    for item in items.of(*_APIS):
        place = item.resolver.environment(item.template)
        arn = _API_ARN.format(**place, Ref=item.get("Ref"))
        for body in api_documents(item):
            if is_read(body) and _is_one(arn):
                if (policy := body.get(POLICY)) is not None:
                    completed = _completed(policy, "execute-api:/", arn)
                    yield _Found(arn, item.kind, item, item.policy(completed))
                if called := [f"{arn}/*/{method}{path}" for method, path in open_methods(body)]:
                    yield _open_to_everybody(item, arn, called)
        if item.text("Target") and _is_one(arn):  # one route to it, for which nobody signs
            yield _open_to_everybody(item, arn, [f"{arn}/*"])


def _open_to_everybody(item: Item, arn: str, called: list[str]) -> _Found:
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke"}
    document = {"Statement": {**anybody, "Resource": called}}
    return _Found(arn, item.kind, item, item.policy(document, UNSIGNED))


def _url_types(items: Items, protected: Protected) -> Mapping[str, set[str]]:
    """Map functions that have a URL to how callers of it are told, `NONE` or `AWS_IAM`."""
    [named] = carriers()[_PERMISSION]
    by_target = replace(named, names=("TargetFunctionArn",))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for item in items.of("AWS::Lambda::Url"):
        for arn, _ in protected.arns(item, by_target, {}):
            found[arn].add(item.text("AuthType"))
    return found


def _is_reached(item: Item, url_types: set[str] | None) -> bool:
    """Tell whether a permission counts: one for a kind of URL that the function has not does not.

    A function without a URL in the templates may have one from elsewhere.
    """
    wanted = item.text("FunctionUrlAuthType") if item.kind == _PERMISSION else ""
    if not (wanted and url_types) or any(map(unknown_reasons, (wanted, *url_types))):
        return True
    return wanted in url_types


def _documents(item: Item, carrier: Carrier) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    if item.kind in STATEMENTS:
        yield None, {}
    else:
        yield from values_at(item, carrier.path)


def _policy(item: Item, carrier: Carrier, value: Any, about: str) -> Policy | None:
    if item.kind in STATEMENTS:
        made = document(item, about)
        name = UNSIGNED if item.kind in _UNSIGNED else ""
        return None if made is None else item.policy(made, name)
    return item.policy(_completed(value, carrier.short, about) if carrier.short else value)


def _completed(value: Any, short: str, arn: str) -> Any:
    """Return a document in which the service's short resources are ARNs: `execute-api:/stage`."""
    match value:
        case str() if value.startswith(short):
            return f"{arn}/{value.removeprefix(short)}"
        case dict():
            return {key: _completed(each, short, arn) for key, each in value.items()}
        case list():
            return [_completed(each, short, arn) for each in value]
    return value


def _is_one(arn: str) -> bool:
    """Tell whether a text is the ARN of one resource, none of its parts left open."""
    return parse_arn(arn) is not None and not unknown_reasons(arn) and not set(arn) & {"*", "?"}


def _somewhere(item: Item, carrier: Carrier, arn: str) -> Unseen:
    """Return a policy of which is not known, or not by one ARN, what it protects."""
    known = parse_arn(starred(arn)) is not None
    services = services_of(carrier.of or carrier.kind)
    return Unseen(
        item.path,
        f"the policy of a resource whose ARN the template does not tell: {display(arn)}",
        item.account if known or not unknown_reasons(arn) else "",
        tuple(f"{service}:*" for service in services),
        (starred(arn),) if known else ("*",),
        may_deny=False,
    )


def _reaching(found: list[_Found]) -> Mapping[tuple[str, str, str], list[_Found]]:
    """Return the policies that all resources of a type in an account and Region have as well."""
    wide: defaultdict[tuple[str, str, str], list[_Found]] = defaultdict(list)
    for each in found:
        if each.reach:
            wide[each.reach, each.item.account, each.item.region].append(each)
    return wide


def _bucket(item: Item) -> str:
    environment = item.resolver.environment(item.template)
    return _BUCKET_OF[item.kind].format(**environment, Bucket=item.text("Bucket"))


def _account(arn: str, item: Item) -> str:
    """Return whose the resource is: that of the ARN, or of who writes the policy."""
    parts = parse_arn(arn)
    return parts.account if parts is not None and parts.account else item.account


def _path(paths: dict[str, int], item: Item, arn: str) -> str:
    """Return a path that no other resource has: one item may carry the policies of several."""
    paths[item.path] += 1
    tail = display(last_word_in(arn))
    return item.path if paths[item.path] == 1 else f"{item.path} {tail}"


def _by_own_rules(item: Item, policies: list[Policy]) -> list[Policy]:
    """Return what becomes of a resource's policies by what else its type has."""
    if item.kind in _WITH_SWITCHES:
        acl = acl_policy(item) if item.kind == "AWS::S3::Bucket" else None
        return held_back(item, [*policies, *([] if acl is None else [acl])])
    default = None if policies else default_policy(item)
    return policies if default is None else [default]


def _signed(policies: list[Policy]) -> list[Policy]:
    """Leave out what needs no signature where a policy says who may call.

    A policy of which nothing is known has no statements, and stays.
    """
    written = [p for p in policies if p.unknown or not all(map(_is_unsigned, p.statements))]
    return written or policies


def _is_unsigned(statement: Statement) -> bool:
    return statement.source.policy == UNSIGNED


def _merged(policies: list[Policy]) -> Policy | None:
    if len(policies) < 2:  # noqa: PLR2004 - fewer than two need no merging
        return policies[0] if policies else None
    return Policy(
        tuple(dict.fromkeys(each for policy in policies for each in policy.statements)),
        max(policy.version for policy in policies),
        next((policy.unknown for policy in policies if policy.unknown), None),
    )
