"""The folder that iam-collect writes, as what `whomay snapshot` would write of its accounts.

Each resource has a folder with a file for each thing that is known of it. A policy that was refused
leaves no file, and neither does one that is not there: so a policy without a file is Unknown.
https://github.com/cloud-copilot/iam-collect/blob/main/docs/Storage.md
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from whomay.engine.snapshot import Unseen
from whomay.engine.templates.account_snapshot import VERSION
from whomay.engine.templates.template import AssemblyError, json_object
from whomay.files import FileError, read_text
from whomay.iam import unique_json

_TOP: Final = "aws"
_HEAD: Final = "metadata"
_POLICY: Final = "policy"
_NOT_TOLD: Final = "iam-collect, which leaves it out where there is none and where it was refused,"
_GRANTS: Final = "iam-collect, which does not tell them,"
# The folder of a service, below it the Region and the folder of each resource; what is in its ARN.
_READ: Final = {
    "kms": ("AWS::KMS::Key", "id", "key/"),
    "lambda": ("AWS::Lambda::Function", "name", "function:"),
    "sns": ("AWS::SNS::Topic", "name", ""),
    "sqs": ("AWS::SQS::Queue", "name", ""),
}
# Services whose files say nothing that a policy of a resource could.
_NO_POLICIES: Final = ("ec2", "iam", "s3", "sso")
_LISTS: Final = {
    "user": ("UserDetailList", "UserPolicyList"),
    "group": ("GroupDetailList", "GroupPolicyList"),
    "role": ("RoleDetailList", "RolePolicyList"),
}


def is_collected(folder: Path) -> bool:
    """Tell whether a folder is one of iam-collect."""
    return any((folder / _TOP).glob("*/accounts"))


class CollectedAccounts:
    """The accounts of such a folder.

    Raises AssemblyError for a file that cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        """Find the accounts; their files are read one account at a time."""
        self._accounts = sorted(
            each for each in (folder / _TOP).glob("*/accounts/*") if each.is_dir()
        )

    def accounts(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Yield the folder of each account, and the content that a snapshot file would have."""
        for folder in self._accounts:
            partition, account = folder.parent.parent.name, folder.name
            resources = [*_buckets(folder), *_resources(folder, partition, account)]
            regions = sorted({each["region"] for each in resources})
            head = {"version": VERSION, "account": account, "regions": regions}
            told = {"snapshot": head, "details": [_details(folder)], "resources": resources}
            yield folder, {**told, "providers": [], "stacks": [], "refused": []}

    def not_read(self) -> Iterator[Unseen]:
        """Yield the services whose files are not read: the policies of their resources may be any."""
        for folder in self._accounts:
            account = folder.name
            if not (folder / "iam").is_dir():
                why = "its users and roles, which iam-collect did not collect"
                yield Unseen(account, why, account, ("*",), may_deny=True)
            for each in sorted(folder.iterdir()):
                if each.is_dir() and each.name not in (*_READ, *_NO_POLICIES):
                    why = f"the files of {each.name}, which are not read"
                    yield Unseen(account, why, account, _actions(each.name), may_deny=True)


def _actions(service: str) -> tuple[str, ...]:
    """Return the actions that policies of a service are about; shares of RAM are of any."""
    return ("*",) if service == "ram" else (f"{service}:*",)


def _details(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {name: [] for name, _ in _LISTS.values()}
    for kind, (listed, inline) in _LISTS.items():
        for each in _folders(folder / "iam" / kind):
            found[listed].append(_principal(each, inline))
    policies = [*_folders(folder / "iam" / "policy"), *_folders(folder / "iam" / "aws" / "policy")]
    found["Policies"] = [_managed(each) for each in policies]
    return found


def _principal(folder: Path, inline: str) -> dict[str, Any]:
    head = _object(folder, _HEAD)
    made: dict[str, Any] = {
        "Arn": head.get("arn"),
        inline: _json(folder, "inline-policies") or [],
        "AttachedManagedPolicies": [
            {"PolicyArn": arn} for arn in _json(folder, "managed-policies") or []
        ],
        "Tags": [
            {"Key": key, "Value": value} for key, value in (_json(folder, "tags") or {}).items()
        ],
    }
    if boundary := head.get("permissionBoundary"):
        made["PermissionsBoundary"] = {"PermissionsBoundaryArn": boundary}
    if inline == "RolePolicyList":
        made["AssumeRolePolicyDocument"] = _json(folder, "trust-policy")
    if inline == "UserPolicyList":
        groups = _json(folder, "groups") or []
        made["GroupList"] = [str(arn).rpartition("/")[2] for arn in groups]
    return made


def _managed(folder: Path) -> dict[str, Any]:
    document = _json(folder, "current-policy")
    versions = [{"IsDefaultVersion": True, "Document": document}]
    return {"Arn": _object(folder, _HEAD).get("arn"), "PolicyVersionList": versions}


def _buckets(folder: Path) -> Iterator[dict[str, Any]]:
    for each in _folders(folder / "s3"):
        head = _object(each, _HEAD)
        if str(head.get("arn")).count(":::") != 1:
            continue  # an access point: its files are below a Region
        made = _made("AWS::S3::Bucket", str(head["name"]), str(head["arn"]), str(head["region"]))
        made |= _policy(each)
        made["refused"] = {**made.get("refused", {}), "AccessControl": _GRANTS}
        public = _json(each, "bpa")
        names = {
            str(name)[:1].upper() + str(name)[1:]: told for name, told in (public or {}).items()
        }
        made["properties"] = {"PublicAccessBlockConfiguration": names} if names else {}
        yield made


def _resources(folder: Path, partition: str, account: str) -> Iterator[dict[str, Any]]:
    for service, (kind, name, before) in _READ.items():
        for file in sorted((folder / service).glob(f"**/{_HEAD}.json")):
            head, region = _object(file.parent, _HEAD), file.relative_to(folder).parts[1]
            if name not in head:
                raise AssemblyError(f"{file}: {name} is missing")
            arn = f"arn:{partition}:{service}:{region}:{account}:{before}{head[name]}"
            made = _made(kind, str(head[name]), arn, region) | _policy(file.parent)
            if service == "kms":
                made["refused"] = {**made.get("refused", {}), "grants": _GRANTS}
            yield made


def _made(kind: str, name: str, arn: str, region: str) -> dict[str, Any]:
    return {"type": kind, "name": name, "arn": arn, "region": region}


def _policy(folder: Path) -> dict[str, Any]:
    found = _json(folder, _POLICY)
    return {"refused": {_POLICY: _NOT_TOLD}} if found is None else {_POLICY: found}


def _folders(parent: Path) -> list[Path]:
    """Return the folders of resources below one, sorted."""
    return sorted(each.parent for each in parent.glob(f"*/{_HEAD}.json"))


def _object(folder: Path, name: str) -> Mapping[str, Any]:
    return json_object(_json(folder, name), str(folder / f"{name}.json"))


def _json(folder: Path, name: str) -> Any:
    """Return what a file holds; None where there is none."""
    file = folder / f"{name}.json"
    if not file.is_file():
        return None
    try:
        return unique_json.loads(read_text(file))
    except (FileError, OSError, ValueError, RecursionError) as error:
        raise AssemblyError(f"{file}: {error}") from None
