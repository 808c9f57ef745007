"""The programs that a shell on the lab finds first: `aws`, and on an instance what is its own.

Version 1 of the CLI sends some services past AWS_ENDPOINT_URL: SQS, RDS, Neptune, DocumentDB,
Health. So `aws` names the lab's endpoint in each call, and a call to anywhere else ends at the lab.
"""

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Final

from whomay.lab.environment import search_path
from whomay.lab.state import Lab
from whomay.lab.workspace import Workspace

OTHER_CLI: Final = "WHOMAY_AWS"  # names an aws CLI of the machine, such as one of version 2
INSTANCE_USER: Final = "ssm-user"  # the user of a session of Session Manager

# the plugin's name, and the first version to which the aws CLI hands the answer by a variable
_PLUGIN: Final = "session-manager-plugin"
_PLUGIN_VERSION: Final = "1.2.764.0"


def install(folder: Path, lab: Lab, workspace: Workspace) -> None:
    """Make `aws`, `cdk`, and the plugin by which `aws ssm start-session` opens a shell on an instance.

    `aws` is the one beside this Python, unless WHOMAY_AWS names another one. When the lab has
    ended they say so, and ask nobody.
    """
    other = os.environ.get(OTHER_CLI)
    cli = shlex.quote(other) if other else f"{shlex.quote(sys.executable)} -P -m whomay.lab.aws"
    _write(
        folder / "aws",
        _unless_ended(lab, "aws"),
        f'exec env {_no_other_way(lab)} {cli} --endpoint-url {lab.endpoint} "$@"',
    )
    if cdk := shutil.which("cdk", path=search_path()):
        _write(folder / "cdk", _unless_ended(lab, "cdk"), f'exec {shlex.quote(cdk)} "$@"')
    whomay = "from whomay.cli import main; main(prog_name='whomay')"
    login = shlex.join(
        (sys.executable, "-c", whomay, "lab", "login", "--state", str(workspace.root))
    )
    target = f"{shlex.quote(sys.executable)} -c 'import json, sys; print(json.loads(sys.argv[1])[\"Target\"])'"
    _write(
        folder / _PLUGIN,
        f'[ "$1" = --version ] && {{ echo {_PLUGIN_VERSION}; exit; }}',
        f'{login} "$({target} "$5")"',
        "exit 0",  # as AWS's own, however the session ended: the CLI takes any other for a fault
    )


def install_of_instance(folder: Path) -> None:
    """Make `whoami`, which answers what it does in a session on the instance."""
    _write(folder / "whoami", f"echo {INSTANCE_USER}")


def _unless_ended(lab: Lab, name: str) -> str:
    """Return the line that ends a program once the lab's server is gone, or waits to be buried."""
    ended = f"{name}: the lab of this shell has ended. Leave the shell with: exit"
    runs = f"kill -0 {lab.pid} && ! grep -q ') Z ' /proc/{lab.pid}/stat"
    return f"{{ {runs}; }} 2> /dev/null || {{ echo {shlex.quote(ended)} >&2; exit 2; }}"


def _no_other_way(lab: Lab) -> str:
    """Return the settings by which a call to anywhere else ends at the lab, which refuses it.

    A CLI before 2.13 knows no AWS_ENDPOINT_URL: it would assume the role of a profile at AWS.
    """
    here = {"https_proxy": lab.plain, "http_proxy": lab.plain, "no_proxy": "127.0.0.1,localhost"}
    both = {**here, **{name.upper(): value for name, value in here.items()}}
    return " ".join(f"{name}={value}" for name, value in both.items())


def _write(file: Path, *lines: str) -> None:
    file.write_text("\n".join(("#!/bin/sh", *lines, "")))
    file.chmod(0o700)
