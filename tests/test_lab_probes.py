"""The probes against both projects, deployed in the lab."""

import pytest

from whomay.lab import journey
from whomay.lab.probes import LAST, PROBES
from whomay.lab.probing import Outcome
from whomay.lab.session import Session


@pytest.fixture(scope="module")
def outcomes(deployed_lab: Session) -> list[Outcome]:
    return journey.probe(deployed_lab)


def test_every_probe_gets_the_one_answer_that_aws_gives(outcomes: list[Outcome]) -> None:
    wrong = {outcome.probe.title: outcome.problem for outcome in outcomes if outcome.problem}

    assert wrong == {}
    assert [outcome.probe for outcome in outcomes] == [*PROBES, *LAST]
