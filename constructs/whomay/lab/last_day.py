"""The last day of two people: one is taken through `whomay leave`, of the other the user stays.

CloudFormation reports UPDATE_COMPLETE though it could not delete a user who has a device or a key.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
"""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from whomay.lab import deploy
from whomay.lab.accounts import ADMIN, as_admin
from whomay.lab.children import Completed
from whomay.lab.context import ALICE, BOB, CONTEXT, FORWARDED
from whomay.lab.session import LabSession

_HOLDS, _WIDER = 0, 1  # exit codes of `whomay drift`
_KEPT = "StackEvents[?ResourceStatus=='DELETE_FAILED'].[PhysicalResourceId, ResourceStatusReason]"


@dataclass(frozen=True, slots=True)
class LastDay:
    """What the last day of two people came to.

    `kept` are names and reasons of users whom the deployment could not delete. `before` and `after`
    are what `whomay drift` said, while the one who was kept was there and when nobody was.
    """

    kept: tuple[tuple[str, str], ...]
    before: Completed
    after: Completed

    @property
    def named(self) -> list[str]:
        """The lines of the drift that name who is left."""
        return [line for line in self.before.out.splitlines() if line.startswith("wider: ")]

    @property
    def problem(self) -> str:
        """Say what is not as it has to be; empty when all is."""
        if [name for name, _ in self.kept] != [BOB]:
            return f"a deployment was to keep {BOB} alone, and kept {dict(self.kept)}"
        if self.before.code != _WIDER or [name.rpartition("/")[2] for name in self.named] != [BOB]:
            return f"drift was to name {BOB} alone: {self.before.said}"
        if self.after.code != _HOLDS:
            return f"nobody was to be left: {self.after.said}"
        return ""


def last_day(session: LabSession, app: Path) -> LastDay:
    """Take two people out of the app: for one of them `whomay leave` comes first, as it should.

    Raises:
        CommandFailedError: a command failed; the message says which and why.

    """
    steps = (
        partial(_leave, session, ALICE),
        partial(deploy.synth, session, app, _without_people()),
    )
    with session.journal.waiting("ending the access of two people"):
        session.each(lambda step: step(), steps)
        deploy.deploy(session, deploy.HUB_STACK)
        kept = _kept(session)
        before = _drift(session)
        _leave(session, BOB)
        delete = ("aws", "iam", "delete-user", "--user-name", BOB)
        session.must(ADMIN, delete, as_admin(session))
        return LastDay(kept, before, _drift(session))


def _leave(session: LabSession, name: str) -> None:
    session.must(ADMIN, ("whomay", "leave", name, "--yes"), as_admin(session))


def _kept(session: LabSession) -> tuple[tuple[str, str], ...]:
    """Return whom the deployment could not delete, each with CloudFormation's reason."""
    events = ("aws", "cloudformation", "describe-stack-events", "--stack-name", deploy.HUB_STACK)
    query = ("--query", _KEPT, "--output", "json")
    found = json.loads(session.must(ADMIN, (*events, *query), as_admin(session)))
    return tuple((name, why) for name, why in found)


def _without_people() -> dict[str, str]:
    accounts = json.loads(CONTEXT["accounts"])
    accounts["hub"]["people"] = {}
    return {**CONTEXT, "accounts": json.dumps(accounts, separators=(",", ":"))}


def _drift(session: LabSession) -> Completed:
    regions = [word for one in (session.lab.region, *FORWARDED) for word in ("--region", one)]
    argv = ("whomay", "drift", str(session.workspace.assembly), *regions)
    return session.run(ADMIN, argv, as_admin(session))
