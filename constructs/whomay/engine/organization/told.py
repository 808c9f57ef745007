"""An organization as AWS tells it to `whomay snapshot`: what is above each account.

What was refused may hold back, so it is a policy of which nothing is known but that.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_auth.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from whomay.engine.organization.organization import Level, Organization, OrganizationError
from whomay.engine.organization.policies import full_access, without_principals
from whomay.iam.parse import read_policy
from whomay.iam.patterns.symbols import unknown
from whomay.iam.policy import Policy

_SERVICE: Final = "SERVICE_CONTROL_POLICY"
_RESOURCE: Final = "RESOURCE_CONTROL_POLICY"
# AWS's own, which hold nothing back.
_FULL: Final = "p-FullAWSAccess"
_RESOURCE_FULL: Final = "p-RCPFullAWSAccess"
_DEEPEST: Final = 10  # levels, twice what AWS allows
Record = Mapping[str, Any]


def organization_told(told: Record, accounts: Iterable[str], file: str) -> Organization:
    """Return the organization of these accounts; `file` names where it is told, for people.

    Raises OrganizationError for what does not have the format.
    """
    try:
        above = _Above(told)
        return Organization(
            file,
            str(told["id"] or unknown("the id of the organization, which was refused")),
            str(told["management"] or ""),
            {each: tuple(above.levels(each)) for each in accounts},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise OrganizationError(
            f"{file}: organization is not as `whomay snapshot` writes it: {error!r}"
        ) from None


class _Above:
    """The levels above accounts, each made once."""

    def __init__(self, told: Record) -> None:
        self._parents: Mapping[str, str] = told.get("parents") or {}
        self._policies: Sequence[Record] = told.get("policies") or ()
        self._types = frozenset(told["types"])
        refused = sorted(f"{each['call']}, refused as {each['why']}" for each in told["refused"])
        self._not_told = (
            Policy((), unknown=f"the policies of the organization: {', '.join(refused)}")
            if refused
            else None
        )
        self._root = str(told.get("root") or "")
        self._made: dict[str, Level] = {}

    def levels(self, account: str) -> Iterator[Level]:
        """Yield what is above an account, the root first and itself last."""
        ids = [account]
        while ids[-1] in self._parents and len(ids) < _DEEPEST:
            ids.append(self._parents[ids[-1]])
        yield from map(self._level, reversed(ids))
        if self._not_told is None and ids[-1] == self._root:
            return
        why = Policy((), unknown=f"the levels above account {account}, which were not told")
        unknown_policy = self._not_told or why
        # It is a level of its own, so that its path is not taken for the whole one.
        yield Level(
            "",
            (unknown_policy,) if _SERVICE in self._types else (full_access(),),
            (unknown_policy,) if _RESOURCE in self._types else (),
        )

    def _level(self, id: str) -> Level:
        if id not in self._made:
            scps = (*self._attached(id, _SERVICE),)
            rcps = map(without_principals, self._attached(id, _RESOURCE))
            self._made[id] = Level(id, scps or (full_access(),), (*rcps,))
        return self._made[id]

    def _attached(self, id: str, kind: str) -> Iterator[Policy]:
        for each in self._policies:
            refused = each.get("refused") or {}
            if each["type"] != kind or each["id"] == _RESOURCE_FULL:
                continue
            if "targets" in refused:
                why = f"whether {each['name']} is attached to {id}: {refused['targets']}"
                yield Policy((), unknown=why)
            elif id in each["targets"]:
                yield _document(each, refused)


def _document(told: Record, refused: Mapping[str, str]) -> Policy:
    if told["id"] == _FULL:
        return full_access()
    if "document" in refused:
        return Policy((), unknown=f"the policy {told['name']}: {refused['document']}")
    return read_policy(told["document"], str(told["name"]))
