"""Nothing is sent to an AWS before it has shown that it is this lab."""

import json
import re

from whomay.lab.errors import WrongEndpointError
from whomay.lab.session import LabSession, last_lines

NONCE = re.compile(r"'x-lab-nonce': '([0-9A-Za-z_-]+)'")


def verify(session: LabSession, who: str, environment: dict[str, str], account: str) -> None:
    """Ask with the real aws CLI who answers: the lab's account, and the nonce that it alone knows.

    The nonce comes in a header of that very answer. So this proves where the calls of this
    environment go, not only that the lab runs.

    Raises:
        WrongEndpointError: anything else answers, or nobody

    """
    argv = ("aws", "sts", "get-caller-identity", "--output", "json", "--debug")
    done = session.run(who, argv, environment, timeout=30)
    nonce = NONCE.search(done.err)
    if done.code == 0 and nonce and nonce[1] == session.lab.nonce:
        answered = json.loads(done.out)["Account"]
        if answered == account:
            return
        raise WrongEndpointError(
            f"the lab answers for account {answered} in place of {account}; nothing was deployed"
        )
    raise WrongEndpointError(
        f"it is not this lab that answers at {session.lab.endpoint}, so nothing further is sent. "
        f"Start the lab again: whomay lab stop, whomay lab start.\n{last_lines(done)}"
        if done.code
        else f"another AWS than this lab answered as {done.out.strip()}; nothing further is sent"
    )
