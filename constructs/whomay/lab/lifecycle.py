"""Start the server, find it again, stop it: one server for each state folder."""

import contextlib
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from whomay.lab import only_run, process, state
from whomay.lab.errors import LabError
from whomay.lab.state import CUSTOM_RESOURCE_SECONDS, Lab

POLL_SECONDS = 0.02
START_SECONDS = 60.0  # the first start compiles MiniStack, which takes a slow machine long
STOP_SECONDS = 3.0  # after SIGTERM, before SIGKILL
LOG_LINES = 12
NEEDED_BYTES = 1 << 20  # with less, not even the log would say why the server ended

# the servers that this process has started: only their parent learns by which signal they ended
_children: dict[int, subprocess.Popen[bytes]] = {}


def start(
    folder: Path,
    *,
    timeout: float = START_SECONDS,
    exit_with_parent: bool = False,
    custom_resource_seconds: float = CUSTOM_RESOURCE_SECONDS,
) -> Lab:
    """Start a server that lives in `folder` (made, 0700) and return it once it answers.

    It outlives this process, unless `exit_with_parent`. `timeout` is in seconds. A custom
    resource that does not answer within `custom_resource_seconds` fails its stack.

    Raises:
        LabHeldError: a server runs there already, or another run is starting one (exit code 75).
        LabError: it ended or did not answer in time; with the end of its log. Or this machine does
            not reach itself.

    """
    _check_loopback()
    folder = folder.resolve()
    options = ["--custom-resource-seconds", str(custom_resource_seconds)]
    if exit_with_parent:
        options += ["--exit-with-parent", str(os.getpid())]
    try:
        child = _launch(folder, options)
    except OSError as error:
        raise LabError(
            f"the lab's folder {folder} cannot be used: {error.strerror}. Free or choose another."
        ) from error
    try:
        return _answering(folder, child, timeout)
    except BaseException:  # Ctrl-C too: a server that nobody waits for is ended
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        _clear(folder)
        raise


def _check_loopback() -> None:
    """Tell at once where nobody could reach the server, as in a namespace without a network."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            socket.create_connection(listening.getsockname(), timeout=1).close()
    except OSError as error:
        raise LabError(
            f"this machine cannot reach 127.0.0.1: {error.strerror or error}. Bring its loopback "
            "interface up, on Linux: ip link set lo up"
        ) from error


def _launch(folder: Path, options: list[str]) -> subprocess.Popen[bytes]:
    """Make the folder ours, and start a server in it that holds its lock."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if shutil.disk_usage(folder).free < NEEDED_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    descriptor = only_run.acquire(folder / "server.lock", f"a start by process {os.getpid()}")
    try:
        _clear(folder)  # what a server left that was killed: its lock is free, so it is gone
        child = _spawn(folder, descriptor, options)
        with contextlib.suppress(OSError):  # only who comes second would miss it
            only_run.note(descriptor, f"the lab's server, process {child.pid},")
    finally:
        os.close(descriptor)  # the server has its own
    return child


def _answering(folder: Path, child: subprocess.Popen[bytes], timeout: float) -> Lab:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        lab = status(folder)
        if lab and lab.pid == child.pid:
            return lab
        if child.poll() is not None:
            raise LabError(
                f"the lab's server {_how_it_ended(child)} before it answered{_log(folder)}"
            )
        time.sleep(POLL_SECONDS)
    raise LabError(
        f"the lab's server did not answer within {timeout:g} s, and was ended{_log(folder)}"
    )


def status(folder: Path) -> Lab | None:
    """Return the server that runs in `folder`, None when none does.

    The description of a server that is gone is removed, also when its pid has been given to
    another process since.
    """
    folder = folder.resolve()
    lab = state.read(folder)
    if lab is None:
        return None
    if process.runs(lab.pid, lab.started):
        return lab
    _clear(folder)
    return None


def stop(folder: Path) -> bool:
    """Stop the server of `folder`; False when none runs. It is gone when this returns.

    SIGTERM, and SIGKILL after three seconds. Also ends a server that was stopped or hangs.
    """
    folder = folder.resolve()
    lab = status(folder)
    if lab is None:
        return False
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(lab.pid, number)
        deadline = time.monotonic() + seconds
        while process.runs(lab.pid, lab.started) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
    if lab.pid in _children:
        _children.pop(lab.pid).wait()
    _clear(folder)
    return True


def why_gone(folder: Path, lab: Lab) -> str | None:
    """Say how the server `lab` ended, with the end of its log; None while it runs."""
    if process.runs(lab.pid, lab.started):
        return None
    child = _children.get(lab.pid)
    how = _how_it_ended(child) if child else "ended"
    return f"the lab's server {how}{_log(folder.resolve())}"


def _clear(folder: Path) -> None:
    """Remove what a server left that is gone: its files, and the Lambda functions still running.

    The server leads a process group; a group keeps its number from being given to a new process.
    """
    lab = state.read(folder)
    if lab and process.start_time(lab.pid) is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(lab.pid, signal.SIGKILL)
    state.remove(folder)


def _spawn(folder: Path, lock_descriptor: int, options: list[str]) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own, so that no terminal's Ctrl-C reaches it."""
    command = [sys.executable, "-P", "-m", "whomay.lab.server", "--state", str(folder)]
    command += options
    descriptor = os.open(state.log_file(folder), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            start_new_session=True,
            pass_fds=(lock_descriptor,),
        )
    finally:
        os.close(descriptor)
    _children[child.pid] = child
    return child


def _how_it_ended(child: subprocess.Popen[bytes]) -> str:
    code = child.wait()
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was ended by signal {-code} ({signal.Signals(-code).name})"


def _log(folder: Path) -> str:
    """Return the end of the server's log as the end of a message."""
    file = state.log_file(folder)
    try:
        lines = file.read_text(errors="replace").splitlines()[-LOG_LINES:]
    except OSError:
        lines = []
    if not lines:
        return f"; its log {file} is empty"
    return "; the end of its log:\n  " + "\n  ".join(lines)
