"""What an organization says of itself: its units, its accounts, and the policies attached to them.

Its management account and its delegated administrators may ask; others learn which one they are in.
https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account, RefusedError

_SERVICE: Final = "organizations"
_NONE: Final = "AWSOrganizationsNotInUseException"
_ACTIVE: Final = "ACTIVE"
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_PolicyTypeSummary.html
_TYPES: Final = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
Record = dict[str, Any]


def members(account: Account) -> Mapping[str, str]:
    """Return the status of each account of the organization by its number.

    Raises LiveError where the account is in none, or may not ask.
    """
    try:
        pages = account.pages(_SERVICE, "list_accounts")
        found = {each["Id"]: each["Status"] for page in pages for each in page["Accounts"]}
    except RefusedError as error:
        raise LiveError(
            f"organizations:ListAccounts: {error.why}: {account.caller} may not list them; name "
            "each by --account",
            exit_code=3,
        ) from error
    return found


def is_active(status: str) -> bool:
    """Tell whether an account can be asked: a suspended one answers nobody."""
    return status == _ACTIVE


def organization(account: Account) -> Record | None:
    """Return the organization that an account is in, as the file has it; None for an account in none.

    What is refused is in `refused` of the record, or of the policy that it is about.
    """
    found: Record = {"id": None, "management": None, "types": [*_TYPES], "refused": []}
    try:
        told = account.ask(_SERVICE, "describe_organization", absent=_NONE)
        if not told:
            return None
        found["id"] = told["Organization"]["Id"]
        found["management"] = told["Organization"]["MasterAccountId"]
    except RefusedError as error:
        _note(found, "DescribeOrganization", error)
        return found
    try:
        roots = [each for page in account.pages(_SERVICE, "list_roots") for each in page["Roots"]]
    except RefusedError as error:
        _note(found, "ListRoots", error)
        return found
    found["types"] = [
        each["Type"]
        for root in roots
        for each in root["PolicyTypes"]
        if each["Type"] in _TYPES and each["Status"] == "ENABLED"
    ]
    found["parents"] = {}
    for root in roots:
        found["root"] = root["Id"]
        _below(account, root["Id"], found)
    found["policies"] = [*_policies(account, found)]
    return found


def _below(account: Account, parent: str, found: Record) -> None:
    """Add what is directly below a root or a unit, and below that."""
    for operation, listed, name in (
        ("list_accounts_for_parent", "Accounts", "ListAccountsForParent"),
        ("list_organizational_units_for_parent", "OrganizationalUnits", _UNITS),
    ):
        try:
            pages = account.pages(_SERVICE, operation, ParentId=parent)
            ids = [each["Id"] for page in pages for each in page[listed]]
        except RefusedError as error:
            _note(found, name, error)
            continue
        found["parents"].update(dict.fromkeys(ids, parent))
        if listed == "OrganizationalUnits":
            for unit in ids:
                _below(account, unit, found)


_UNITS: Final = "ListOrganizationalUnitsForParent"


def _policies(account: Account, found: Record) -> Iterator[Record]:
    for kind in found["types"]:
        try:
            pages = account.pages(_SERVICE, "list_policies", Filter=kind)
            listed = [each for page in pages for each in page["Policies"]]
        except RefusedError as error:
            _note(found, "ListPolicies", error)
            continue
        for each in listed:
            yield _policy(account, each)


def _policy(account: Account, listed: Mapping[str, Any]) -> Record:
    policy, refused = listed["Id"], {}
    made: Record = {"id": policy, "name": listed["Name"], "type": listed["Type"]}
    try:
        told = account.ask(_SERVICE, "describe_policy", PolicyId=policy)["Policy"]
        made["document"] = json.loads(told["Content"])
    except RefusedError as error:
        refused["document"] = f"DescribePolicy, refused as {error.why}"
    try:
        pages = account.pages(_SERVICE, "list_targets_for_policy", PolicyId=policy)
        made["targets"] = [each["TargetId"] for page in pages for each in page["Targets"]]
    except RefusedError as error:
        refused["targets"] = f"ListTargetsForPolicy, refused as {error.why}"
    return made | ({"refused": refused} if refused else {})


def _note(found: Record, operation: str, error: RefusedError) -> None:
    said = {"call": f"organizations:{operation}", "why": error.why}
    if said not in found["refused"]:
        found["refused"].append(said)
