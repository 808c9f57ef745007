"""The page on the rules is written from the rules."""

from support.checkout import ROOT

from whomay.report.rules_reference import markdown


def test_the_reference_is_that_of_the_rules() -> None:
    written = (ROOT / "docs/reference/rules.md").read_text("utf-8")
    assert written == markdown(), (
        "run: python -m whomay.report.rules_reference > docs/reference/rules.md"
    )
