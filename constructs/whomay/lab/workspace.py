"""The state folder: private, one run at a time, and the only place that the lab writes to."""

import json
import os
import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whomay.lab import only_run
from whomay.lab.errors import LabError


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of one lab (mode 0700), and what lies where in it."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> "Workspace":
        """Make the folder, or take the one that is there.

        Raises:
            LabError: it cannot be written to

        """
        root = root.absolute()
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            root.chmod(0o700)
        except OSError as error:
            raise LabError(
                f"the state folder {root} cannot be used: {error.strerror}. "
                "Choose another one with --state."
            ) from error
        return cls(root)

    @property
    def work(self) -> Path:
        """What belongs to the lab that runs now; removed when the next one starts."""
        return self.root / "work"

    @property
    def assembly(self) -> Path:
        """The cloud assembly that is deployed."""
        return self.work / "cdk.out"

    @property
    def programs(self) -> Path:
        """The programs that children find before all others."""
        return self.work / "bin"

    def home_on(self, instance: str) -> Path:
        """Return the home of ssm-user on an instance."""
        return self.work / "instances" / instance

    def clear(self) -> None:
        """Remove what belongs to a lab that is gone."""
        shutil.rmtree(self.work, ignore_errors=True)

    def renew(self) -> None:
        """Remove what an earlier lab has left, and make the folders of this one."""
        self.clear()
        for name in ("home", "tmp", "outputs", "instances", "bin"):
            (self.work / name).mkdir(mode=0o700, parents=True)

    def held(self) -> AbstractContextManager[None]:
        """Hold the folder for this run; a run that dies lets go of it.

        Raises:
            LabHeldError: another run holds it; entering says which, and since when.

        """
        return only_run.held(self.root / "run.lock", f"the run of process {os.getpid()},")

    def write(self, name: str, value: Any) -> None:
        """Write a value as JSON, readable by this user alone, whole or not at all."""
        write_private(self.work / name, json.dumps(value, indent=1))

    def read(self, name: str) -> Any:
        """Return what `write` has written, None when there is nothing."""
        try:
            return json.loads((self.work / name).read_text())
        except FileNotFoundError:
            return None


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    part.replace(path)
