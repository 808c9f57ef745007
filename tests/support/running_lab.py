"""One lab with both projects, deployed once for all the tests that need one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from support.checkout import ROOT
from whomay.lab import journey, lifecycle
from whomay.lab.children import Children
from whomay.lab.session import LabSession
from whomay.lab.state import Lab
from whomay.lab.watch import watched
from whomay.lab.workspace import Workspace


class Record:
    """A journal that keeps what it is told."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, str]] = []

    def command(self, who: str, text: str) -> None:
        self.commands.append((who, text))

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        self.commands.append(("waiting", what))
        yield


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The server of a lab, for tests that ask it."""
    with started(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="module", name="lab")
def lab_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab for one module: what reads whole accounts would meet what other tests left there."""
    with started(tmp_path_factory.mktemp("lab")) as server:
        yield server


@contextmanager
def started(folder: Path) -> Iterator[Lab]:
    """Run the server of a lab; no AWS setting of the caller's reaches it."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        environment.setenv("AWS_CONFIG_FILE", os.devnull)
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield lifecycle.start(folder)
        lifecycle.stop(folder)


@pytest.fixture(scope="session")
def deployed_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabSession]:
    """Both projects, and the second one with MFA, deployed by the real CDK CLI."""
    with session_at(tmp_path_factory.mktemp("deployed") / "lab") as session:
        journey.deploy_all(session, ROOT)
        yield session


@contextmanager
def session_at(folder: Path) -> Iterator[LabSession]:
    """Run a lab in a folder, in which nobody has bootstrapped."""
    place = Workspace.at(folder)
    with Children() as children:
        session = journey.start(place, children, Record(), exit_with_parent=True)
        try:
            with watched(session.lab, place.root, children):
                yield session
        finally:
            children.close()
            journey.stop(place)


@pytest.fixture
def beside(deployed_lab: LabSession, tmp_path: Path) -> LabSession:
    """The same lab worked on from another folder, with children of its own."""
    place = Workspace.at(tmp_path / "beside")
    place.renew()
    for name in ("credentials", "config"):
        shutil.copy(deployed_lab.workspace.work / name, place.work)
    return replace(deployed_lab, workspace=place, children=Children(), journal=Record())
