"""The folder constructs/ must not shadow the package constructs of PyPI."""

from pathlib import Path

import constructs
from support.checkout import ROOT


def test_the_folder_constructs_is_not_a_package() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists()


def test_no_folder_of_the_tests_is_called_constructs() -> None:
    assert not [path for path in (ROOT / "tests").rglob("constructs") if path.is_dir()]


def test_constructs_is_imported_from_its_own_distribution() -> None:
    assert ROOT / "constructs" not in Path(constructs.__file__).parents
