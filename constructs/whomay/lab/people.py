"""The people of the hub at their workstations: a key, a device, and the profiles of whomay."""

import configparser
import io
import json
import shutil
from pathlib import Path

from whomay.lab import environment
from whomay.lab.accounts import ADMIN, as_admin
from whomay.lab.codes import Codes
from whomay.lab.context import HUB
from whomay.lab.devices import enrol
from whomay.lab.session import LabSession
from whomay.lab.undo import Undo
from whomay.lab.workspace import write_private


def as_person(session: LabSession, name: str) -> dict[str, str]:
    """Return the environment at the workstation: the files under ~/.aws are all there is."""
    return environment.at_home(session.lab, session.workspace, _home(session, name))


def serial(name: str) -> str:
    """Return the serial number of the device that the policy of the people lets one enrol."""
    return f"arn:aws:iam::{HUB}:mfa/{name}"


def set_up(session: LabSession, undo: Undo, name: str) -> Codes:
    """Hand out a key, have the person enrol a device with it and write the profiles.

    Raises:
        CommandFailedError: a command failed.

    """
    folder = _home(session, name) / ".aws"
    shutil.rmtree(folder, ignore_errors=True)  # with the sessions that the aws CLI caches there
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _hand_out_key(session, undo, name, folder)
    own = as_person(session, name)
    actor = (name, own | {"AWS_PROFILE": name})
    codes = enrol(session, undo, actor, user=name, serial=serial(name))
    assembly = ("--assembly", str(session.workspace.assembly))
    where = (*assembly, "--config", str(folder / "config"), "--region", session.lab.region)
    session.must(
        name, ("whomay", "profiles", "--user", name, "--source-profile", name, *where), own
    )
    return codes


def _hand_out_key(session: LabSession, undo: Undo, name: str, folder: Path) -> None:
    owner = ("--user-name", name)
    command = ("aws", "iam", "create-access-key", *owner, "--output", "json")
    key = json.loads(session.must(ADMIN, command, as_admin(session)))["AccessKey"]
    undo.add("aws", "iam", "delete-access-key", *owner, "--access-key-id", key["AccessKeyId"])
    credentials = configparser.RawConfigParser()
    credentials[name] = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }
    text = io.StringIO()
    credentials.write(text)
    write_private(folder / "credentials", text.getvalue())
    write_private(folder / "config", f"[profile {name}]\nregion = {session.lab.region}\n")


def _home(session: LabSession, name: str) -> Path:
    return session.workspace.work / "people" / name
