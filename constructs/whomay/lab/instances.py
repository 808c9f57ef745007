"""The homes of the deployed instances, as their own user data writes them."""

import base64
import configparser
import json
import re
import shutil
from collections.abc import Mapping
from typing import Final

from whomay.lab.accounts import as_admin
from whomay.lab.errors import CommandFailedError
from whomay.lab.session import LabSession
from whomay.lab.workspace import write_private

HEREDOC: Final = re.compile(r"<<-?\s*(['\"]?)([\w-]+)\1")


def config_text(user_data: str) -> str | None:
    """Return what the user data writes to ~/.aws/config of ssm-user, None when it writes nothing.

    It is read, never made again: the probes prove the file that the stack writes.
    """
    lines = user_data.splitlines()
    for number, line in enumerate(lines):
        heredoc = HEREDOC.search(line)
        if heredoc and "/home/ssm-user/.aws/config" in line and heredoc[2] in lines[number:]:
            end = lines.index(heredoc[2], number)
            return "".join(f"{inner}\n" for inner in lines[number + 1 : end])
    return None


def make_home(session: LabSession, instance: str) -> str:
    """Make the home of ssm-user for a deployed instance; return its ~/.aws/config, "" for none.

    Raises:
        CommandFailedError: the instance is not there

    """
    attribute = ("--instance-id", instance, "--attribute", "userData", "--output", "json")
    command = ("aws", "ec2", "describe-instance-attribute", *attribute)
    answer = json.loads(session.must("admin", command, as_admin(session)))
    user_data = base64.b64decode(answer.get("UserData", {}).get("Value", "")).decode()
    folder = session.workspace.work / "instances" / instance / ".aws"
    shutil.rmtree(folder, ignore_errors=True)  # with the sessions that the aws CLI caches there
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = config_text(user_data) or ""
    write_private(folder / "config", text)
    return text


def profile(text: str, name: str) -> Mapping[str, str]:
    """Return the settings of one profile of such a file.

    Raises:
        CommandFailedError: the file has no such profile

    """
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    if f"profile {name}" not in parser:
        raise CommandFailedError(f"the instance's ~/.aws/config has no [profile {name}]")
    return parser[f"profile {name}"]
