"""One organization of all the lab's accounts, since MiniStack gives each caller one of its own.

The first account manages it. To the others AWS tells which organization they are in, and no more.
https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from whomay.lab.server import internals
from whomay.lab.server.calls import in_account
from whomay.lab.state import ACCOUNTS, ORGANIZATION, REGION

Answer: TypeAlias = Callable[[Mapping[str, Any]], Any]

_SERVICE: Final = "services.organizations"
_FOR_MEMBERS: Final = "DescribeOrganization"
_REFUSAL: Final = "You don't have permissions to access this resource."


def _with_members(inner: Callable[[], None]) -> Callable[[], None]:
    """Make the organization with its id, and put the other accounts below its root."""

    def make() -> None:
        new = "self" not in internals.get(_SERVICE, "_orgs")
        inner()
        if new and _account() == ACCOUNTS[0]:
            _add_members()

    return make


def _add_members() -> None:
    organizations = internals.get(_SERVICE, "_orgs")
    accounts, roots, attached = (
        internals.get(_SERVICE, name) for name in ("_accounts", "_roots", "_attachments")
    )
    own = organizations["self"]
    theirs, known = own["Id"], accounts[ACCOUNTS[0]]

    def renamed(record: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: value.replace(theirs, ORGANIZATION) if isinstance(value, str) else value
            for name, value in record.items()
        }

    organizations["self"] = renamed(own)
    roots.update({root: renamed(record) for root, record in roots.items()})
    for each in ACCOUNTS:
        arn = f"arn:aws:organizations::{ACCOUNTS[0]}:account/{ORGANIZATION}/{each}"
        accounts[each] = {**known, "Id": each, "Arn": arn, "Name": each}
    full = internals.get(_SERVICE, "FULL_ACCESS_POLICY_ID")
    attached[full] = [*attached[full], *ACCOUNTS[1:]]


def _for_everybody(name: str, inner: Answer) -> Answer:
    def answer(payload: Mapping[str, Any]) -> Any:
        if _account() not in ACCOUNTS[1:]:
            return inner(payload)
        if name == _FOR_MEMBERS:
            return in_account(ACCOUNTS[0], REGION, inner, payload)
        error = internals.get("core.responses", "error_response_json")
        return error("AccessDeniedException", _REFUSAL, 400)

    return answer


def _account() -> str:
    account: str = internals.get("core.responses", "get_account_id")()
    return account


def install() -> None:
    """Put it in place."""
    internals.replace(_SERVICE, "_ensure_org", _with_members)
    handlers = internals.get(_SERVICE, "_DISPATCH")
    handlers.update({name: _for_everybody(name, inner) for name, inner in handlers.items()})
