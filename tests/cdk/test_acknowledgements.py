"""Acknowledgements: exact, with a reason, until a day, and no longer than there is a finding."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Acknowledgment, App, Stack, Stage, Validations
from aws_cdk import aws_iam as iam
from support.assemblies import write_assembly

from whomay.cdk import GateError, acknowledge, synth
from whomay.engine import read
from whomay.engine.rules import Acknowledgement, acknowledgements, unused

ID = "AccessRules::trust-own-account[arn:aws:iam::<account>:root]"
REASON = "Every administrator of the account may assume this role, and there are only two"


def rooted(scope: Stack, id: str = "Role") -> iam.Role:
    """A role that its account as a whole may become: one finding of the rules."""
    return iam.Role(scope, id, assumed_by=iam.AccountRootPrincipal())


def test_an_open_finding_of_the_rules_stops_the_synth(app: App, stack: Stack) -> None:
    rooted(stack)
    with pytest.raises(GateError) as caught:
        synth(app)
    [line] = caught.value.args
    assert line.split(": ", 2)[:2] == ["Stack/Role/Resource", ID]


def test_an_acknowledged_finding_of_the_rules_passes(app: App, stack: Stack) -> None:
    acknowledge(rooted(stack), ID, reason=REASON, owner="platform team", expires=date(2027, 3, 31))
    synth(app, today=date(2027, 3, 31))
    [one] = acknowledgements(read(Path(app.outdir)))
    assert one == Acknowledgement(
        "Stack/Role", ID, REASON, owner="platform team", expires=date(2027, 3, 31)
    )


def test_the_day_after_its_last_an_acknowledgement_stops_the_synth(app: App, stack: Stack) -> None:
    acknowledge(rooted(stack), ID, reason=REASON, owner="Ada", expires="2027-03-31")
    with pytest.raises(GateError) as caught:
        synth(app, today=date(2027, 4, 1))
    assert caught.value.args == (
        (
            f"Stack/Role: the acknowledgement of {ID} by Ada expired on 2027-03-31: fix the finding, "
            "or look at it again and set a new date"
        ),
    )


def test_without_a_given_day_today_counts(app: App, stack: Stack) -> None:
    acknowledge(rooted(stack), ID, reason=REASON, expires="2020-01-01")
    with pytest.raises(GateError, match="expired on 2020-01-01"):
        synth(app)


def test_an_acknowledgement_of_another_value_of_the_same_rule_accepts_nothing(
    app: App, stack: Stack
) -> None:
    other = "AccessRules::trust-own-account[arn:aws:iam::111122223333:root]"
    acknowledge(rooted(stack), other, reason=REASON)
    with pytest.raises(GateError) as caught:
        synth(app)
    assert [line.split(": ")[1] for line in caught.value.args] == [
        ID,
        f"no finding matches the acknowledgement {other} any more",
    ]


def test_an_acknowledgement_by_cdk_alone_needs_a_reason_too(app: App, stack: Stack) -> None:
    Validations.of(rooted(stack)).acknowledge(Acknowledgment(id=ID, reason=" "))
    with pytest.raises(GateError, match="gives no reason: say why it is accepted"):
        synth(app)


def test_a_finding_in_a_stage_is_found_and_acknowledged_there(app: App) -> None:
    stage = Stage(app, "Prod")
    role = rooted(Stack(stage, "Stack"))
    with pytest.raises(GateError, match="Prod/Stack/Role/Resource: AccessRules::trust-own-account"):
        synth(app)
    assert role.node.path == "Prod/Stack/Role"


def test_a_finding_in_a_stage_can_be_acknowledged(app: App) -> None:
    role = rooted(Stack(Stage(app, "Prod"), "Stack"))
    acknowledge(role, ID, reason=REASON)
    synth(app)


@pytest.mark.parametrize("expires", ["soon", "2027-02-30", "31.03.2027", 20270331, ""])
def test_the_last_day_is_a_day_of_the_calendar(stack: Stack, expires: Any) -> None:
    with pytest.raises(ValueError, match="expires: got"):
        acknowledge(stack, ID, reason=REASON, expires=expires)


@pytest.mark.parametrize("owner", ["", "  ", 7])
def test_an_owner_has_a_name(stack: Stack, owner: Any) -> None:
    with pytest.raises(ValueError, match="owner: got"):
        acknowledge(stack, ID, reason=REASON, owner=owner)


def test_an_acknowledgement_covers_its_construct_and_what_is_in_it() -> None:
    one = Acknowledgement("S/Role/Resource", "AccessRules::a[x y]", REASON)
    assert one.covers("S/Role", "AccessRules::a[x-y]")
    assert one.covers("S/Role/DefaultPolicy", "AccessRules::a[x y]")
    assert not one.covers("S/Role2", "AccessRules::a[x y]")
    assert not one.covers("S/Role", "AccessRules::a[x]")
    assert unused([one], [("S/Role2", "AccessRules::a[x y]")]) == [one]
    assert unused([one], [("S/Role", "AccessRules::a[x y]")]) == []


def test_acknowledgements_are_read_from_an_assembly_of_any_language(tmp_path: Path) -> None:
    folder = write_assembly(tmp_path, {"S": {"Resources": {}}})
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["artifacts"]["S"]["metadata"] = {
        "/S/Role": [{"type": "aws:cdk:acknowledged-rules", "data": {"AccessRules::a": REASON}}]
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert acknowledgements(read(folder)) == (
        Acknowledgement("S/Role", "AccessRules::a", REASON, by_cdk=True),
    )
