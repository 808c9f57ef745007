"""Bad inputs, of the shared list and further ones: each is refused, stopped or recorded."""

from pathlib import Path

import pytest
from aws_cdk import App, Stack
from support.bad_inputs import FURTHER, LISTED
from support.checkout import CONTEXT


@pytest.mark.parametrize(
    ("case", "number"), [(case, n) for case, found in LISTED.items() for n in range(len(found))]
)
def test_a_listed_bad_input_is_told_in_the_callers_words(
    tmp_path: Path, case: str, number: int
) -> None:
    LISTED[case][number].check(Stack(App(context=CONTEXT, outdir=str(tmp_path)), "Stack"))


@pytest.mark.parametrize("name", FURTHER)
def test_a_further_bad_input_is_told_in_the_callers_words(tmp_path: Path, name: str) -> None:
    FURTHER[name].check(Stack(App(context=CONTEXT, outdir=str(tmp_path)), "Stack"))
