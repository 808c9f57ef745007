"""What the pages tell a reader to type gives what they show."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from support import course
from support.checkout import ROOT

GUIDES = ROOT / "docs" / "guides"


def differing(pages: Sequence[Path]) -> list[tuple[str, str, str, str]]:
    return [
        (step.page.name, step.typed, step.shown, came)
        for step, came, agrees in course.walk(pages)
        if not agrees
    ]


@pytest.mark.lab
@pytest.mark.timeout(1800)  # half an hour for a machine that is busy; alone it takes two minutes
def test_the_course_gives_what_its_pages_show() -> None:
    assert differing(course.lessons()) == []


@pytest.mark.parametrize(
    "guide", ["contracts.md", pytest.param("testing.md", marks=pytest.mark.lab)]
)
def test_a_guide_gives_what_it_shows(guide: str) -> None:
    assert differing([GUIDES / guide]) == []


def test_a_message_of_ours_on_the_page_of_errors_is_one_that_is_printed() -> None:
    page = (ROOT / "docs" / "course" / "troubleshooting.md").read_text()
    ours = re.findall(r"^### `([^`]*)`", page.partition("## From whomay")[2], re.MULTILINE)
    package = ROOT / "constructs" / "whomay"
    code = " ".join(file.read_text() for file in package.rglob("*.py"))
    by_others = {"whomay: command not found"} | {one for one in ours if "bootstrap" in one}
    parts = [part for one in ours if one not in by_others for part in one.split(" … ")]
    assert len(parts) >= 4
    assert [part for part in parts if part not in code] == []
