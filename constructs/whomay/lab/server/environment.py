"""MiniStack's settings. It reads them from the environment, most of them at its first import."""

import os
from pathlib import Path

from whomay.lab.state import ACCOUNTS, REGION

# of the caller's environment; MiniStack reads well over a hundred names, of no common prefix
KEPT = ("HOME", "LANG", "LC_", "PATH", "PYTHON", "TZ", "VIRTUAL_ENV")


def configure(files: Path, port: int, root_secret: str) -> None:
    """Set all that MiniStack reads: enforcement on, nothing outside the folder `files`, no port but ours.

    `port` is the plain one: MiniStack makes plain URLs of it, where a custom resource answers.
    """
    files.mkdir(exist_ok=True)
    for name in [name for name in os.environ if not name.startswith(KEPT)]:
        del os.environ[name]
    os.environ.update(
        AUTH="true",
        GATEWAY_PORT=str(port),
        BIND_HOST="127.0.0.1",
        MINISTACK_HOST="localhost",
        MINISTACK_REGION=REGION,
        MINISTACK_ACCOUNT_ID=ACCOUNTS[0],
        USE_SSL="0",
        LOG_LEVEL="WARNING",
        AWS_ACCESS_KEY_ID=ACCOUNTS[0],
        AWS_SECRET_ACCESS_KEY=root_secret,
        TMPDIR=str(files),
        STATE_DIR=str(files),
        S3_DATA_DIR=str(files / "s3"),
        PERSIST_STATE="0",
        S3_PERSIST="0",
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        CLOUDTRAIL_RECORDING="0",  # audit.py records, with identities and refused calls
        DOCKER_HOST="unix:///nonexistent",
        MINISTACK_WORKER_THREADS="16",
    )
