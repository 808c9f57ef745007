"""The aws CLI beside this Python, whose every request goes to the lab's own address.

S3 Control puts the account before the host, as 111111111111.127.0.0.1, whatever setting says otherwise:
a name for which the machine would ask its resolver. `python -m whomay.lab.aws` runs the CLI.
"""

import re
import sys
from typing import Any

_ACCOUNT_BEFORE_THE_LAB = re.compile(r"(?<=//)[^/.]+\.(?=127\.0\.0\.1[:/])")


def register(session: Any) -> None:
    """Have every client of a session of botocore, or of the CLI's own copy, leave the account out."""
    session.register("before-sign", _without_account)


def _without_account(request: Any, **_: object) -> None:
    request.url = _ACCOUNT_BEFORE_THE_LAB.sub("", request.url)


def main() -> int:
    """Run the CLI with the words of the command line, and return its exit code."""
    from awscli.clidriver import create_clidriver  # noqa: PLC0415 - others register alone

    driver = create_clidriver()
    register(driver.session)
    return int(driver.main() or 0)  # `aws configure` returns nothing


if __name__ == "__main__":
    sys.exit(main())
