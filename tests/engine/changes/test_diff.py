"""The semantic diff: what widens is called wider, what narrows narrower, and nothing else anything."""

import json
import re
from typing import Any

import pytest
from support.checkout import ROOT
from support.mutations import run_mutations

from whomay.engine.cases import CaseError

CASES = ROOT / "tests" / "cases"
MUTATIONS = CASES / "mutations.json"
DOCUMENT: dict[str, Any] = json.loads(MUTATIONS.read_text())
OWN: list[dict[str, Any]] = json.loads((CASES / "own_mutations.json").read_text())["mutations"]


@pytest.mark.parametrize(
    "mutation", [*DOCUMENT["mutations"], *OWN], ids=lambda m: f"{m['id']}-{m['operator']}"
)
def test_each_mutation_is_called_what_it_does(mutation: dict[str, Any]) -> None:
    (found,) = run_mutations({"base": DOCUMENT["base"], "mutations": [mutation]})
    assert found.as_expected, (found.change, found.witness)
    assert (found.witness is None) == (mutation["direction"] == "neutral")


def test_a_witness_is_the_smallest_request_that_shows_the_change() -> None:
    (found, *_) = run_mutations(DOCUMENT)
    assert found.witness is not None
    assert found.witness.as_data() == {
        "principal": "arn:aws:iam::111122223333:role/S3Writer",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::example/x",
        "context": {"aws:securetransport": "true", "aws:requestedregion": "eu-west-1"},
    }


def test_a_mutation_that_is_not_what_it_says_is_noticed() -> None:
    wrong = DOCUMENT["mutations"][0] | {"direction": "neutral"}
    (found,) = run_mutations({"base": DOCUMENT["base"], "mutations": [wrong]})
    assert (found.change, found.as_expected) == ("wider", False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": "nothing"}, "target is 'nothing'; allowed: role_policy"),
        ({"patch": [{"op": "replace", "path": "/Statement/99", "value": 1}]}, "patch[0]"),
        ({"patch": [{"op": "spin", "path": ""}]}, "op is 'spin'; allowed: add, remove"),
        ({"patch": [{"op": "remove", "path": "/Statement/0/Effect"}]}, "Effect is None"),
        ({"direction": "up"}, "direction is 'up'; allowed: widen, narrow, neutral"),
    ],
)
def test_a_mutation_that_does_not_fit_is_named(change: dict[str, Any], message: str) -> None:
    mutation = DOCUMENT["mutations"][0] | change
    with pytest.raises(CaseError, match=f"M01: .*{re.escape(message)}"):
        run_mutations({"base": DOCUMENT["base"], "mutations": [mutation]})
