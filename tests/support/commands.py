"""Runs the command `whomay` as a user does, and looks at what it leaves on the machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

WHOMAY = str(Path(sys.executable).with_name("whomay"))
LONG = 550.0  # seconds, far more than any of it takes on an idle machine
# what a lab that has ended leaves in its folder: who held it last, and the server's log
LEFT = ["run.lock", "server.lock", "server.log"]


def environment(**others: str) -> dict[str, str]:
    """Return this environment without a terminal's size and colours, and with `others`."""
    return {**os.environ, "COLUMNS": "100", **others}


def refused(*command: str) -> bool:
    """Whether this system refuses a command that needs its administrator."""
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


def whomay(
    *arguments: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    umask: int = -1,
    through: Sequence[str] = (),
) -> tuple[int, str, str]:
    """Run the command to its end, `through` another: exit code, standard output, standard error."""
    done = subprocess.run(
        [*through, WHOMAY, *arguments],
        cwd=cwd,
        env=env or environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
        umask=umask,
    )
    return done.returncode, done.stdout, done.stderr


def deploys(folder: Path, app: Path) -> None:
    """Start a lab in the folder, deploy the app into it, and stop it: all three succeed."""
    place = ("--app", str(app), "--state", str(folder))
    try:
        for step in ("start", "deploy"):
            code, _, said = whomay("lab", step, *place, cwd=app)
            assert (code, said) == (0, "")
    finally:
        code, shown, _ = whomay("lab", "stop", *place, cwd=app)
    assert (code, shown) == (0, "The lab is stopped.\n")
    assert processes_of(folder) == []


@contextmanager
def running(*arguments: str, cwd: Path, until: str) -> Iterator["subprocess.Popen[str]"]:
    """Start the command, and go on as soon as it prints `until`; it is killed at the end."""
    process = subprocess.Popen(
        [WHOMAY, *arguments],
        cwd=cwd,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if until in line:
                break
        else:
            raise AssertionError(f"{until!r} was never printed: {process.communicate()[1]}")
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: "subprocess.Popen[str]", number: signal.Signals) -> tuple[int, str, float]:
    """Signal a command and wait for its end: exit code, standard error, seconds it took."""
    begun = time.monotonic()
    process.send_signal(number)
    _, said = process.communicate(timeout=LONG)
    return process.returncode, said, time.monotonic() - begun


def processes_of(folder: Path) -> list[str]:
    """Return the command lines of all processes that work in a lab's folder."""
    told = processes_by_proc if Path("/proc/self/environ").exists() else processes_by_ps
    return told(folder)


def processes_by_proc(folder: Path) -> list[str]:
    """Return what `processes_of` does, where the system has /proc."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            line, variables = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            zombie = (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            continue
        if os.fsencode(folder) in line + variables and not zombie:
            found.append(line.replace(b"\0", b" ").decode(errors="replace"))
    return found


def processes_by_ps(folder: Path) -> list[str]:
    """Return what `processes_of` does, each with its environment, where it has none (macOS)."""
    with_environment = "-axEww" if sys.platform == "darwin" else "axeww"
    command = ["ps", with_environment, "-o", "pid=,stat=,args="]
    told = subprocess.run(command, capture_output=True, text=True, errors="replace", check=True)
    found = []
    for line in told.stdout.splitlines():
        pid, state, words = line.split(maxsplit=2)
        if str(folder) in words and int(pid) != os.getpid() and not state.startswith("Z"):
            found.append(words)
    return found


def left_after(folder: Path, seconds: float) -> list[str]:
    """Return the processes that still work in a lab's folder after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and processes_of(folder):
        time.sleep(0.1)
    return processes_of(folder)


def is_open(url: str) -> bool:
    """Whether somebody listens at the port of this URL."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", urlsplit(url).port or 0)) == 0
