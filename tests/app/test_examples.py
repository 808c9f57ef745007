"""Every example synthesizes through the gate, from its own folder, as its reader would run it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/app.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_passes_the_gate(example: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(tmp_path),
        "CDK_CONTEXT_JSON": json.dumps(json.loads((example / "cdk.json").read_text())["context"]),
    }
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=example,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.glob("*.template.json"))
