"""Starts a replay as a child of the run, in the lab's environment alone."""

import json
import sys
from pathlib import Path

from whomay.lab.accounts import as_admin
from whomay.lab.errors import CommandFailedError
from whomay.lab.replay.replayed import Replayed
from whomay.lab.session import LabSession, last_lines

TIMEOUT = 120.0  # seconds


def replay(session: LabSession, assembly: Path, *, disposable: bool = False) -> Replayed:
    """Ask the lab what an assembly's contract asks the engine, and compare the answers.

    What the calls need is made, and taken away at the end unless the lab is `disposable`: about to
    be stopped. Objects of the deployed buckets that have a replayed key are replaced, so this is
    for a lab that holds nothing of worth.

    Raises:
        CommandFailedError: the replay itself failed

    """
    python = Path(sys.executable).name
    words = [python, "-m", "whomay.lab.replay", str(session.workspace.root), str(assembly)]
    argv = (*words, "disposable") if disposable else tuple(words)
    done = session.run("admin", argv, as_admin(session), timeout=TIMEOUT)
    if done.code != 0:
        raise CommandFailedError(f"the contract could not be replayed:\n{last_lines(done)}")
    return Replayed.from_data(json.loads(done.out))
