"""What `whomay snapshot` wrote of an account, as the templates that would make it.

The file holds the pages of GetAccountAuthorizationDetails as they are, and each resource with the
properties that CloudFormation has for it. So all that reads templates reads a live account too. A
call that the account refused is in the file. What it would have told is unknown, and nothing else.
The format: docs/reference/snapshot.md.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from whomay.engine.snapshot import Unseen
from whomay.engine.templates.authorization_details import LISTS, AccountDetails
from whomay.engine.templates.deployed_stack import DeployedStack
from whomay.engine.templates.intrinsic_functions import REFUSED
from whomay.engine.templates.key_grants import of_grants
from whomay.engine.templates.template import AssemblyError, json_object
from whomay.files import FileError, read_text
from whomay.iam import unique_json
from whomay.iam.arn import Arn, parse_arn
from whomay.iam.facts.resource_names import names_of

VERSION: Final = 1
Record = Mapping[str, Any]

# Where CloudFormation has the policy of a resource: in a property of its own, or in a resource
# beside it that names it.
_INSIDE: Final = {
    "AWS::DynamoDB::Table": ("ResourcePolicy", "PolicyDocument"),
    "AWS::ECR::RegistryPolicy": ("PolicyText",),
    "AWS::ECR::Repository": ("RepositoryPolicyText",),
    "AWS::Events::EventBus": ("Policy",),
    "AWS::KMS::Key": ("KeyPolicy",),
}
_BESIDE: Final = {
    "AWS::Lambda::Function": ("AWS::Lambda::ResourcePolicy", "ResourceArn", "PolicyDocument"),
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket", "PolicyDocument"),
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics", "PolicyDocument"),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues", "PolicyDocument"),
    "AWS::SecretsManager::Secret": (
        "AWS::SecretsManager::ResourcePolicy",
        "SecretId",
        "ResourcePolicy",
    ),
}
_AGAIN: Final = "the file was edited or cut; take the snapshot again"
READ_TYPES: Final = frozenset((*_INSIDE, *_BESIDE))
_POLICY: Final = "policy"
_LISTED: Final = ("details", "providers", "resources", "stacks", "refused")
# What a refused call leaves open beside the policies of its service's resources: nothing that a
# proof does not take for the worst already.
_TELLS_NO_GRANT: Final = ("iam:", "cloudformation:", "sts:")


def is_account_snapshot(data: Mapping[str, Any]) -> bool:
    """Tell whether it is what `whomay snapshot` wrote, and no template."""
    return isinstance(data.get("snapshot"), dict) and "Resources" not in data


@dataclass(frozen=True, slots=True)
class Made:
    """One template, its path, account and Region, and what `Ref` gives where AWS made the name."""

    path: str
    account: str
    region: str
    body: Mapping[str, Any]
    physical: Mapping[str, str] = field(default_factory=dict)


class AccountSnapshot:
    """The file of one account.

    Raises AssemblyError with the place of what cannot be read, and for another version.
    """

    def __init__(self, data: Mapping[str, Any], file: str) -> None:
        """Take the content, and the name of the file for errors."""
        self._data, self._file = data, file
        head = json_object(data["snapshot"], f"{file}: snapshot")
        if head.get("version") != VERSION:
            raise AssemblyError(
                f"{file} is a snapshot of version {head.get('version')!r}: allowed is {VERSION}; "
                "take it again, or install the whomay that wrote it"
            )
        self.account = str(head.get("account"))
        for name in _LISTED:
            if not isinstance(data.get(name), list):
                found = "is not a list" if name in data else "is missing"
                raise AssemblyError(f"{file}: {name} {found}: {_AGAIN}")
        self.taken = str(head.get("taken"))
        self.regions = tuple(str(each) for each in head.get("regions") or ())

    def templates(self) -> Iterator[Made]:
        """Yield the template of IAM, and one for each Region with resources."""
        details = AccountDetails(self._details(), self._file)
        for account, region, body in details.templates():
            own = account == self.account
            yield Made(account, account, region, self._with_providers(body) if own else body)
        by_region: defaultdict[str, list[Record]] = defaultdict(list)
        for each in self._records("resources"):
            by_region[str(each.get("region"))].append(each)
        for region, found in sorted(by_region.items()):
            yield self._of_region(region, found)

    def not_told(self) -> Iterator[Unseen]:
        """Yield what was refused as a whole, and what is in a form that is not read."""
        for each in self._records("refused"):
            yield self._of_refused(each)
        for each in self._records("resources"):
            yield from of_grants(each, self._path(each), self.account, self._file)

    def stacks(self) -> Iterator[DeployedStack]:
        """Yield the stacks of the account, as CloudFormation lists them."""
        for each in self._records("stacks"):
            yield DeployedStack.of(each, self._file)

    def of(self, name: str) -> Any:
        """Return another part of the file, such as `credentials`; None where it was not told."""
        return self._data.get(name)

    def policies(self) -> Mapping[str, str]:
        """Return the policies of resources as JSON, by the resource's ARN."""
        return {
            str(each.get("arn")): json.dumps(each[_POLICY])
            for each in self._records("resources")
            if isinstance(each.get(_POLICY), dict)
        }

    def ids(self) -> Mapping[str, str]:
        """Return the ARNs of users and roles by the ids that IAM gave them, `AIDA…` and `AROA…`."""
        details = self._details()
        return {
            str(one.get(key)): str(one.get("Arn"))
            for name, key in (("UserDetailList", "UserId"), ("RoleDetailList", "RoleId"))
            for one in details[name]
        }

    def _details(self) -> dict[str, Any]:
        """Return all pages as one, each role with how long its sessions last."""
        pages = self._records("details")
        found = {name: [one for page in pages for one in page.get(name) or ()] for name in LISTS}
        sessions = json_object(self._data.get("sessions") or {}, f"{self._file}: sessions")
        for role in found["RoleDetailList"]:
            if isinstance(role, dict) and role.get("Arn") in sessions:
                role["MaxSessionDuration"] = sessions[role["Arn"]]
        return found

    def _with_providers(self, body: Mapping[str, Any]) -> dict[str, Any]:
        made = {
            _arn(each, self._file).resource: {
                "Type": each.get("type"),
                "Properties": each.get("properties") or {},
                "Metadata": _at(f"{self.account}/{_arn(each, self._file).resource}"),
            }
            for each in self._records("providers")
        }
        return {"Resources": {**body["Resources"], **made}}

    def _of_region(self, region: str, records: list[Record]) -> Made:
        resources: dict[str, Any] = {}
        physical: dict[str, str] = {}
        for each in records:
            path = self._path(each)
            name = str(each.get("arn"))
            if name in resources:
                raise AssemblyError(f"{self._file}: {name} is there twice: {_AGAIN}")
            resources[name], policy = self._resource(each)
            resources[name]["Metadata"] = _at(path)
            if policy is not None:
                resources[f"{name} policy"] = {**policy, "Metadata": _at(f"{path}/Policy")}
            if not _named_by(each):
                physical[name] = _reference(each)
        return Made(
            f"{self.account}/{region}", self.account, region, {"Resources": resources}, physical
        )

    def _resource(self, record: Record) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Return a resource, and the one beside it that holds its policy, if there is one."""
        kind = str(record.get("type"))
        if kind not in READ_TYPES:
            allowed = ", ".join(sorted(READ_TYPES))
            raise AssemblyError(
                f"{self._file}: {record.get('arn')} has the type {kind!r}; allowed is {allowed}"
            )
        refused = json_object(record.get("refused") or {}, f"{self._file}: refused")
        own = json_object(record.get("properties") or {}, f"{self._file}: properties")
        said = {k: {REFUSED: why} for k, why in refused.items() if k != _POLICY}
        properties: dict[str, Any] = {**_named_by(record), **own, **said}
        policy = {REFUSED: refused[_POLICY]} if _POLICY in refused else record.get(_POLICY)
        if policy is not None and kind in _INSIDE:
            properties |= _nested(_INSIDE[kind], policy)
        made = {"Type": kind, "Properties": properties}
        if policy is None or kind not in _BESIDE:
            return made, None
        beside, naming, holding = _BESIDE[kind]
        arn = str(record.get("arn"))
        named = {"Ref": arn} if kind == "AWS::S3::Bucket" else arn
        whom = [named] if naming.endswith("s") else named
        return made, {"Type": beside, "Properties": {naming: whom, holding: policy}}

    def _of_refused(self, record: Record) -> Unseen:
        call, region = str(record.get("call")), str(record.get("region") or "")
        where = f"{self.account}/{region}" if region else self.account
        why = f"what {call} tells, which was refused: {record.get('why')}"
        if call.startswith(_TELLS_NO_GRANT):
            return Unseen(where, why, self.account)
        service = call.partition(":")[0]
        return Unseen(where, why, self.account, (f"{service}:*",), may_deny=True)

    def _path(self, record: Record) -> str:
        """Return the construct path: account, Region, service and name."""
        arn = _arn(record, self._file)
        named = arn.resource.replace(":", "/")
        return f"{self.account}/{record.get('region')}/{arn.service}/{named}"

    def _records(self, name: str) -> list[Record]:
        listed = self._data.get(name) or []
        if not isinstance(listed, list):
            raise AssemblyError(f"{self._file}: {name} is not a list")
        return [json_object(each, f"{self._file}: {name}") for each in listed]


def _named_by(record: Record) -> dict[str, Any]:
    """Return the property in which an author names such a resource; none where AWS makes the name."""
    kind = str(record.get("type"))
    names = names_of(kind)
    if names is None or not names.name or kind == "AWS::SecretsManager::Secret":
        return {}
    return {names.name: record.get("name")}


def _reference(record: Record) -> str:
    """Return what `Ref` gives for a resource whose name, or a part of it, AWS made."""
    named = record.get("type") == "AWS::KMS::Key"
    return str(record.get("name" if named else "arn"))


def _nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for step in reversed(path):
        value = {step: value}
    found: dict[str, Any] = value
    return found


def _at(path: str) -> dict[str, str]:
    return {"aws:cdk:path": path}


def _arn(record: Record, file: str) -> Arn:
    parsed = parse_arn(str(record.get("arn")))
    if parsed is None:
        raise AssemblyError(f"{file}: {record.get('arn')!r} is not an ARN")
    return parsed


def account_told(file: Path) -> AccountSnapshot:
    """Return all that a file of `whomay snapshot` says, beside who may do what.

    Raises AssemblyError for a file that is none.
    """
    try:
        body = json_object(unique_json.loads(read_text(file)), str(file))
    except (FileError, OSError, ValueError, RecursionError) as error:
        raise AssemblyError(
            f"{file} is no snapshot of an account ({error}): `whomay snapshot` writes one"
        ) from None
    if not is_account_snapshot(body):
        raise AssemblyError(
            f"{file} is no snapshot of an account: `whomay snapshot -o {file}` writes one"
        )
    return AccountSnapshot(body, str(file))
