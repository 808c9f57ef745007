"""The tables of what carries access are those of the code."""

from support.checkout import ROOT

from whomay.report.carriers_reference import BEGIN, END, replaced

PAGE = ROOT / "docs" / "how-the-proof-works.md"


def test_the_tables_are_current() -> None:
    page = PAGE.read_text()
    assert page.count(BEGIN) == page.count(END) == 1
    assert page == replaced(page), (
        "put the output of python -m whomay.report.carriers_reference between the two comments"
    )
