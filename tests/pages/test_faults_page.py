"""The page on faults names tests that exist, one at least for each fault."""

import re

from support.checkout import ROOT
from support.named_tests import missing

PAGE = (ROOT / "docs" / "reference" / "faults.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "::test_" in line]


def test_every_fault_of_the_page_has_its_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    headings = PAGE.count("| fault | promise | test |")
    assert headings
    assert len(ROWS) == len(rows) - headings
    assert missing(re.findall(r"`([\w/]+\.py::test_\w+)`", PAGE)) == []
    assert PAGE.count("::") == len(re.findall(r"`[\w/]+\.py::test_\w+`", PAGE))
