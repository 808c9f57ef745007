"""What the pages tell a reader to type gives what they show."""

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


@pytest.mark.parametrize("guide", ["contracts.md", "testing.md"])
def test_a_guide_gives_what_it_shows(guide: str) -> None:
    assert differing([GUIDES / guide]) == []
