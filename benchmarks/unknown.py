"""The share of Unknown: how many kinds of requests the engine cannot decide, app by app.

    python benchmarks/unknown.py [FOLDER ...]

A folder is an assembly, or holds assemblies at any depth. Without an argument this app and the
examples are synthesized first. For every principal it decides all classes of requests that any
statement could allow, as `may_only` does. For every role it decides those that could make somebody
the role, as `assumable_only_by` does. A principal is Unknown when one of its classes is.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
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


def verdicts(snapshot: Snapshot) -> Iterator[tuple[str, Verdict]]:
    """Yield the verdict on each class of requests, with the principal whose statement asks it."""
    statements = [
        Stated(kind, at="", scope="", principal=principal.arn, policy=Policy(()))
        for principal in snapshot.principals
        for kind in (StatementKind.MAY_ONLY, StatementKind.ASSUMABLE_ONLY_BY)
        if kind is StatementKind.MAY_ONLY or principal.trust is not None
    ]
    questions = Questions(snapshot)
    for stated in statements:
        for walk in walks(questions, [stated]):
            for who in walk.who:
                for request in walk.requests(who):
                    yield stated.principal, walk.views[0].verdict(request)


@dataclass(frozen=True, slots=True)
class Share:
    """What came out for one assembly or several."""

    name: str
    principals: int
    unknown_principals: int
    verdicts: Counter[Verdict]

    def line(self) -> str:
        """Return the line of the table."""
        total, unknown = self.verdicts.total(), self.verdicts[Verdict.UNKNOWN]
        return (
            f"{self.name:16}{self.principals:12}{self.unknown_principals:10}"
            f"{self.unknown_principals / self.principals if self.principals else 0:9.1%}"
            f"{total:10}{self.verdicts[Verdict.ALLOWED]:10}"
            f"{unknown:10}{unknown / total if total else 0:9.1%}"
        )


def share(name: str, assembly: Path) -> Share:
    """Decide all classes of requests of an assembly."""
    snapshot = read(assembly).snapshot
    found = list(verdicts(snapshot))
    unknown = {principal for principal, verdict in found if verdict is Verdict.UNKNOWN}
    return Share(
        name, len(snapshot.principals), len(unknown), Counter(verdict for _, verdict in found)
    )


def assemblies(folder: Path) -> list[Path]:
    """Return the assemblies in a folder, which may be one itself; not those inside of others."""
    if (folder / "manifest.json").is_file():
        return [folder]
    found = sorted(each.parent for each in folder.rglob("manifest.json"))
    return [each for each in found if not any(parent in found for parent in each.parents)]


def main() -> None:
    """Print one line for each app, and one for all."""
    head = ("principals", "Unknown", "share", "requests", "Allowed", "Unknown", "share")
    print(
        f"{'':16}{head[0]:>12}{head[1]:>10}{head[2]:>9}"
        + "".join(f"{h:>10}" for h in head[3:6])
        + f"{head[6]:>9}"
    )
    shares = []
    if sys.argv[1:]:
        folders = [each for argument in sys.argv[1:] for each in assemblies(Path(argument))]
        for folder in folders:
            shares.append(share(folder.name, folder))
            print(shares[-1].line())
    else:
        for name, app in APPS.items():
            with tempfile.TemporaryDirectory() as folder:
                shares.append(share(name, synthesized(app, Path(folder))))
                print(shares[-1].line())
    everything = sum((each.verdicts for each in shares), Counter[Verdict]())
    principals = sum(each.principals for each in shares)
    unknown = sum(each.unknown_principals for each in shares)
    print(Share(f"all {len(shares)}", principals, unknown, everything).line())


if __name__ == "__main__":
    main()
