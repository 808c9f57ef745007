"""Give mistakes and changes to whomay and to its peers, and write what each says into the docs.

    .venv/bin/python -m benchmarks.peers

Each peer is pinned and lives in an environment of its own under `.venvs/`. A few minutes.
"""

import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks.peers import page
from benchmarks.peers.changes import cdk_diff, changes, whomay_diff
from benchmarks.peers.judges import JUDGES
from benchmarks.peers.mistakes import mistakes
from benchmarks.peers.nag import GENERIC
from scripts.judges import PINS, ROOT

PAGE = ROOT / "docs" / "reference" / "peers.md"


def main() -> None:
    """Run all, and write the page."""
    PAGE.write_text(page.markdown(versions(), seen_mistakes(), seen_changes()))


def seen_mistakes() -> list[page.Seen]:
    """Return what each judge says of each mistake, and not of the template without it."""
    planted = mistakes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, mistake in enumerate(planted):
            kind = GENERIC if mistake.generic else ""
            for side in ("bad", "good"):
                file = folder / f"m{number}-{side}{kind}.json"
                file.write_text(json.dumps(getattr(mistake, side), indent=1))
        found = {}
        for judge, look in JUDGES.items():
            print(judge, flush=True)
            found[judge] = look(folder)
    seen = []
    for number, mistake in enumerate(planted):
        kind = GENERIC if mistake.generic else ""
        bad, good = f"m{number}-bad{kind}", f"m{number}-good{kind}"
        rules = {
            judge: sorted(set(names.get(bad, ())) - set(names.get(good, ())))
            for judge, names in found.items()
        }
        seen.append(page.Seen(mistake, rules))
    return seen


def seen_changes() -> list[page.Told]:
    """Return what `cdk diff` and `whomay diff` say of each change."""
    told = []
    for change in changes():
        print(change.name, flush=True)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            broadening = cdk_diff(change, folder, "--fail-on", "broadening")
            security = cdk_diff(change, folder, "--security-only", "--fail")
            code, found = whomay_diff(change, folder)
        words = sorted({one["change"] for one in found}) or ["same"]
        told.append(page.Told(change, broadening, security, code, words))
    return told


def versions() -> dict[str, str]:
    """Return the version of everything that was asked."""
    pinned = {
        name: next(pin for pin in pins if "==" in pin).split("==")[1] for name, pins in PINS.items()
    }
    cli = json.loads((ROOT / "package.json").read_text())
    return {
        "cdk-nag": version("cdk-nag"),
        "cfn-lint": version("cfn-lint"),
        "checkov": pinned["checkov"],
        "cfn-guard from cdklabs.cdk-validator-cfnguard": pinned["cfn-guard"],
        "parliament": pinned["parliament"],
        "aws-cdk-lib": version("aws-cdk-lib"),
        "the CDK CLI": cli["devDependencies"]["aws-cdk"],
    }


if __name__ == "__main__":
    sys.exit(main())
