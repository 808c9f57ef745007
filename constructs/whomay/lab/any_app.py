"""Any CDK app in the lab: where its stacks go, the bootstrap of those accounts, their deployment."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from whomay.lab import deploy
from whomay.lab.accounts import ADMIN, ADMINISTRATORS, as_admin
from whomay.lab.context import CONTEXT
from whomay.lab.deploy import Outputs
from whomay.lab.errors import LabError
from whomay.lab.identity import verify
from whomay.lab.session import LabSession

_ALL: Final = "--all"
_STACK: Final = "aws:cloudformation:stack"
_OPEN: Final = ("unknown-account", "unknown-region")


def deploy_app(session: LabSession, app: Path, stacks: Sequence[str]) -> Outputs:
    """Synthesize an app, bootstrap where its stacks go, deploy some or all; return their outputs.

    A stack without an environment goes to the lab's first account and Region.

    Raises:
        WrongEndpointError: it is not this lab that answers; nothing is deployed.
        CommandFailedError: a step failed; the message says which and why.
        LabError: a stack is meant for an account that the lab does not have.

    """
    verify(session, ADMIN, as_admin(session), session.lab.accounts[0])
    with session.journal.waiting("synthesizing the app"):
        deploy.synth(session, app, CONTEXT if deploy.is_course(app) else {})
    administrators = dict(zip(session.lab.accounts, ADMINISTRATORS, strict=True))
    steps = [
        partial(deploy.bootstrap, session, administrators[account], account, region)
        for account, region in sorted(set(_environments(session, stacks)))
    ]
    with session.journal.waiting("bootstrapping the accounts"):
        session.each(lambda step: step(), steps)
    with session.journal.waiting(f"deploying {', '.join(stacks) or 'all stacks'}"):
        deploy.deploy(session, *(stacks or [_ALL]))
    found: Outputs = session.workspace.read("outputs/cdk.json") or {}
    return found


def _environments(session: LabSession, stacks: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield account and Region of the stacks, and of what they need; of all where one is a pattern."""
    own = (session.lab.accounts[0], session.lab.region)
    for manifest in sorted(session.workspace.assembly.rglob("manifest.json")):
        artifacts = json.loads(manifest.read_text()).get("artifacts", {})
        wanted = (
            _with_needs(artifacts, stacks) if stacks and set(stacks) <= set(artifacts) else None
        )
        for name, artifact in artifacts.items():
            if artifact["type"] != _STACK or (wanted is not None and name not in wanted):
                continue
            named = artifact["environment"].removeprefix("aws://").split("/")
            pairs = zip(named, _OPEN, own, strict=True)
            account, region = (mine if one == left else one for one, left, mine in pairs)
            if account not in session.lab.accounts:
                raise LabError(
                    f"the stack {name} is for account {account}, which is not the lab's; allowed is "
                    f"{', '.join(session.lab.accounts)}, or a stack without env"
                )
            yield account, region


def _with_needs(artifacts: Mapping[str, Any], names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += artifacts[name].get("dependencies", ())
    return found
