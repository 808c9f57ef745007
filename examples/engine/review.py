# pyright: strict
"""A review of a change of access, for a bot of your own: it asks the engine, not the command.

    python review.py BEFORE AFTER

Both are folders that `cdk synth` wrote, of an app in any language. Exit code 1 when somebody may do
more, or when that is not known; 2 when a folder cannot be read.
"""

import argparse
import sys

from whomay.engine import Assembly, AssemblyError, Change, Contract, check, diff, findings, read
from whomay.engine.contract import Outcome

GROWN = (Change.WIDER, Change.MOVED, Change.UNKNOWN)
NOT_KEPT = (Outcome.WRONG, Outcome.BROKEN, Outcome.UNKNOWN)


def review(before: Assembly, after: Assembly) -> list[str]:
    """Return a line for each change that grants more, statement not kept and finding."""
    grown = [each for each in diff(before.snapshot, after.snapshot) if each.change in GROWN]
    checked = check(Contract.of(after), after.snapshot)
    return [
        *(f"{each.principal} is {each.change}: {each.text}" for each in grown),
        *(f"{each.stated.at}: {each.finding.said}" for each in checked.of(*NOT_KEPT)),
        *(f"{each.path}: {each.message}" for each in findings(after)),
    ]


def main() -> int:
    """Print the review of the two folders; return the exit code."""
    parser = argparse.ArgumentParser(description="Tell what a change does to access.")
    parser.add_argument("before")
    parser.add_argument("after")
    folders = parser.parse_args()
    try:
        before, after = read(folders.before), read(folders.after)
    except AssemblyError as error:
        print(error, file=sys.stderr)
        return 2
    lines = review(before, after)
    print("\n".join(lines) or "nobody may do more")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
