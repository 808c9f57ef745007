"""A snapshot of AWS Config, as what `whomay snapshot` would write of its accounts.

Config has IAM's answers in its own letters, and policies of resources beside them. What it does not
have is Unknown and named: a key's grants, and each policy that an item says nothing of.
https://docs.aws.amazon.com/config/latest/developerguide/example-s3-snapshot.html
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from whomay.engine.snapshot import Unseen
from whomay.engine.templates.account_snapshot import READ_TYPES, VERSION
from whomay.engine.templates.template import AssemblyError, json_object
from whomay.iam import unique_json

_ITEMS: Final = "configurationItems"
_DELETED: Final = ("ResourceDeleted", "ResourceDeletedNotRecorded")
_OF_IAM: Final = {
    "AWS::IAM::Group": "GroupDetailList",
    "AWS::IAM::Policy": "Policies",
    "AWS::IAM::Role": "RoleDetailList",
    "AWS::IAM::User": "UserDetailList",
}
# Where Config has the policy of a resource: beside the configuration, or in it.
_BESIDE: Final = {
    "AWS::KMS::Key": "Policy",
    "AWS::Lambda::Function": "Policy",
    "AWS::S3::Bucket": "BucketPolicy",
}
_INSIDE: Final = {"AWS::SNS::Topic": "Policy", "AWS::SQS::Queue": "Policy"}
_NOT_TOLD: Final = "AWS Config, which does not tell it,"
Item = Mapping[str, Any]


def is_config_snapshot(body: Mapping[str, Any]) -> bool:
    """Tell whether it is a file that AWS Config delivered, and no template."""
    return isinstance(body.get(_ITEMS), list) and "Resources" not in body


def accounts_of(body: Mapping[str, Any], file: str) -> Iterator[dict[str, Any]]:
    """Yield the content of a snapshot file for each account.

    Raises AssemblyError for an item that cannot be read.
    """
    for account, items in _by_account(body, file).items():
        details: defaultdict[str, list[Any]] = defaultdict(list)
        resources = []
        for each in items:
            kind = str(each.get("resourceType"))
            if kind in _OF_IAM:
                details[_OF_IAM[kind]].append(_detail(each, file))
            elif kind in READ_TYPES:
                resources.append(_resource(each, kind, file))
        regions = sorted({str(each.get("region")) for each in resources})
        head = {"version": VERSION, "account": account, "regions": regions}
        none: Item = {name: [] for name in ("providers", "stacks", "refused")}
        yield {"snapshot": head, "details": [details], "resources": resources, **none}


def not_recorded(body: Mapping[str, Any], file: str) -> Iterator[Unseen]:
    """Yield each account of which Config recorded nothing of IAM: its principals may be any."""
    for account, items in _by_account(body, file).items():
        if not any(each.get("resourceType") in _OF_IAM for each in items):
            why = "its users and roles, which AWS Config did not record"
            yield Unseen(account, why, account, ("*",), may_deny=True)


def _by_account(body: Mapping[str, Any], file: str) -> dict[str, list[Item]]:
    found: defaultdict[str, list[Item]] = defaultdict(list)
    for each in body[_ITEMS]:
        item = json_object(each, f"{file}: {_ITEMS}")
        if item.get("configurationItemStatus") not in _DELETED:
            found[str(item.get("awsAccountId") or item.get("accountId"))].append(item)
    return found


def _detail(item: Item, file: str) -> dict[str, Any]:
    found: dict[str, Any] = _capitalized(_read(item.get("configuration"), file))
    found.setdefault("Arn", _arn(item))
    return found


def _resource(item: Item, kind: str, file: str) -> dict[str, Any]:
    inside = _read(item.get("configuration") or {}, file)
    beside = _read(item.get("supplementaryConfiguration") or {}, file)
    holder, name = (
        (beside, _BESIDE[kind]) if kind in _BESIDE else (inside, _INSIDE.get(kind, "Policy"))
    )
    made: dict[str, Any] = {
        "type": kind,
        "name": str(item.get("resourceName") or item.get("resourceId")),
        "arn": _arn(item),
        "region": str(item.get("awsRegion")),
    }
    refused = {}
    if name in holder:
        document = _document(holder[name], file)
        made |= {"policy": document} if document is not None else {}
    else:
        refused["policy"] = _NOT_TOLD
    if kind == "AWS::KMS::Key":
        refused["grants"] = _NOT_TOLD
    if kind == "AWS::S3::Bucket":
        made["properties"] = _of_bucket(beside, file)
        if "AccessControl" not in made["properties"]:
            refused["AccessControl"] = _NOT_TOLD
    return made | ({"refused": refused} if refused else {})


def _of_bucket(beside: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Return what keeps the public out, and the ACL where it lets in nobody but the owner."""
    found: dict[str, Any] = {}
    public = beside.get("PublicAccessBlockConfiguration")
    if public:
        found["PublicAccessBlockConfiguration"] = _capitalized(_read(public, file))
    listed = _read(beside.get("AccessControlList") or {}, file)
    grants, owner = listed.get("grantList"), (listed.get("owner") or {}).get("id")
    if owner and isinstance(grants, list):
        ids = {(each.get("grantee") or {}).get("id") for each in grants}
        if ids <= {owner}:
            found["AccessControl"] = "Private"
    return found


def _document(told: Any, file: str) -> Any:
    """Return a policy: text, or an object around the text; None where there is none."""
    value = _read(told, file) if isinstance(told, str) and told else told
    if isinstance(value, dict) and "policyText" in value:
        return _document(value["policyText"], file)
    return value or None


def _read(value: Any, file: str) -> Any:
    """Return an object that Config may have written as text."""
    if not isinstance(value, str):
        return value
    try:
        return unique_json.loads(value)
    except (ValueError, RecursionError) as error:
        raise AssemblyError(f"{file}: a part of an item is not JSON: {error}") from None


def _capitalized(value: Any) -> Any:
    """Return an object with the names that the API has: `rolePolicyList` is RolePolicyList."""
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: _capitalized(each) for name, each in value.items()}
    return [_capitalized(each) for each in value] if isinstance(value, list) else value


def _arn(item: Item) -> str:
    return str(item.get("ARN") or item.get("arn"))
