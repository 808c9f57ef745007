"""A pytest plugin: the statements of an access contract in your own tests.

    def test_auditors_only_read(access):
        access.must_not_allow("Reports/Auditor", "s3:Put*", "*")

The fixture `access` reads the assembly that your fixture `assembly` returns: a folder, or a CDK App,
which is then synthesized. Without such a fixture it is `cdk.out`. Your fixture `organization` names an
organization file, if there is one.

pytest loads this module in every run of every project that has whomay installed. So the engine is
imported only when a test uses the fixture.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from whomay.testing.statements import ContractInTests

__all__ = ["ContractInTests", "access", "assembly", "organization"]


def __getattr__(name: str) -> Any:
    """Return the class of the fixture `access`, for a test that names its type."""
    if name != "ContractInTests":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from whomay.testing.statements import ContractInTests  # noqa: PLC0415 - see above

    return ContractInTests


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
