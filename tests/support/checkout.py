"""Where the checkout is, and the context that its app is given."""

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTEXT: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]


@pytest.fixture(scope="session")
def checkout() -> Path:
    return ROOT
