"""Ten ways to widen a stack, deployed: the projects' probes name each, and none else complains."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import zip_longest
from pathlib import Path

import pytest
from aws_cdk import App
from support.checkout import CONTEXT
from support.projects import projects
from support.widenings import EC2_ROLE, MFA, USER, WIDENINGS, Widening

from whomay.lab import deploy, journey
from whomay.lab.probes import ec2_role, user_assume_role, user_assume_role_mfa
from whomay.lab.probing import Prober
from whomay.lab.replay.replayed import Disagreement
from whomay.lab.replay.run import replay
from whomay.lab.session import LabSession

# Widenings of different stacks are deployed side by side: a probe belongs to one stack alone. The last
# of each stack come last: an instance's metadata serve the credentials they have until these expire.
ROUNDS = [
    [widening for widening in group if widening]
    for group in zip_longest(
        *(
            [one for one in reversed(WIDENINGS) if one.stack == stack]
            for stack in (EC2_ROLE, USER, MFA)
        )
    )
][::-1]

# Left out is the probe of a key that is made inactive: a key of all rounds.
PROBES = {
    stack: [probe for probe in probes if not probe.before]
    for stack, probes in (
        (EC2_ROLE, ec2_role.PROBES),
        (USER, user_assume_role.PROBES),
        (MFA, user_assume_role_mfa.PROBES),
    )
}

# A service of AWS that asks cannot be played: the probes ask the metadata of an instance.
NOT_SENT = {"EC2 is trusted by the user's role"}


def widened(round_: list[Widening], folder: Path) -> None:
    """Synthesize the three stacks into the folder, without the gate, each with its widening."""
    app = App(
        context={**CONTEXT, "@aws-cdk/core:failSynthOnValidationErrors": False}, outdir=str(folder)
    )
    stacks = projects(app)
    for widening in round_:
        widening.apply(stacks[widening.stack])
    app.synth()


@pytest.fixture(scope="module")
def prober(deployed_lab: LabSession) -> Iterator[Prober]:
    """Asks the lab with both projects; afterwards they are deployed again as they were."""
    with journey.prepared(deployed_lab) as prober:
        yield prober
        deploy.deploy(deployed_lab, *PROBES)


@pytest.mark.parametrize("round_", ROUNDS, ids=lambda round_: ", ".join(w.name for w in round_))
def test_probes_and_replay_name_what_was_widened(
    prober: Prober, round_: list[Widening], tmp_path: Path
) -> None:
    session = prober.session
    widened(round_, tmp_path)
    deploy.deploy(session, *PROBES, assembly=tmp_path)

    results = prober.run(probe for each in round_ for probe in PROBES[each.stack])
    complaints = {
        (result.probe.title, str(result.reply.answer)) for result in results if result.problem
    }

    assert complaints == {(probe, "allowed") for widening in round_ for probe in widening.probes}
    replayed = replay(session, session.workspace.assembly)
    assert replayed.exit_code == 1
    assert {each.answer for each in replayed.disagreements} == {"allowed"}
    for widening in round_:
        shown = [each for each in replayed.disagreements if shows(widening, each)]
        assert bool(shown) is (widening.name not in NOT_SENT), widening.name


def shows(widening: Widening, disagreement: Disagreement) -> bool:
    """Whether a disagreement is a request that this change allows."""
    action = re.search(r" (\w+:\w+) on ", disagreement.request)
    assert action
    of_stack = f"<{widening.stack}." in disagreement.request
    return of_stack and fnmatchcase(action[1], widening.action)
