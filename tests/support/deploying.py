"""Apps that are about to be deployed to the lab, and what is in their way there."""

import json
import os
import shlex
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from support.assemblies import write_assembly
from support.aws import Caller, trust
from whomay.engine import read
from whomay.live.deploying.asking import DeployFinding
from whomay.live.deploying.checks import examine
from whomay.live.deploying.planned import Plan
from whomay.live.snapshot.account import account

VERSION = 8
HERE = "111111111111/us-east-1"
OTHER = "333333333333/us-east-1"  # nothing else makes networks or asks for quotas here


def made(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def app(
    folder: Path, where: str, resources: Mapping[str, Any], *, name: str = "S", **properties: str
) -> Path:
    """Write an app of one stack for `ACCOUNT/REGION`, which needs a bootstrap of version 8."""
    out = write_assembly(folder / "cdk.out", {name: {"Resources": resources}}, f"aws://{where}")
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["artifacts"][name]["properties"] |= properties
    (out / "manifest.json").write_text(json.dumps(manifest))
    return out


def needing_bootstrap(parameter: str) -> dict[str, Any]:
    return {
        "requiresBootstrapStackVersion": VERSION,
        "bootstrapStackVersionSsmParameter": parameter,
    }


def environment(caller: Caller, address: str = "") -> dict[str, str]:
    """Return the variables of who asks the lab, or a proxy in front of it."""
    return {
        "AWS_ENDPOINT_URL": address or caller.lab.endpoint,
        "AWS_CA_BUNDLE": str(caller.lab.ca),
        "AWS_ACCESS_KEY_ID": caller.access_key,
        "AWS_SECRET_ACCESS_KEY": caller.secret,
        "AWS_SESSION_TOKEN": caller.token or "",
        "AWS_DEFAULT_REGION": caller.lab.region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }


@contextmanager
def acting(caller: Caller, address: str = "") -> Iterator[None]:
    with patch.dict(os.environ, {**environment(caller, address), "AWS_MAX_ATTEMPTS": "1"}):
        yield


def findings(caller: Caller, out: Path, *, address: str = "") -> list[DeployFinding]:
    """Return what is in the way of a deployment by the caller."""
    with acting(caller, address):
        asked = account(None, (caller.lab.region,))
        return list(examine(asked, Plan(read(out), asked.id, asked.regions[0])))


def typed(caller: Caller, command: str) -> None:
    """Type a command of the aws CLI as the caller."""
    argv = shlex.split(command, comments=True)
    assert argv[0] == "aws"
    done = subprocess.run(
        argv,
        env={"PATH": os.environ["PATH"], **environment(caller)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def unique(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:6]}"


def long_trust(length: int) -> dict[str, Any]:
    principal = {"AWS": "111111111111"}
    empty = len(trust(principal, StringEquals={"sts:ExternalId": ""}).replace(" ", ""))
    condition = {"sts:ExternalId": "x" * (length - empty)}
    written: dict[str, Any] = json.loads(trust(principal, StringEquals=condition))
    return written


NETWORK = {
    "Vpc": made("EC2::VPC", CidrBlock="10.0.0.0/24"),
    "User": made("IAM::User", UserName="a"),
}
