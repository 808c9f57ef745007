"""`python -m whomay.lab.server --state DIR`: serve the lab's AWS until told to stop."""

import argparse
import sys
from pathlib import Path

from whomay.lab.server import internals
from whomay.lab.state import CUSTOM_RESOURCE_SECONDS


def main() -> None:
    """Read the arguments and serve; another MiniStack is one line and exit code 2."""
    parser = argparse.ArgumentParser(prog="python -m whomay.lab.server", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="private folder, made if needed")
    parser.add_argument(
        "--exit-with-parent",
        type=int,
        metavar="PID",
        help="end when the process PID is no longer this one's parent",
    )
    parser.add_argument(
        "--custom-resource-seconds",
        type=float,
        default=CUSTOM_RESOURCE_SECONDS,
        metavar="N",
        help="the longest that a custom resource may take to answer (default: %(default)s)",
    )
    options = parser.parse_args()
    try:
        internals.check_version()
        from whomay.lab.server.serve import serve  # noqa: PLC0415 - needs the extra `lab`

        serve(options.state.resolve(), options.exit_with_parent, options.custom_resource_seconds)
    except (OSError, internals.WrongMiniStackError) as error:
        sys.stderr.write(f"whomay lab: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
