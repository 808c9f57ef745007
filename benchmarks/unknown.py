"""The share of Unknown: how many kinds of requests the engine cannot decide, app by app.

    python benchmarks/unknown.py [ASSEMBLY ...]

Without an argument this app and the examples are synthesized first. For every principal it decides
all classes of requests that any statement could allow, as `may_only` does. For every role it
decides those that could make somebody the role, as `assumable_only_by` does.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from whomay.engine import Snapshot, Verdict, read
from whomay.engine.contract import Questions, Stated, StatementKind, walks
from whomay.iam.policy import Policy

ROOT = Path(__file__).parents[1]
APPS = {
    "this app": ROOT,
    **{p.parent.name: p.parent for p in sorted((ROOT / "examples").glob("*/app.py"))},
}


def synthesized(app: Path, folder: Path) -> Path:
    """Synthesize an app into a folder."""
    context = json.loads((app / "cdk.json").read_text())["context"]
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(folder),
        "CDK_CONTEXT_JSON": json.dumps(context),
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run([sys.executable, "app.py"], cwd=app, env=environment, check=True)
    return folder


def verdicts(snapshot: Snapshot) -> Iterator[Verdict]:
    """Yield the verdict on each class of requests."""
    statements = [
        Stated(kind, at="", scope="", principal=principal.arn, policy=Policy(()))
        for principal in snapshot.principals
        for kind in (StatementKind.MAY_ONLY, StatementKind.ASSUMABLE_ONLY_BY)
        if kind is StatementKind.MAY_ONLY or principal.trust is not None
    ]
    for walk in walks(Questions(snapshot), statements):
        for who in walk.who:
            for request in walk.requests(who):
                yield walk.views[0].verdict(request)


def report(name: str, assembly: Path) -> None:
    """Print one line about an assembly."""
    snapshot = read(assembly).snapshot
    found = Counter(verdicts(snapshot))
    total, unknown = found.total(), found[Verdict.UNKNOWN]
    print(
        f"{name:16}{len(snapshot.principals):12}{total:10}{found[Verdict.ALLOWED]:10}"
        f"{unknown:10}{unknown / total if total else 0:9.1%}"
    )


def main() -> None:
    """Print one line for each app."""
    print(f"{'':16}{'principals':>12}{'requests':>10}{'Allowed':>10}{'Unknown':>10}{'share':>9}")
    if sys.argv[1:]:
        for argument in sys.argv[1:]:
            report(argument, Path(argument))
        return
    for name, app in APPS.items():
        with tempfile.TemporaryDirectory() as folder:
            report(name, synthesized(app, Path(folder)))


if __name__ == "__main__":
    main()
