"""Time and memory of the app's synth, all checks and the contract included, by the number of spokes.

    python benchmarks/spokes.py [SPOKES …]

Each number (10, 50, 100, 200) is a process of its own. It runs app.py with a hub of five people,
each with both roles, and that many spokes. Processor time is that of Python and Node together. The
time for each spoke is the processor time beyond the app with one spoke. It stays the same where the
cost grows linearly.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PEOPLE = 5
CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]


def accounts(spokes: int) -> dict[str, Any]:
    """Return the section of the context for a number of spokes."""
    return {
        "hub": {
            "id": "111111111111",
            "region": "us-east-1",
            "people": {f"person-{n}": {"roles": ["Reader", "Writer"]} for n in range(PEOPLE)},
        },
        "spokes": {f"spoke-{n}": {"id": f"2{n:011}", "region": "us-east-1"} for n in range(spokes)},
    }


def run(spokes: int) -> tuple[float, float, float]:
    """Return seconds, processor seconds and MiB of one synth."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "CDK_OUTDIR": folder,
            "CDK_CONTEXT_JSON": json.dumps({**CONTEXT, "accounts": accounts(spokes)}),
        }
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        if status:
            sys.exit(f"the synth failed with status {status}")
        return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Print one line for each number of spokes."""
    numbers = [int(one) for one in sys.argv[1:]] or [10, 50, 100, 200]
    run(1)  # warm the caches
    elapsed, one, memory = run(1)
    print(f"{'spokes':>6}{'seconds':>10}{'processor':>11}{'ms each':>9}{'MiB':>6}")
    print(f"{1:6}{elapsed:10.2f}{one:11.2f}{'':9}{memory:6.0f}")
    for number in numbers:
        elapsed, processor, memory = run(number)
        each = (processor - one) / (number - 1) * 1000
        print(f"{number:6}{elapsed:10.2f}{processor:11.2f}{each:9.1f}{memory:6.0f}")


if __name__ == "__main__":
    main()
