"""The tree of an organization: the levels from its root down to each account.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_getting-started_concepts.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from whomay.iam.policy import Policy

ROOT: Final = "root"


class OrganizationError(ValueError):
    """An organization file cannot be used. Its text is one line for people, with file and line."""


@dataclass(frozen=True, slots=True)
class Level:
    """The root, a unit or an account, with the policies that are attached to it directly.

    `id` is what AWS calls it, `r-…`, `ou-…` or an account's number; empty where the file does not
    tell. `scps` holds all of its service control policies, `rcps` its resource control policies
    without RCPFullAWSAccess.
    """

    id: str
    scps: tuple[Policy, ...]
    rcps: tuple[Policy, ...] = ()


@dataclass(frozen=True, slots=True)
class Organization:
    """What an organization file tells. `file` is its path, for people.

    `id` is the organization's, `management` the account that manages it, which no policy binds.
    `accounts` maps each account to the levels above it, the root first and itself last.
    """

    file: str
    id: str
    management: str
    accounts: Mapping[str, tuple[Level, ...]]

    def path_of(self, account: str) -> str:
        """Return what aws:PrincipalOrgPaths holds; empty where the id of a level is not known."""
        above = [level.id for level in self.accounts.get(account, ())[:-1]]
        return "/".join((self.id, *above, "")) if above and all(above) else ""

    def attaching(
        self, targets: Iterable[str], *, scp: Policy | None, rcp: Policy | None
    ) -> "Organization":
        """Return the same organization with one more policy attached to some of its levels."""
        added = Level("", (scp,) if scp else (), (rcp,) if rcp else ())
        wanted = frozenset(targets)
        return replace(
            self,
            accounts={
                account: tuple(
                    _with(level, added) if level.id in wanted else level for level in levels
                )
                for account, levels in self.accounts.items()
            },
        )


def _with(level: Level, added: Level) -> Level:
    return Level(level.id, (*level.scps, *added.scps), (*level.rcps, *added.rcps))
