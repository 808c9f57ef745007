"""Answers over all requests agree with requests of random systems, decided one by one."""

import os
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from support.agreements import of_one_question, of_reach
from support.disagreements import of_changes, of_proofs

# RANDOM_SYSTEMS=5000 pytest tests/engine/proof/test_random_systems.py looks for longer.
EXAMPLES = int(os.environ.get("RANDOM_SYSTEMS", "40"))


@settings(max_examples=EXAMPLES, derandomize=True)
@given(st.integers(0, 2**32))
def test_contract_and_who_agree_with_every_request_that_is_decided(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - it chooses examples, not secrets
    assert list(of_proofs(random)) == []


@settings(max_examples=EXAMPLES, derandomize=True)
@given(st.integers(0, 2**32))
def test_one_question_has_one_answer_by_whatever_command(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - it chooses examples, not secrets
    assert list(of_one_question(random)) == []


@settings(max_examples=EXAMPLES, derandomize=True)
@given(st.integers(0, 2**32))
def test_cannot_reach_agrees_with_every_chain_of_requests_that_is_decided(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - it chooses examples, not secrets
    assert list(of_reach(random)) == []


@settings(max_examples=EXAMPLES, derandomize=True)
@given(st.integers(0, 2**32))
def test_a_change_is_told_of_every_request_that_it_decides_otherwise(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - it chooses examples, not secrets
    assert list(of_changes(random)) == []
