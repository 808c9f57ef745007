"""The homes of the deployed instances, as their own user data writes them."""

import configparser
import re
import shutil
from collections.abc import Mapping
from typing import Final

from whomay.lab import instance_metadata
from whomay.lab.answers import ALLOWED
from whomay.lab.errors import CommandFailedError, LabError
from whomay.lab.state import Lab
from whomay.lab.workspace import Workspace, write_private

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


def make_home(lab: Lab, workspace: Workspace, instance: str) -> str:
    """Make the home of ssm-user for a running instance; return its ~/.aws/config, "" for none.

    What an earlier home held is gone, with the sessions that the aws CLI caches there.

    Raises:
        LabError: no such instance runs

    """
    folder = workspace.home_on(instance) / ".aws"
    text = config_text(_user_data(lab, instance)) or ""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder / "config", text)
    return text


def _user_data(lab: Lab, instance: str) -> str:
    """Return the user data, "" where there is none, as the instance itself reads it."""
    base = f"{lab.imds}{instance}"
    if (
        instance_metadata.get(base, "/latest/meta-data/instance-id", with_token=True).answer
        != ALLOWED
    ):
        raise LabError(
            f"no instance {instance} runs in this lab. `whomay lab status` names those that do"
        )
    found = instance_metadata.get(base, "/latest/user-data", with_token=True)
    return found.text if found.answer == ALLOWED else ""


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
