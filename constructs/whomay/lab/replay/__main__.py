"""`python -m whomay.lab.replay STATE ASSEMBLY [disposable]`: replay, and print the outcome as JSON.

What was made for the calls is taken away, unless the lab is disposable: about to be stopped.
A process of its own: its environment, which boto3 reads, is the lab's and nobody else's.
"""

import json
import sys
from contextlib import ExitStack
from pathlib import Path

from whomay.engine import AssemblyError, Contract, read
from whomay.engine.contract import Questions
from whomay.iam.patterns.pattern_sets import TooManyClasses
from whomay.lab import state
from whomay.lab.errors import LabError
from whomay.lab.replay.clients import Clients
from whomay.lab.replay.comparing import compare
from whomay.lab.replay.credentials import Credentials
from whomay.lab.replay.deployed_stacks import DeployedStacks
from whomay.lab.replay.objects import Objects
from whomay.lab.replay.replayed import Replayed
from whomay.lab.replay.requests import of_projects, requests_of
from whomay.lab.replay.sending import Sender


def replay(folder: Path, assembly: Path, *, disposable: bool) -> Replayed:
    """Replay the projects' contract of an assembly on the lab that runs in a folder.

    Raises:
        LabError: no lab runs there, or something else answers.
        AssemblyError: the assembly cannot be read.
        TooManyClasses: a statement is about more classes of requests than are decided.

    """
    lab = state.read(folder)
    if lab is None:
        raise LabError(f"no lab is running in {folder}")
    loaded = read(assembly)
    questions = Questions(loaded.snapshot)
    clients = Clients(lab)
    deployment = DeployedStacks(loaded, lab, clients)
    with ExitStack() as stack:
        objects = Objects(deployment, clients)
        credentials = Credentials(questions.possible, deployment, clients)
        if not disposable:
            stack.callback(objects.close)
            stack.callback(credentials.close)
        sender = Sender(deployment, objects, credentials)
        return compare(requests_of(questions, of_projects(Contract.of(loaded))), sender, clients)


def main() -> None:
    """Print the outcome, or say why there is none and exit as that error does."""
    try:
        folder, assembly, *disposable = sys.argv[1:]
        found = replay(Path(folder), Path(assembly), disposable=bool(disposable))
    except (LabError, AssemblyError, TooManyClasses) as error:
        sys.exit(str(error))
    sys.stdout.write(json.dumps(found.as_data(), indent=1) + "\n")


if __name__ == "__main__":
    main()
