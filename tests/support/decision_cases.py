"""The decisions kept as data, and a case of them that is changed."""

import json
from typing import Any

from support.checkout import ROOT

CASES = ROOT / "tests" / "cases"
DECISIONS = [
    json.loads(line)
    for name in ("decisions.jsonl", "own_decisions.jsonl")
    for line in (CASES / name).read_text().splitlines()
]


def changed_case(**changed: Any) -> str:
    """Return a case of which parts of the request or the policies are changed."""
    case = json.loads(json.dumps(DECISIONS[0]))
    for path, value in changed.items():
        part, _, name = path.partition("__")
        case[part][name] = value
    return json.dumps(case)


def policies(**changed: Any) -> list[dict[str, Any]]:
    """Return one policy whose statement is changed; None takes an element away."""
    statement = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*", **changed}
    return [{"Statement": {key: value for key, value in statement.items() if value is not None}}]
