"""A pytest plugin: the statements of an access contract in your own tests.

    def test_auditors_only_read(access):
        access.must_not_allow("Reports/Auditor", "s3:Put*", "*")

The fixture `access` reads the assembly that your fixture `assembly` returns: a folder, or a CDK App,
which is then synthesized. Without such a fixture it is `cdk.out`. Your fixture `organization` names an
organization file, if there is one.

The fixture `lab` is an account of the embedded AWS for one test, with real enforcement of IAM:

    def test_the_writer_cannot_read(lab):
        writer = lab.as_role(lab.deploy(app)["Reports"]["WriterArn"])
        with pytest.raises(ClientError, match="AccessDenied"):
            writer.client("s3").get_object(Bucket="reports", Key="a.csv")

It needs the extra `lab`. One server runs for the whole session.

pytest loads this module in every run of every project that has whomay installed. So the engine is
imported only when a test uses the fixture, and so is the lab.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whomay.lab.state import Lab
    from whomay.testing.lab_account import LabAccount
    from whomay.testing.statements import ContractInTests

__all__ = [
    "ContractInTests",
    "LabAccount",
    "access",
    "assembly",
    "lab",
    "lab_server",
    "organization",
]

_CLASSES = {
    "ContractInTests": "whomay.testing.statements",
    "LabAccount": "whomay.testing.lab_account",
}


def __getattr__(name: str) -> Any:
    """Return the class of a fixture, for a test that names its type."""
    if name not in _CLASSES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_CLASSES[name]), name)


@pytest.fixture(scope="session")
def assembly() -> Path:
    """Return the assembly to test; write a fixture of this name to test another, or an App."""
    return Path("cdk.out")


@pytest.fixture(scope="session")
def organization() -> Path | None:
    """Return the organization file to test under, none; write a fixture of this name to name one."""
    return None


@pytest.fixture(scope="session")
def access(assembly: Any, organization: Path | None) -> "ContractInTests":
    """State what must be true of the assembly."""
    from whomay.testing.statements import ContractInTests  # noqa: PLC0415 - see above

    return ContractInTests(assembly, organization)


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Lab]":
    """Run one server of the lab for all tests of the session; it ends with pytest, however that ends."""
    from whomay.lab import lifecycle, programs  # noqa: PLC0415 - see above
    from whomay.lab.workspace import Workspace  # noqa: PLC0415 - the same

    place = Workspace.at(tmp_path_factory.mktemp("lab"))
    server = lifecycle.start(place.root, exit_with_parent=True)
    try:
        place.renew()
        programs.install(place.programs, server, place)
        yield server
    finally:
        lifecycle.stop(place.root)


@pytest.fixture
def lab(lab_server: "Lab") -> "LabAccount":
    """Open an account of the lab for this test alone."""
    from whomay.lab.workspace import Workspace  # noqa: PLC0415 - see above
    from whomay.testing.lab_account import LabAccount  # noqa: PLC0415 - the same

    return LabAccount.open(lab_server, Workspace(lab_server.ca.parent))
