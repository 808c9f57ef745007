"""One role changed by hand: what an account has otherwise than the lock, before and after.

The snapshot, the drift and the change are made by the commands that people use.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from whomay.lab import deploy
from whomay.lab.accounts import ADMIN, as_admin
from whomay.lab.children import Completed
from whomay.lab.session import LabSession

_PRINCIPAL: Final = "Ec2Role/Project/Role"
_HOLDS, _WIDER = 0, 1  # exit codes of `whomay drift`


@dataclass(frozen=True, slots=True)
class ByHand:
    """What `whomay drift` said before a change by hand and after it."""

    before: Completed
    after: Completed

    @property
    def problem(self) -> str:
        """Say what is not as it has to be; empty when all is."""
        if self.before.code != _HOLDS:
            return f"drift before any change: {self.before.said}"
        changed = [line for line in self.after.out.splitlines() if line.startswith("wider: ")]
        if self.after.code != _WIDER or changed != [f"wider: {_PRINCIPAL}"]:
            return f"the change by hand is not the one drift: {self.after.said}"
        return ""


def change_by_hand(session: LabSession, lock: Path) -> ByHand:
    """Take a snapshot, compare it with the lock, give a role one more statement, compare again.

    Raises CommandFailedError where the snapshot or the change fails.
    """
    env = as_admin(session)
    file = str(session.workspace.work / "account.json")
    role = deploy.outputs(session)["Ec2Role"]["RoleArn"].rpartition("/")[2]
    with session.journal.waiting("comparing the account with what was reviewed"):
        session.must(ADMIN, ("whomay", "snapshot", "-o", file), env)
        before = session.run(ADMIN, ("whomay", "drift", str(lock), file), env)
        statement = {"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        named = ("--role-name", role, "--policy-name", "by-hand", "--policy-document", document)
        session.must(ADMIN, ("aws", "iam", "put-role-policy", *named), env)
        after = session.run(ADMIN, ("whomay", "drift", str(lock)), env)
    return ByHand(before, after)
