"""The contracts of this app and of the examples, as they are synthesized."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.prove.compare import Question
from scripts.prove.draw import Asked
from whomay.engine import Contract, Snapshot, read
from whomay.engine.contract import Stated, StatementKind
from whomay.engine.names import PrincipalNames
from whomay.iam.policy import Policy

ROOT = Path(__file__).parents[2]


def questions() -> Iterator[Question]:
    """Yield one question for each app: its templates, and what its contract states of them."""
    for app in (ROOT, *sorted(p.parent for p in (ROOT / "examples").glob("*/app.py"))):
        with tempfile.TemporaryDirectory() as folder:
            _synthesize(app, Path(folder))
            assembly = read(folder)
            names = PrincipalNames(assembly.snapshot)
            stated = [
                (each, who) for each in Contract.of(assembly) for who in names.find(each.principal)
            ]
            stated += _of_everybody(assembly.snapshot)
            name = "this app" if app == ROOT else app.name
            yield Question(name, assembly.snapshot, stated)


def _of_everybody(snapshot: Snapshot) -> Iterator[Asked]:
    """Yield what no contract states: that each principal may do nothing, or only what it says."""
    for who in snapshot.principals:
        own = tuple(s for policy in who.identity for s in policy.statements)
        for listed in (Policy(()), Policy(own, "2012-10-17")):
            yield Stated(StatementKind.MAY_ONLY, "", "", who.path, policy=listed), who
        if who.trust is not None:
            kind = StatementKind.ASSUMABLE_ONLY_BY
            yield Stated(kind, "", "", who.path, policy=Policy(())), who


def _synthesize(app: Path, folder: Path) -> None:
    context = json.loads((app / "cdk.json").read_text())["context"]
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(folder),
        "CDK_CONTEXT_JSON": json.dumps(context),
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run([sys.executable, "app.py"], cwd=app, env=environment, check=True)
