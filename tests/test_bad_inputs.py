"""Bad inputs, of the shared list and further ones: each is refused, stopped or recorded."""

from pathlib import Path

import bad_inputs_access
import bad_inputs_conditions
import bad_inputs_names
import bad_inputs_parts
import bad_inputs_trust
import pytest
from aws_cdk import App, Stack
from conftest import CONTEXT

TABLES = (
    bad_inputs_names,
    bad_inputs_trust,
    bad_inputs_conditions,
    bad_inputs_access,
    bad_inputs_parts,
)
LISTED = {case: expected for table in TABLES for case, expected in table.LISTED.items()}
FURTHER = {name: expected for table in TABLES for name, expected in table.FURTHER.items()}


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
