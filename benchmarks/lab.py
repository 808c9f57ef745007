"""Time of a lab's start, of each deploy and of the probes; memory of the server at the end.

    python benchmarks/lab.py

One run on a fresh state folder. `demo` is the same as a user's `whomay demo`, in a run of its own.
Memory is read from /proc, so on Linux alone.
"""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whomay.lab import deploy, journey, lifecycle
from whomay.lab.accounts import ADMINISTRATORS, make_administrators
from whomay.lab.children import Children
from whomay.lab.jobs import JOB, as_job
from whomay.lab.session import LabSession
from whomay.lab.workspace import Workspace

ROOT = Path(__file__).parents[1]


class Silent:
    """A journal that tells nothing."""

    def command(self, _who: str, _text: str) -> None:
        """Tell nothing."""

    @contextmanager
    def waiting(self, _what: str) -> Iterator[None]:
        """Show nothing."""
        yield


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long the block took."""
    begun = time.perf_counter()
    yield
    print(f"{what:40}{time.perf_counter() - begun:7.2f} s")


def main() -> None:
    """Walk the way of the demo step by step, then run the demo itself."""
    with tempfile.TemporaryDirectory() as folder, Children() as children:
        place = Workspace.at(Path(folder) / "lab")
        with timed("lab start"):
            lab = lifecycle.start(place.root, exit_with_parent=True)
        try:
            place.renew()
            session = LabSession(lab, place, children, Silent())
            with timed("administrators of three accounts"):
                make_administrators(session)
            with timed("cdk synth"):
                deploy.synth(session, ROOT)
            for owner in zip(ADMINISTRATORS, lab.accounts, strict=True):
                with timed(f"cdk bootstrap as {owner[0]}"):
                    deploy.bootstrap(session, *owner)
            with timed(f"cdk deploy of {len(deploy.BY_ADMIN)} stacks"):
                deploy.deploy(session, *deploy.BY_ADMIN)
            with timed(f"cdk deploy of {len(deploy.BY_JOB)} spokes as a job"):
                deploy.deploy(session, *deploy.BY_JOB, who=JOB, environment=as_job(session))
            with timed("all probes"):
                outcomes = journey.probe(session)
            print(f"{'probes':40}{len(outcomes):7}")
            status = Path(f"/proc/{lab.pid}/status").read_text().splitlines()
            memory = {
                line.split(":")[0]: line.split()[1] for line in status if line.startswith("Vm")
            }
            print(f"{'memory of the server, now':40}{int(memory['VmRSS']) / 1024:7.0f} MiB")
            print(f"{'memory of the server, peak':40}{int(memory['VmHWM']) / 1024:7.0f} MiB")
        finally:
            journey.stop(place)
        with timed("whomay demo"):
            subprocess.run(
                ["whomay", "demo", "--state", str(Path(folder) / "demo")],
                cwd=ROOT,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )


if __name__ == "__main__":
    main()
