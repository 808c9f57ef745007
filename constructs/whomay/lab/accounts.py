"""An administrator in each account of the lab, made with its root key and the real aws CLI."""

import configparser
import io
import json
from typing import Final

from whomay.lab import environment
from whomay.lab.errors import LabError
from whomay.lab.identity import verify
from whomay.lab.session import LabSession
from whomay.lab.workspace import write_private

ADMIN: Final = "admin"  # of the first account: the hub, where the projects are deployed too
DEV_ADMIN: Final = "dev-admin"  # of the spoke dev
PROD_ADMIN: Final = "prod-admin"  # of the spoke prod
ADMINISTRATORS: Final = (ADMIN, DEV_ADMIN, PROD_ADMIN)  # in the order of the lab's accounts
POLICY: Final = "arn:aws:iam::aws:policy/AdministratorAccess"
NEVER_IN_A_REAL_KEY: Final = frozenset("0189")  # after its prefix a key id is base32: A-Z, 2-7


def make_administrators(session: LabSession) -> None:
    """Make one in each account; the keys go to the workspace's credentials file, and only there.

    Raises:
        WrongEndpointError: it is not the lab that answers
        CommandFailedError: a command failed

    """
    owners = tuple(zip(ADMINISTRATORS, session.lab.accounts, strict=True))
    keys = session.each(lambda owner: _administrator(session, *owner), owners)
    profiles = configparser.RawConfigParser()
    for (who, _), (key, secret) in zip(owners, keys, strict=True):
        profiles[who] = {"aws_access_key_id": key, "aws_secret_access_key": secret}
    text = io.StringIO()
    profiles.write(text)
    write_private(session.workspace.work / "credentials", text.getvalue())
    regions = "".join(f"[profile {who}]\nregion = {session.lab.region}\n" for who, _ in owners)
    write_private(session.workspace.work / "config", regions)


def as_admin(session: LabSession) -> dict[str, str]:
    """Return the environment of the first account's administrator."""
    return as_administrator(session, ADMIN)


def as_administrator(session: LabSession, who: str) -> dict[str, str]:
    """Return the environment of one of `ADMINISTRATORS`."""
    return environment.with_profile(session.lab, session.workspace, who)


def _administrator(session: LabSession, who: str, account: str) -> tuple[str, str]:
    lab, workspace = session.lab, session.workspace
    root = environment.with_keys(lab, workspace, account, lab.root_secret)
    verify(session, f"root of {account}", root, account)

    def iam(*arguments: str) -> str:
        return session.must(f"root of {account}", ("aws", "iam", *arguments), root)

    iam("create-user", "--user-name", who)
    iam("attach-user-policy", "--user-name", who, "--policy-arn", POLICY)
    answer = iam("create-access-key", "--user-name", who, "--output", "json")
    key = json.loads(answer)["AccessKey"]
    identifier: str = key["AccessKeyId"]
    if not NEVER_IN_A_REAL_KEY & set(identifier[4:]):
        raise LabError(
            f"the lab made the access key {identifier}, which could exist at AWS; start it again"
        )
    return identifier, key["SecretAccessKey"]
