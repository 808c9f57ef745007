"""A person's first day and last one, with the real CLIs: the guides' own commands are typed."""

import json
import re
from pathlib import Path
from typing import Any

from aws_cdk import App, Environment, Stack
from support.checkout import CONTEXT
from support.guides import filled, page, spoken
from support.lab_user import codes_now, enrol

from whomay.cdk import BucketAccess, Hub, PrivateBucket, SpokeRole, SpokeRoles
from whomay.lab import deploy
from whomay.lab.accounts import ADMIN, as_admin
from whomay.lab.context import DEV, HUB
from whomay.lab.environment import at_home, with_cdk
from whomay.lab.session import LabSession

STACK = "LastDay"


def synth(session: LabSession, *people: str) -> None:
    """Write a hub with these people, and a role in a spoke, into the session's assembly."""
    app = App(context=CONTEXT, outdir=str(session.workspace.assembly))
    stack = Stack(app, STACK, env=Environment(account=HUB, region=session.lab.region))
    roles = SpokeRoles(HUB, names=("Auditor",), organization_id=None, partition="aws")
    spoke = Stack(app, "Spoke", env=Environment(account=DEV, region=session.lab.region))
    access = BucketAccess.list(PrivateBucket(spoke, "Shared"))
    SpokeRole(spoke, "Auditor", roles=roles, role_name="Auditor", access=[access])
    hub = Hub(stack, "Hub", roles=roles, spokes=[DEV])
    for name in people:
        hub.add_person(name, roles=["Auditor"])
    app.synth()


def asked(session: LabSession, *command: str) -> str:
    said: str = session.must(ADMIN, command, as_admin(session))
    return said


def users(session: LabSession) -> set[str]:
    found: Any = json.loads(asked(session, "aws", "iam", "list-users", "--output", "json"))
    return {user["UserName"] for user in found["Users"]}


def first_day(session: LabSession, name: str) -> Path:
    """Type what the guide says of a first day, with an enrolment that was interrupted; return ~/.aws."""
    home = session.workspace.work / "people" / name
    home.mkdir(parents=True)
    env = at_home(session.lab, session.workspace, home) | {"AWS_PROFILE": name}
    values = {"bob": name, f"arn:aws:iam::{HUB}:mfa/bob": f"arn:aws:iam::{HUB}:mfa/{name}"}
    shown = spoken("hub", "A person's first day")
    steps = {" ".join(words[:3]): filled(words, values) for words in shown}

    key = json.loads(asked(session, *steps["aws iam create-access-key"], "--output", "json"))
    key, secret = (key["AccessKey"][one] for one in ("AccessKeyId", "SecretAccessKey"))
    told = f"{key}\n{secret}\n{session.lab.region}\njson\n"
    bare = {variable: value for variable, value in env.items() if variable != "AWS_PROFILE"}
    kept = session.run(name, steps["aws configure --profile"], bare, stdin=told)
    assert kept.code == 0, kept.said

    printed = session.must(name, (*steps["whomay mfa-commands bob"], "--text"), env)
    make, enable = re.split(r"^rm .*$", printed, flags=re.MULTILINE)
    make = f"set -eu\n{make}"
    session.must(name, ("sh", "-c", make), env, cwd=home)  # and then the laptop is closed
    again = session.run(name, ("sh", "-c", make), env, cwd=home)
    assert "EntityAlreadyExists" in again.err
    asked(session, *steps["aws iam delete-virtual-mfa-device"])
    session.must(name, ("sh", "-c", make), env, cwd=home)
    first, second = codes_now((home / f"{name}-mfa.txt").read_text())
    given = enable.replace("CODE1", first).replace("CODE2", second)
    serial = f"serial={values[f'arn:aws:iam::{HUB}:mfa/bob']}"
    session.must(name, ("sh", "-c", f"set -eu\n{serial}\n{given}"), env, cwd=home)

    session.must(name, steps["whomay profiles --user"], bare, cwd=session.workspace.work)
    return home / ".aws"


def test_the_guides_lead_from_a_first_day_to_a_user_who_is_really_deleted(
    beside: LabSession,
) -> None:
    synth(beside, "carol", "dora")
    deploy.deploy(beside, STACK)
    written = (first_day(beside, "carol") / "config").read_text()
    assert f"role_arn = arn:aws:iam::{DEV}:role/hub/Auditor\n" in written
    assert (
        f"source_profile = carol\nrole_session_name = carol\nmfa_serial = arn:aws:iam::{HUB}:mfa/carol\n"
        in written
    )
    enrol(beside.lab, "dora")
    asked(beside, "aws", "iam", "create-access-key", "--user-name", "dora")

    [leave] = re.findall(r"^\$ (whomay leave) bob$", page("last-day"), re.MULTILINE)
    said = asked(beside, *leave.split(), "carol", "--yes").splitlines()
    assert said[-1] == f"take carol out of the app, then: cdk deploy {STACK}"
    assert "carol may assume arn:aws:iam::222222222222:role/hub/Auditor" in said[1]
    synth(beside, "dora")
    deploy.deploy(beside, STACK)
    assert {"carol", "dora"} & users(beside) == {"dora"}

    asked(beside, *leave.split(), "dora", "--yes")
    app = ("--app", str(beside.workspace.assembly))
    cdk = with_cdk(as_admin(beside), beside.lab, beside.workspace)
    beside.must(ADMIN, ("cdk", "destroy", "--force", *app, STACK), cdk, timeout=300)
    assert not {"carol", "dora"} & users(beside)
