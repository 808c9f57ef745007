"""Ask the engine and an outside judge the same random questions, and rule where they differ.

    python scripts/fuzz [COUNT] [FIRST]

COUNT cases (20,000), from seed FIRST (0). The judge is iam-simulate. Its licence is the AGPL, so it
is no dependency: it is installed under `.venvs/` and asked as a process of its own. Exit codes: 0
every difference has a ruling, 1 one has none, 2 the judge could not be set up or run. In a whole run a
ruling that settles nothing is exit code 1 too.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from generate import case
from rulings import RULINGS

from whomay.engine.cases import run_case

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".venvs" / "iam-simulate"
PIN = "@cloud-copilot/iam-simulate@0.1.173"
VERDICTS = {
    "Allowed": "Allowed",
    "ImplicitlyDenied": "ImplicitDeny",
    "ExplicitlyDenied": "ExplicitDeny",
}
Case = dict[str, Any]
_WHOLE = 20_000


def main(count: int = 20_000, first: int = 0) -> int:
    """Compare the verdicts of so many cases; return the exit code."""
    set_up()
    cases = [case(seed) for seed in range(first, first + count)]
    differing = differences(cases)
    print(f"{PIN}: {count} cases from seed {first}, {count - len(differing)} with the same verdict")
    stale = []
    for ruling in RULINGS:
        rewritten = {id(each): ruling.without(each) for each in differing}
        asked = [each for each in differing if rewritten[id(each)] != each]
        still = {each["id"] for each in differences([rewritten[id(each)] for each in asked])}
        settled = {each["id"] for each in asked} - still
        differing = [each for each in differing if each["id"] not in settled]
        print(f"  {len(settled)} differ by a known ruling: {ruling.name}")
        stale += [] if settled or count < _WHOLE else [ruling.name]
    for each in differing:
        print(f"no ruling for seed {each['id']}: {ours(each)} here\n{json.dumps(each)}")
    for name in stale:
        print(f"the ruling settles nothing: {name}")
    return 1 if differing or stale else 0


def set_up() -> None:
    """Install the pinned judge unless it is there."""
    installed = HOME / "node_modules" / PIN.rpartition("@")[0] / "package.json"
    wanted = PIN.rpartition("@")[2]
    if installed.is_file() and json.loads(installed.read_text())["version"] == wanted:
        return
    HOME.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--silent", PIN]
    run(*command, "--prefix", str(HOME))


def differences(cases: list[Case]) -> list[Case]:
    """Return the cases on which the judge's verdict is not the engine's."""
    lines = "\n".join(map(json.dumps, cases))
    judge = str(Path(__file__).with_name("judge.mjs"))
    theirs = run("node", judge, str(HOME), text=lines).splitlines() if cases else []
    if len(theirs) != len(cases) or not VERDICTS.keys() >= set(theirs):
        sys.stderr.write(f"fuzz: the judge answered {set(theirs) - VERDICTS.keys()}\n")
        sys.exit(2)
    return [
        each for each, their in zip(cases, theirs, strict=True) if ours(each) != VERDICTS[their]
    ]


def ours(each: Case) -> str:
    """Return the engine's verdict."""
    return run_case(each).verdict.value


def run(*command: str, text: str | None = None) -> str:
    """Run a program of Node; stop where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, input=text)
    if done.returncode:
        sys.stderr.write(f"fuzz: {command[0]} failed: {done.stderr.strip()[-300:]}\n")
        sys.exit(2)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
