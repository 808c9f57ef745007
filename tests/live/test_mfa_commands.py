"""The commands that enrol an MFA device, run by a shell with the real aws CLI on the lab's AWS."""

import base64
import hmac
import os
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.aws import make_user, root

from whomay.cli import main
from whomay.lab.state import Lab


def code(seed: bytes, step: int) -> str:
    """The code of RFC 6238 for a step of 30 seconds."""
    digest = hmac.digest(base64.b32decode(seed), struct.pack(">Q", step), "sha1")
    at = digest[-1] & 15
    (number,) = struct.unpack(">I", digest[at : at + 4])
    return f"{number % 2**31 % 10**6:06}"


def test_a_person_who_types_the_commands_has_a_device_and_shows_no_seed(
    lab: Lab, tmp_path: Path
) -> None:
    make_user(lab, "mfa.person")
    printed = CliRunner().invoke(main, ["mfa-commands", "mfa.person", "--text"]).stdout
    create, rest = printed.split("rm ./mfa.person-mfa.txt", maxsplit=1)
    script = tmp_path / "enrol.sh"
    now = int(time.time()) // 30
    script.write_text(f"set -eu\n{create}\ncp mfa.person-mfa.txt kept\nrm ./mfa.person-mfa.txt\n")
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "AWS_ENDPOINT_URL": lab.endpoint,
        "AWS_CA_BUNDLE": str(lab.ca),
        "AWS_ACCESS_KEY_ID": lab.accounts[0],
        "AWS_SECRET_ACCESS_KEY": lab.root_secret,
        "AWS_DEFAULT_REGION": lab.region,
    }

    def run() -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["/bin/sh", script], cwd=tmp_path, env=environment, capture_output=True, check=True
        )

    made = run()
    seed = (tmp_path / "kept").read_bytes()
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o600
    enable = rest.replace("CODE1", code(seed, now - 1)).replace("CODE2", code(seed, now))
    serial = f"arn:aws:iam::{lab.accounts[0]}:mfa/mfa.person"
    script.write_text(f"set -eu\nserial={serial}\n{enable}")
    enabled = run()

    devices = root(lab).client("iam").list_mfa_devices(UserName="mfa.person")["MFADevices"]
    assert [device["SerialNumber"] for device in devices] == [serial]
    assert not (tmp_path / "mfa.person-mfa.txt").exists()
    assert seed not in made.stdout + made.stderr + enabled.stdout + enabled.stderr


@pytest.mark.parametrize("name", ["", "$(id)", "a b", "a/b", "é", "a" * 65, "x\n"])
def test_a_name_that_a_shell_or_iam_would_not_take_is_refused(name: str) -> None:
    result = CliRunner().invoke(main, ["mfa-commands", name])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not a user's name" in result.stderr
