"""What IAM says of an account: users, groups, roles and policies, providers, and credentials.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

import csv
import io
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from whomay.live.errors import LiveError
from whomay.live.snapshot.account import Account, AccountRefusedError, RefusedError

FILTERS: Final = ("User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy")
PAGE: Final = 1000  # entries, the most that IAM gives
_LISTS: Final = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
_REPORT_SECONDS: Final = 60


def details(account: Account) -> Iterator[dict[str, Any]]:
    """Yield the pages of GetAccountAuthorizationDetails.

    Raises AccountRefusedError where it is refused: without it there is no snapshot.
    """
    asked: dict[str, Any] = {"Filter": [*FILTERS], "PaginationConfig": {"PageSize": PAGE}}
    try:
        for page in account.pages("iam", "get_account_authorization_details", **asked):
            yield {name: page[name] for name in _LISTS if page.get(name)}
    except RefusedError as error:
        raise AccountRefusedError(
            f"iam:GetAccountAuthorizationDetails: {error.why}: {account.caller} needs it for a "
            "snapshot; the AuditRole construct has all that it takes",
            exit_code=3,
        ) from error


def sessions(account: Account) -> Iterator[tuple[str, int]]:
    """Yield how long sessions of each role last, in seconds, which ListRoles alone tells."""
    try:
        for page in account.pages("iam", "list_roles", PaginationConfig={"PageSize": PAGE}):
            for role in page["Roles"]:
                yield role["Arn"], role["MaxSessionDuration"]
    except RefusedError as error:
        account.note("iam:ListRoles", error.why)


def providers(account: Account) -> Iterator[dict[str, Any]]:
    """Yield the identity providers as CloudFormation has them."""
    yield from _providers(account, "open_id_connect", "OpenIDConnectProvider", _oidc)
    yield from _providers(account, "saml", "SAMLProvider", _saml)


def _providers(
    account: Account, operation: str, name: str, properties: Callable[[Any], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    kind = "AWS::IAM::OIDCProvider" if operation != "saml" else "AWS::IAM::SAMLProvider"
    try:
        listed = account.ask("iam", f"list_{operation}_providers")[f"{name}List"]
    except RefusedError as error:
        account.note(f"iam:List{name}s", error.why)
        return
    for each in listed:
        arn = each["Arn"]
        argument = {"SAMLProviderArn" if operation == "saml" else f"{name}Arn": arn}
        try:
            told = account.ask("iam", f"get_{operation}_provider", **argument)
        except RefusedError as error:
            account.note(f"iam:Get{name} of {arn}", error.why)
            yield {"type": kind, "arn": arn, "properties": {}}
        else:
            yield {"type": kind, "arn": arn, "properties": properties(told)}


def _oidc(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "Url": f"https://{told['Url'].removeprefix('https://')}",
        "ClientIdList": told.get("ClientIDList", []),
    }


def _saml(told: dict[str, Any]) -> dict[str, Any]:
    return {"SamlMetadataDocument": told.get("SAMLMetadataDocument", "")}


def credentials(account: Account) -> list[dict[str, str]] | None:
    """Return the rows of the credential report; None where it is refused.

    Raises LiveError where IAM does not finish it within a minute.
    """
    try:
        until = time.monotonic() + _REPORT_SECONDS
        while account.ask("iam", "generate_credential_report").get("State") != "COMPLETE":
            if time.monotonic() > until:
                raise LiveError(
                    "iam:GenerateCredentialReport takes longer than a minute", exit_code=3
                )
            time.sleep(1)
        content = account.ask("iam", "get_credential_report")["Content"]
    except RefusedError as error:
        account.note("iam:GetCredentialReport", error.why)
        return None
    return [*csv.DictReader(io.StringIO(content.decode()))]


def password_policy(account: Account) -> dict[str, Any] | None:
    """Return the password policy; empty where the account has none, None where it is refused."""
    try:
        told = account.ask("iam", "get_account_password_policy", absent="NoSuchEntity")
    except RefusedError as error:
        account.note("iam:GetAccountPasswordPolicy", error.why)
        return None
    found: dict[str, Any] = told.get("PasswordPolicy", {})
    return found


def summary(account: Account) -> dict[str, int] | None:
    """Return the numbers of IAM's account summary, such as the root user's keys and MFA."""
    try:
        found: dict[str, int] = account.ask("iam", "get_account_summary")["SummaryMap"]
    except RefusedError as error:
        account.note("iam:GetAccountSummary", error.why)
        return None
    return found
