"""What is known of a running lab, and the private folder that it lives in."""

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

ACCOUNTS: Final = ("111111111111", "222222222222", "333333333333")
ORGANIZATION: Final = "o-whomaylab1"  # of all the accounts; the first one manages it
OWNER: Final = "x-lab-owner"  # the header of who may ask for the lab's own paths: root's secret
REGION: Final = "us-east-1"
CUSTOM_RESOURCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Lab:
    """A running server, as its description file tells.

    `started` identifies the process together with `pid` (see `process.start_time`). `endpoint` is
    HTTPS, `plain` the same server without TLS, `imds` the base of instance metadata: append an
    instance id for AWS_EC2_METADATA_SERVICE_ENDPOINT. `ca` is the certificate to trust. Root's
    access key id is the account id, its secret `root_secret`, the same in every account. `nonce` is
    known to this server alone: it is in the header `x-lab-nonce` of every answer. The
    lab's own paths, below /lab/, answer only who sends `root_secret` as `OWNER`.
    """

    pid: int
    started: str
    endpoint: str
    plain: str
    imds: str
    ca: Path
    root_secret: str = field(repr=False)
    nonce: str
    accounts: tuple[str, ...]
    region: str


def description_file(state: Path) -> Path:
    """Return the path of the description file: it exists while the server answers."""
    return state / "server.json"


def log_file(state: Path) -> Path:
    """Return the path of the server's log."""
    return state / "server.log"


def certificate_files(state: Path) -> tuple[Path, Path]:
    """Return the paths of the server's certificate and of its private key."""
    return state / "server.crt", state / "server.key"


def files_folder(state: Path) -> Path:
    """Return the folder of what the server keeps on disk while it runs."""
    return state / "server"


def write(state: Path, lab: Lab) -> None:
    """Write the description, whole or not at all, readable by its owner alone."""
    target = description_file(state)
    part = target.with_suffix(".part")
    text = json.dumps({**asdict(lab), "ca": str(lab.ca)}, indent=1)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)


def read(state: Path) -> Lab | None:
    """Read the description; None when there is none, or when it is not one of ours."""
    try:
        fields = json.loads(description_file(state).read_text())
        return Lab(
            **{**fields, "ca": Path(fields["ca"]), "accounts": tuple(fields["accounts"])},
        )
    except (FileNotFoundError, KeyError, TypeError, ValueError):
        return None


def remove(state: Path) -> None:
    """Remove what the server of this folder leaves, but its log: description, key, files."""
    for file in (description_file(state), *certificate_files(state)):
        file.unlink(missing_ok=True)
    shutil.rmtree(files_folder(state), ignore_errors=True)
