"""How long the diff of two large apps takes, from their folders, and whether that grows linearly.

    .venv/bin/python -m benchmarks.diff [ROLES …]

The apps are those of `benchmarks/rules.py`; in the second one ten roles are changed, five of them wider
and five narrower. Seconds of a core: what counts on a machine that others use as well.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.rules import STACKS, write
from whomay.engine import diff, read

CHANGES = 10


def main() -> None:
    """Print one line a size."""
    print(f"{'roles':>6} {'read CPU s':>11} {'diff CPU s':>11}  changes")
    for roles in [int(text) for text in sys.argv[1:]] or [100, 250, 500, 1000, 2000]:
        report(roles)


def report(roles: int) -> None:
    """Write two apps of that many roles, compare them, and print what that took."""
    with tempfile.TemporaryDirectory() as name:
        sides = [Path(name, side) for side in ("old", "new")]
        for side in sides:
            side.mkdir()
            write(side, roles)
        change(sides[1], roles)
        start = time.process_time()
        old, new = (read(side).snapshot for side in sides)
        loaded = time.process_time()
        found = diff(old, new)
        done = time.process_time()
    counts = Counter(str(one.change) for one in found)
    told = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    print(f"{roles:>6} {loaded - start:>11.2f} {done - loaded:>11.2f}  {told}")


def change(folder: Path, roles: int) -> None:
    """Let every other of ten roles list one more bucket, and take that from the rest."""
    for number in range(0, roles, roles // CHANGES):
        file = folder / f"Stack{number % STACKS}.template.json"
        template = json.loads(file.read_text())
        [policy] = template["Resources"][f"Role{number}"]["Properties"]["Policies"]
        statements = policy["PolicyDocument"]["Statement"]
        if number // (roles // CHANGES) % 2:
            del statements[1]
        else:
            another = {"Fn::GetAtt": [f"Bucket{(number + STACKS) % roles}", "Arn"]}
            statements[1]["Resource"] = [statements[1]["Resource"], another]
        file.write_text(json.dumps(template))


if __name__ == "__main__":
    main()
