"""The processes that work in a lab's folder are found on every system, by its own means."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.commands import processes_by_proc, processes_by_ps

WAITS = "import sys; sys.stdin.read()"
SYSTEMS = pytest.mark.parametrize("processes", [processes_by_proc, processes_by_ps])


@SYSTEMS
def test_a_process_is_found_by_a_folder_in_its_environment_until_it_ends(
    tmp_path: Path, processes: Callable[[Path], list[str]]
) -> None:
    if processes is processes_by_proc and not Path("/proc/self/environ").exists():
        pytest.skip("this system has no /proc")
    with subprocess.Popen(
        [sys.executable, "-c", WAITS], stdin=subprocess.PIPE, env={"HOME": str(tmp_path)}
    ) as child:
        [found] = processes(tmp_path)
        assert WAITS in found
        child.communicate()
    assert processes(tmp_path) == []
