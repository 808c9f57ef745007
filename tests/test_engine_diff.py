"""The semantic diff: what widens is called wider, what narrows narrower, and nothing else anything."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from whomay.cli.cases import command
from whomay.engine.mutations import run_mutations

CASES = Path(__file__).parent / "cases"
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


def test_the_command_prints_a_change_and_a_witness_for_each_mutation() -> None:
    result = CliRunner().invoke(command, [str(MUTATIONS), "--format", "json"])
    assert result.exit_code == 0
    first = json.loads(result.output)[0]
    assert first == {
        "id": "M01",
        "change": "wider",
        "witness": {
            "principal": "arn:aws:iam::111122223333:role/S3Writer",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::example",
            "context": {"aws:securetransport": "true", "aws:requestedregion": "eu-west-1"},
        },
    }


def test_a_mutation_that_is_not_what_it_says_exits_with_one(tmp_path: Path) -> None:
    wrong = DOCUMENT["mutations"][0] | {"direction": "neutral"}
    file = tmp_path / "mutations.json"
    file.write_text(json.dumps({"base": DOCUMENT["base"], "mutations": [wrong]}))
    result = CliRunner().invoke(command, [str(file)])
    assert result.exit_code == 1
    assert "M01: wider, expected to neutral" in result.output


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": "nothing"}, "target is 'nothing'; allowed: role_policy"),
        ({"patch": [{"op": "replace", "path": "/Statement/99", "value": 1}]}, "patch[0]"),
        ({"patch": [{"op": "spin", "path": ""}]}, "op is 'spin'; allowed: add, remove"),
        ({"patch": [{"op": "remove", "path": "/Statement/0/Effect"}]}, "Effect is None"),
    ],
)
def test_a_mutation_that_does_not_fit_is_named(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    file = tmp_path / "mutations.json"
    mutation = DOCUMENT["mutations"][0] | change
    file.write_text(json.dumps({"base": DOCUMENT["base"], "mutations": [mutation]}))
    result = CliRunner().invoke(command, [str(file)])
    assert result.exit_code == 2
    assert "M01: " in result.output
    assert message in result.output
