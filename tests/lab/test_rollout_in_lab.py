"""Spokes that a StackSet rolled out to the accounts of an organization pass the probes of the others."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.guides import commands, filled
from support.running_lab import session_at

from whomay.lab import actors, deploy, people, placeholders
from whomay.lab.accounts import ADMINISTRATORS, DEV_ADMIN, PROD_ADMIN, as_administrator
from whomay.lab.context import ALICE, BOB, CONTEXT, DEV, HUB
from whomay.lab.placeholders import Placeholders
from whomay.lab.probes import hub
from whomay.lab.probing import Prober
from whomay.lab.session import LabSession
from whomay.lab.undo import Undo

pytestmark = pytest.mark.lab

ROLLOUT = "Rollout"
UNIT = "ou-ab12-11111111"
TEMPLATE = "Rollout-Spokes-Accounts-Template"


def with_units() -> dict[str, str]:
    """The context of the demo, its spokes rolled out to a unit in place of one stack for each."""
    accounts = json.loads(CONTEXT["accounts"])
    accounts["organization"]["organizational_units"] = [UNIT]
    del accounts["github"]
    return {"accounts": json.dumps(accounts)}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabSession]:
    with session_at(tmp_path_factory.mktemp("rollout") / "lab") as session:
        deploy.synth(session, ROOT, with_units())
        deploy.bootstrap(session, ADMINISTRATORS[0], HUB)
        opens, _ = commands("roll-out")
        env = as_administrator(session, ADMINISTRATORS[0])
        session.must(ADMINISTRATORS[0], tuple(opens), env)
        deploy.deploy(session, deploy.HUB_STACK, ROLLOUT)
        yield session


def stacks(session: LabSession, who: str) -> list[dict[str, str]]:
    """The outputs of the StackSet's stacks in the account of an administrator."""
    query = "Stacks[?starts_with(StackName, 'StackSet-')].Outputs"
    argv = ("aws", "cloudformation", "describe-stacks", "--query", query, "--output", "json")
    found = json.loads(session.must(who, argv, as_administrator(session, who)))
    return [{one["OutputKey"]: one["OutputValue"] for one in outputs} for outputs in found]


@pytest.fixture(scope="module")
def known(session: LabSession) -> Placeholders:
    [dev], [prod] = stacks(session, DEV_ADMIN), stacks(session, PROD_ADMIN)
    files = placeholders.files(session.workspace.work, "probe-rollout")
    accounts = [session.lab.accounts[number] for number in (1, 2)]
    reader, writer = (f"{TEMPLATE}-{role}-{{}}" for role in ("Reader", "Writer"))
    profiles = {
        "dev_writer_profile": writer.format(accounts[0]),
        "dev_reader_profile": reader.format(accounts[0]),
        "prod_reader_profile": reader.format(accounts[1]),
    }
    return Placeholders(
        **placeholders.spokes(dev, prod, profiles),
        **files,
        hub_lookup_role=placeholders.bootstrap_role("lookup", HUB),
        user_bucket=f"cdk-hnb659fds-assets-{HUB}-{session.lab.region}",
    )


def test_the_second_command_of_the_page_names_a_member_that_administers(
    session: LabSession,
) -> None:
    _, registers = commands("roll-out")
    env = as_administrator(session, ADMINISTRATORS[0])
    hub = session.run(ADMINISTRATORS[0], tuple(registers), env)  # here it manages the organization
    assert "management account" in hub.err
    assert hub.code != 0

    member = filled(registers, {HUB: DEV})
    session.must(ADMINISTRATORS[0], member, env)
    listed = ("aws", "organizations", "list-delegated-administrators", "--output", "json")
    found = json.loads(session.must(ADMINISTRATORS[0], listed, env))["DelegatedAdministrators"]
    assert [one["Id"] for one in found] == [DEV]


def test_the_set_goes_to_every_account_but_the_one_that_manages_the_organization(
    session: LabSession,
) -> None:
    assert [len(stacks(session, who)) for who in ADMINISTRATORS] == [0, 1, 1]


def test_rolled_out_spokes_pass_the_probes_of_the_others(
    session: LabSession, known: Placeholders
) -> None:
    undo = Undo(session)
    for name in (ALICE, BOB):
        known.codes[name] = people.set_up(session, undo, name)
    who = actors.administrators(session) | actors.people(session)

    results = Prober(session, who, known).run(hub.PROBES)

    assert {result.probe.title: result.problem for result in results if result.problem} == {}
    assert len(results) == len(hub.PROBES) > 10


def test_the_profiles_of_rolled_out_roles_are_written_for_each_account(session: LabSession) -> None:
    config = Path(session.workspace.work / "people" / ALICE / ".aws" / "config").read_text()
    for account in session.lab.accounts[1:]:
        for role in ("Reader", "Writer"):
            assert (
                f"[profile {TEMPLATE}-{role}-{account}]\nrole_arn = arn:aws:iam::{account}:"
                in config
            )
