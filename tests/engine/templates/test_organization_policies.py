"""Policies of an organization that a template attaches: to an account, or to a unit above some."""

from pathlib import Path
from typing import Any

import pytest
from support.organization_file import denying, organization_file
from support.small_templates import ACCOUNT, assembly, document, may, role

from whomay.engine import Deployment, Request, decide, from_lock, read, to_lock
from whomay.engine.organization import read_organization

UNIT = "ou-a1b2-11112222"
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"


def attached(kind: str, content: Any, *targets: Any) -> dict[str, Any]:
    properties = {"Name": "P", "Type": kind, "Content": content, "TargetIds": list(targets)}
    return {"Type": "AWS::Organizations::Policy", "Properties": properties}


def asked(
    folder: Path,
    policy: dict[str, Any],
    action: str,
    file: Path | None = None,
    on: str = "S/B/a",
) -> str:
    resources = {
        "R": role(may("s3:*"), may("sqs:*")),
        "B": {"Type": "AWS::S3::Bucket"},
        "P": policy,
    }
    organization = read_organization(file) if file else None
    snapshot = read(assembly(folder, resources), Deployment(organization=organization)).snapshot
    decisions = [
        decide(Request("S/R", action, on), one) for one in (snapshot, from_lock(to_lock(snapshot)))
    ]
    assert decisions[0].verdict is decisions[1].verdict
    return f"{decisions[0].verdict}: {decisions[0].reason}"


NO_GET, NO_GET_THERE = denying("s3:GetObject"), denying("s3:GetObject", Principal="*")
ONLY_SQS = document(may("sqs:*"))


@pytest.mark.parametrize(
    ("policy", "beginning"),
    [
        (attached(SCP, NO_GET, ACCOUNT), "ExplicitDeny: denied by scp: statement 0 of S/P P"),
        (attached(RCP, NO_GET_THERE, ACCOUNT), "ExplicitDeny: denied by rcp: statement 0 of S/P P"),
        (attached(SCP, NO_GET, "444455556666"), "Allowed: "),
        (attached(SCP, denying("s3:PutObject"), UNIT), "Allowed: "),
        (
            attached(SCP, NO_GET, UNIT),
            (
                f"Unknown: not known: statement 0 of S/P P: whether {UNIT} is above the account, which "
                "an organization file tells (--organization)"
            ),
        ),
        (
            attached(RCP, NO_GET_THERE, "r-a1b2"),
            "Unknown: not known: statement 0 of S/P P: whether r-a1b2 is above the account",
        ),
        (
            attached(SCP, ONLY_SQS, ACCOUNT),
            (
                f"Unknown: not known: statement 0 of FullAWSAccess: whether FullAWSAccess is attached to "
                f"{ACCOUNT} as well"
            ),
        ),
        (
            attached(SCP, ONLY_SQS, UNIT),
            "Unknown: not known: statement 0 of FullAWSAccess: whether FullAWSAccess is attached to ",
        ),
        (attached(SCP, {"Fn::Sub": "${X}"}, ACCOUNT), "Unknown: "),
    ],
)
def test_a_policy_binds_its_target_and_perhaps_what_is_below_it(
    tmp_path: Path, policy: dict[str, Any], beginning: str
) -> None:
    assert asked(tmp_path / "app", policy, "s3:GetObject").startswith(beginning)


def test_what_is_refused_anyway_stays_refused(tmp_path: Path) -> None:
    refusing = attached(SCP, denying("iam:*"), UNIT)
    found = asked(tmp_path / "app", refusing, "iam:GetRole", on="S/R")
    assert found.startswith("ImplicitDeny: ")


@pytest.mark.parametrize(
    ("target", "word"),
    [
        (UNIT, "ExplicitDeny"),
        ("r-a1b2", "ExplicitDeny"),
        ("ou-b-22223333", "Allowed"),
        ({"Fn::ImportValue": "unit"}, "Unknown: not known: statement 0 of S/P P: the target of"),
    ],
)
def test_with_an_organization_file_it_is_known_what_is_below_a_unit(
    tmp_path: Path, target: Any, word: str
) -> None:
    file = organization_file(tmp_path)
    policy = attached(SCP, NO_GET, target)
    assert asked(tmp_path / "app", policy, "s3:GetObject", file).startswith(word)


def test_policies_of_other_kinds_are_named(tmp_path: Path) -> None:
    policy = attached("TAG_POLICY", {"tags": {}}, UNIT)
    snapshot = read(assembly(tmp_path / "app", {"P": policy})).snapshot
    assert [each.text for each in snapshot.unseen] == [
        "S/P: its Content, a TAG_POLICY, which holds back its TargetIds"
    ]
    assert snapshot.levels == ()
