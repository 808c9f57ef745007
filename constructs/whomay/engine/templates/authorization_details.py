"""What an account says of its own users, roles and policies, as the template that would make them.

`aws iam get-account-authorization-details` writes it. So everything that reads templates reads a live
account too. It says nothing of policies of resources, of session lengths, or of keys and passwords.
Policies of AWS's own are read as the account has them. Where that is what the table has, they are known by the
table's day, like those of any template.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from whomay.engine.templates.template import PARTITION_OF_REGIONS, AssemblyError, json_object
from whomay.iam import unique_json
from whomay.iam.arn import Arn, parse_arn
from whomay.iam.facts.managed_policies import managed_policy
from whomay.iam.parse import read_policy

Details = Mapping[str, Any]

_USERS, _ROLES, _GROUPS, _POLICIES = (
    "UserDetailList",
    "RoleDetailList",
    "GroupDetailList",
    "Policies",
)
LISTS: Final = (_USERS, _ROLES, _GROUPS, _POLICIES)
_OF_AWS: Final = "aws"  # in place of an account in the ARN of a policy
_BY_AWS: Final = {("aws", partition) for partition in ("aws", *PARTITION_OF_REGIONS.values())}


def is_details(data: Details) -> bool:
    """Tell whether it is what an account says, and no template."""
    return not data.keys().isdisjoint(LISTS) and "Resources" not in data


class AccountDetails:
    """The whole answer of one account, or of several that somebody put together.

    Raises AssemblyError with the place of what cannot be read, and for one page of several, since
    the rest is not known.
    """

    def __init__(self, data: Details, file: str) -> None:
        """Take the answer, and the name of its file for errors."""
        self._file, self._data = file, data
        if data.get("IsTruncated") not in (None, False):
            raise AssemblyError(
                f"{file} is one page of several (IsTruncated): write all of them, as the AWS CLI does"
            )
        of_aws = self._of(_OF_AWS, _POLICIES)
        told = {str(each.get("Arn")): each for each in of_aws}
        # The table lacks those that AWS withdrew for newcomers, and what AWS changed since its day.
        self._untabled = {arn: e for arn, e in told.items() if self._is_otherwise(arn, e)}

    def templates(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield account, a Region of its partition (IAM itself has none) and template of each."""
        arns = [_arn(each, self._file) for name in LISTS for each in self._list(self._data, name)]
        for account, partition in sorted({(a.account, a.partition) for a in arns} - _BY_AWS):
            regions = (f"{r}1" for r, p in PARTITION_OF_REGIONS.items() if p == partition)
            yield account, next(regions, ""), self._body(account)

    def _of(self, account: str, name: str) -> Iterator[Details]:
        listed = self._list(self._data, name)
        return (each for each in listed if _arn(each, self._file).account == account)

    def _body(self, account: str) -> dict[str, Any]:
        """Return the template; each construct path is account and name, `111122223333/role/Writer`."""
        makers = {
            _USERS: self._user,
            _ROLES: self._role,
            _GROUPS: self._group,
            _POLICIES: self._policy,
        }
        resources: dict[str, Any] = {}
        for listed, make in makers.items():
            for each in self._of(account, listed):
                name = _arn(each, self._file).resource
                path = {"Metadata": {"aws:cdk:path": f"{account}/{name}"}}
                made = make(each) | path
                if resources.setdefault(name, made) != made:
                    raise AssemblyError(
                        f"{self._file}: {each.get('Arn')} is there twice, and not alike: the file was "
                        "edited, or the account changed while it was asked; ask it again"
                    )
        for arn, each in self._untabled.items():
            resources[arn] = self._policy(each) | {"Metadata": {"aws:cdk:path": arn}}
        return {"Resources": resources}

    def _user(self, found: Details) -> dict[str, Any]:
        groups = {"Groups": found.get("GroupList", [])}
        own = self._named(found, "UserName") | self._principal(found, "UserPolicyList")
        return _made("AWS::IAM::User", groups | own)

    def _group(self, found: Details) -> dict[str, Any]:
        own = self._named(found, "GroupName") | self._principal(found, "GroupPolicyList")
        return _made("AWS::IAM::Group", own)

    def _role(self, found: Details) -> dict[str, Any]:
        trust = {"AssumeRolePolicyDocument": self._document(found, "AssumeRolePolicyDocument")}
        own = self._named(found, "RoleName") | self._principal(found, "RolePolicyList")
        if "MaxSessionDuration" in found:  # of ListRoles, which tells it
            own["MaxSessionDuration"] = found["MaxSessionDuration"]
        return _made("AWS::IAM::Role", trust | own)

    def _policy(self, found: Details) -> dict[str, Any]:
        named = self._named(found, "ManagedPolicyName")
        return _made("AWS::IAM::ManagedPolicy", named | {"PolicyDocument": self._default(found)})

    def _named(self, found: Details, name: str) -> dict[str, Any]:
        """Return name and path as the ARN has them."""
        _, _, path = _arn(found, self._file).resource.partition("/")
        before, _, last = path.rpartition("/")
        return {name: last, "Path": f"/{before}/" if before else "/"}

    def _default(self, found: Details) -> Any:
        """Return the document of the version in force."""
        versions = self._list(found, "PolicyVersionList")
        default = [each for each in versions if each.get("IsDefaultVersion") is True]
        if len(default) != 1:
            raise AssemblyError(f"{self._file}: {found.get('Arn')} has no default version")
        return self._document(default[0], "Document")

    def _principal(self, found: Details, inline: str) -> dict[str, Any]:
        """Return what users, roles and groups have in common."""
        policies = [
            {
                "PolicyName": each.get("PolicyName"),
                "PolicyDocument": self._document(each, "PolicyDocument"),
            }
            for each in self._list(found, inline)
        ]
        listed = self._list(found, "AttachedManagedPolicies")
        arns = [str(each.get("PolicyArn")) for each in listed]
        attached = [*map(self._attached, arns)]
        named = found.get("PermissionsBoundary") or {}
        boundary = self._attached(json_object(named, self._file).get("PermissionsBoundaryArn"))
        made = {"Policies": policies, "ManagedPolicyArns": attached}
        made |= {"PermissionsBoundary": boundary} if boundary else {}
        return made | {"Tags": found["Tags"]} if found.get("Tags") else made

    def _attached(self, arn: Any) -> Any:
        return {"Ref": arn} if arn in self._untabled else arn

    def _is_otherwise(self, arn: str, found: Details) -> bool:
        """Tell whether the table has no policy of AWS's like that of the account."""
        tabled = managed_policy(arn)
        if tabled.unknown or not found.get("PolicyVersionList"):
            return bool(tabled.unknown)
        own = read_policy(self._default(found), arn)
        return (own.version, own.statements) != (tabled.version, tabled.statements)

    def _document(self, found: Details, name: str) -> Any:
        """Return a document; the API encodes it for an address, and the AWS CLI writes it plainly."""
        document = found.get(name)
        if not isinstance(document, str):
            return document
        try:
            return unique_json.loads(unquote(document))
        except ValueError as error:
            raise AssemblyError(f"{self._file}: {name} is not JSON: {error}") from None

    def _list(self, found: Details, name: str) -> list[Details]:
        listed = [] if found.get(name) is None else found[name]
        if not isinstance(listed, list):
            raise AssemblyError(f"{self._file}: {name} is not a list")
        return [json_object(each, f"{self._file}: {name}") for each in listed]


def _made(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def _arn(found: Details, file: str) -> Arn:
    parsed = parse_arn(str(found.get("Arn")))
    if parsed is None or parsed.service != "iam":
        raise AssemblyError(f"{file}: {found.get('Arn')!r} is not an ARN of IAM")
    return parsed
