"""How long the README's way into an app takes, from an empty virtual environment.

    python benchmarks/five_minutes.py [APP…]

APP is a folder that `cdk synth` wrote, or a template; by default cdk.out and the example in
CloudFormation. The wheel is built from the checkout, and pip gets all else from its index. It prints
seconds on the clock and of the processor for each command, and their sum.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
COMMANDS = re.findall(r"```sh\npip install whomay\n(.*?)```", README, re.DOTALL)[0].splitlines()


def timed(what: str, *command: str, cwd: Path) -> float:
    """Run a command, print how long it took, and return its seconds of the processor."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    spent = usage.ru_utime + usage.ru_stime
    code = os.waitstatus_to_exitcode(status)
    print(f"{time.perf_counter() - begun:7.1f} s {spent:7.1f} s  {code}  {what}")
    return spent


def main() -> None:
    """Time the path on each app."""
    apps = sys.argv[1:] or ["cdk.out", str(ROOT / "examples" / "cloudformation" / "template.yaml")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
        subprocess.run([*build, folder], cwd=ROOT / "constructs", check=True, capture_output=True)
        [wheel] = folder.glob("*.whl")
        print("  clock processor exit")
        total = timed("python -m venv", sys.executable, "-m", "venv", "new", cwd=folder)
        program = folder / "new" / "bin"
        install = [str(program / "pip"), "install", "--quiet", str(wheel)]
        total += timed("pip install whomay", *install, cwd=folder)
        for app in apps:
            source, spent = str(Path(app).resolve()), total
            for line in COMMANDS:
                words = shlex.split(line, comments=True)
                named = [] if "diff" in words else ["-a", source]
                output = ["-o", "access-contract.yaml", "--force"] if "contract" in words else []
                command = [source if word == "cdk.out" else word for word in words[1:]]
                contract = folder / "access-contract.yaml"
                if words[1:] == ["check"] and contract.exists():
                    output = ["--contract", str(contract)]
                arguments = [*command, *named, *output]
                spent += timed(
                    line.partition("#")[0].strip(), str(program / "whomay"), *arguments, cwd=folder
                )
            contract.unlink(missing_ok=True)
            (folder / "access.lock").unlink(missing_ok=True)
            print(f"{'':9}{spent:8.1f} s  {app}, all with the installation")


if __name__ == "__main__":
    main()
