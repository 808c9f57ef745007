"""The last day of a person, with the real CLIs: after `whomay leave` a deployment deletes the user."""

import json
from typing import Any

from aws_cdk import App, Environment, Stack
from support.checkout import CONTEXT
from support.lab_user import enrol

from whomay.cdk import Hub, SpokeRoles
from whomay.lab import deploy
from whomay.lab.accounts import ADMIN, as_admin
from whomay.lab.context import DEV, HUB
from whomay.lab.environment import with_cdk
from whomay.lab.session import LabSession

STACK = "LastDay"


def synth(session: LabSession, *people: str) -> None:
    """Write a hub with these people into the session's assembly."""
    app = App(context=CONTEXT, outdir=str(session.workspace.assembly))
    stack = Stack(app, STACK, env=Environment(account=HUB, region=session.lab.region))
    roles = SpokeRoles(HUB, names=("Auditor",), organization_id=None, partition="aws")
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


def test_the_deployment_after_whomay_leave_really_deletes_the_user(beside: LabSession) -> None:
    synth(beside, "carol", "dora")
    deploy.deploy(beside, STACK)
    for name in ("carol", "dora"):
        enrol(beside.lab, name)
        asked(beside, "aws", "iam", "create-access-key", "--user-name", name)

    said = asked(beside, "whomay", "leave", "carol", "--yes").splitlines()
    assert said[-1] == f"take carol out of the app, then: cdk deploy {STACK}"
    assert "carol may assume arn:aws:iam::222222222222:role/hub/Auditor" in said[1]
    synth(beside, "dora")
    deploy.deploy(beside, STACK)
    assert {"carol", "dora"} & users(beside) == {"dora"}

    asked(beside, "whomay", "leave", "dora", "--yes")
    app = ("--app", str(beside.workspace.assembly))
    cdk = with_cdk(as_admin(beside), beside.lab, beside.workspace)
    beside.must(ADMIN, ("cdk", "destroy", "--force", *app, STACK), cdk, timeout=300)
    assert not {"carol", "dora"} & users(beside)
