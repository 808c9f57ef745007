"""Processes by pid and start time: a pid alone may meanwhile belong to another program."""

import subprocess
from pathlib import Path


def start_time(pid: int) -> str | None:
    """Return when the process started, as text to compare; None when there is no such process.

    A process that has ended but was not yet waited for counts as gone.
    """
    if not Path("/proc/self/stat").exists():
        return _start_time_from_ps(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # after the name, which may hold spaces and parentheses: state is field 3, start time field 22
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


def _start_time_from_ps(pid: int) -> str | None:
    """Ask ps, where the system has no /proc (macOS)."""
    command = ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    return " ".join(answer[1:]) if answer and not answer[0].startswith("Z") else None


def runs(pid: int, started: str) -> bool:
    """Tell whether the process that had this pid and start time still runs."""
    return start_time(pid) == started
