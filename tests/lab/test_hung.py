"""A server that runs and answers nobody: stopped by a signal, or stuck."""

import os
import socket
from pathlib import Path

import pytest

from whomay.lab import journey, process, state
from whomay.lab.errors import LabError
from whomay.lab.state import Lab
from whomay.lab.workspace import Workspace


def test_a_server_that_hangs_is_told_as_hung(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes calls, and answers none
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        started = process.start_time(os.getpid())
        assert started is not None
        lab = Lab(os.getpid(), started, url, url, url, tmp_path, "root", "nonce", (), "us-east-1")
        state.write(tmp_path, lab)
        with pytest.raises(LabError, match="the lab is hung: its server, process"):
            journey.answering(Workspace(tmp_path), patience=0.2)
