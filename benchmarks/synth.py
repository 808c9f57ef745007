"""Time and memory of a synth: an empty app; both stacks without checks, with our own, with all.

    python benchmarks/synth.py [RUNS]

All are run in turn, RUNS times (5), each in a process of its own. The ratio is to the empty
app of the same round, the median over all rounds. Processor time is that of Python and Node
together, memory that of the largest process, Node. The last line says what our own plugins, contract,
rules and lock, add to the synth without checks.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
# One resource: CDK's own checks refuse a stack that has none.
EMPTY = (
    "from aws_cdk import App, CfnWaitConditionHandle, Stack\n"
    "app = App()\nCfnWaitConditionHandle(Stack(app, 'Empty'), 'Nothing')\napp.synth()\n"
)
UNCHECKED = (
    "from aws_cdk import App\n"
    "from stacks.ec2_role import Ec2RoleStack\n"
    "from stacks.user_assume_role import UserAssumeRoleStack\n"
    "app = App()\nEc2RoleStack(app, 'Ec2Role')\nUserAssumeRoleStack(app, 'UserAssumeRole')\napp.synth()\n"
)
OWN = UNCHECKED.replace(
    "app.synth()",
    "from aws_cdk import Validations\n"
    "from whomay.cdk.gate.lock_checks import AccessLockChecks\n"
    "from whomay.cdk.gate.contract_checks import AccessContractChecks\n"
    "from whomay.cdk.gate.rule_checks import AccessRuleChecks\n"
    "own = (AccessContractChecks(), AccessRuleChecks(), AccessLockChecks())\n"
    "Validations.of(app).add_plugins(*own)\napp.synth()",
)
CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]
NO_RULES = {"@aws-cdk/core:validateAgainstDefaultRules": False}  # CDK's own
APPS = {
    "an empty app": (EMPTY, {}),
    "both stacks, no checks": (UNCHECKED, NO_RULES),
    "both stacks, our checks": (OWN, NO_RULES),
    "both stacks, all checks": ((ROOT / "app.py").read_text(), {}),
}


def run(source: str, overrides: dict[str, bool]) -> tuple[float, float, float]:
    """Return seconds, processor seconds and MiB of one synth."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "CDK_OUTDIR": folder,
            "CDK_CONTEXT_JSON": json.dumps({**CONTEXT, **overrides}),
            "PYTHONPATH": str(ROOT),
        }
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", source], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        if status:
            sys.exit(f"a synth failed with status {status}")
        return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Run all apps in turn and print one line each."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for source, overrides in APPS.values():  # warm the caches
        run(source, overrides)
    found = [{name: run(*app) for name, app in APPS.items()} for _ in range(rounds)]
    measures = ("seconds", "processor", "MiB")
    print(f"{'':26}" + "".join(f"{name:>10}{'ratio':>7}" for name in measures))
    for name in APPS:
        print(f"{name:26}", end="")
        for i in range(len(measures)):
            ratio = statistics.median(one[name][i] / one["an empty app"][i] for one in found)
            print(f"{statistics.median(one[name][i] for one in found):10.2f}{ratio:7.2f}", end="")
        print()
    bare, own = "both stacks, no checks", "both stacks, our checks"
    added = (statistics.median(one[own][i] / one[bare][i] - 1 for one in found) for i in range(2))
    print("our checks add {:.0%} of the seconds, {:.0%} of the processor's".format(*added))


if __name__ == "__main__":
    main()
