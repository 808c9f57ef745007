"""Entitlements of IAM Identity Center: whom they are for, and the role that these may become."""

from pathlib import Path
from typing import Any

import pytest
from support.small_templates import ACCOUNT, assembly, document, may, role, snapshot

from whomay.engine import Request, Verdict, decide, diff, findings, from_lock, read, to_lock
from whomay.iam.patterns.symbols import generated

GROUP, OTHERS = "11111111-2222-3333-4444-555555555555", "99999999-2222-3333-4444-555555555555"
SERVICE = "account-access.amazonaws.com"
APPLICATION = f"arn:aws:account-access:eu-west-1:{ACCOUNT}:application/app-1"
SENT = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": APPLICATION}


def developer(**condition: Any) -> dict[str, Any]:
    """The role with the trust that the IAM User Guide asks for, "Prepare IAM roles"."""
    trusted = {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": ["sts:AssumeRole", "sts:SetContext", "sts:TagSession"],
        **({"Condition": {"StringEquals": condition}} if condition else {}),
    }
    return role(
        may("s3:GetObject"), RoleName="Developer", AssumeRolePolicyDocument=document(trusted)
    )


def entitlement(**whom: Any) -> dict[str, Any]:
    principal = {"IdentityCenter": whom}
    given = {"PrincipalRole": {"Principal": principal, "RoleArn": {"Fn::GetAtt": ["R", "Arn"]}}}
    properties = {"ApplicationArn": APPLICATION, "Entitlement": given}
    return {"Type": "AWS::AccountAccess::Entitlement", "Properties": properties}


def changes(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    before, after = (
        from_lock(to_lock(snapshot(folder / name, {"R": developer(**SENT), **more})))
        for name, more in (("old", old), ("new", new))
    )
    return [(each.change.value, each.principal, each.text) for each in diff(before, after)]


def test_a_new_entitlement_opens_the_role_and_its_group_is_named(tmp_path: Path) -> None:
    told = changes(tmp_path, {}, {"E": entitlement(GroupId=GROUP)})
    assert [(change, who) for change, who, _ in told] == [
        ("Unknown", "S/E"),
        ("wider", "S/E (Entitlement.PrincipalRole.RoleArn)"),
    ]
    assert told[1][2] == "it acts as S/R now"
    assert told[0][2] == (
        f"not seen: who signs in by it, the group {GROUP} of IAM Identity Center; it is new"
    )


@pytest.mark.parametrize("whom", [{"GroupId": OTHERS}, {"UserId": GROUP}])
def test_an_entitlement_for_somebody_else_is_named_though_its_role_is_the_same(
    tmp_path: Path, whom: dict[str, str]
) -> None:
    told = changes(tmp_path, {"E": entitlement(GroupId=GROUP)}, {"E": entitlement(**whom)})
    [(_, named)] = whom.items()
    assert ("Unknown", "S/E") in [(change, who) for change, who, _ in told]
    assert any(f"{named} of IAM Identity Center; it is new" in text for _, _, text in told)


def test_the_same_entitlement_is_no_change(tmp_path: Path) -> None:
    same = {"E": entitlement(GroupId=GROUP)}
    assert changes(tmp_path, same, same) == []


def test_a_group_that_the_template_makes_is_named_by_its_path(tmp_path: Path) -> None:
    group = {"Type": "AWS::IdentityStore::Group", "Properties": {"DisplayName": "Developers"}}
    whom = {"GroupId": {"Fn::GetAtt": ["G", "GroupId"]}}
    told = changes(tmp_path, {}, {"G": group, "E": entitlement(**whom)})
    assert any(
        f"the group {generated('S.G.GroupId')} of IAM Identity Center" in text
        for _, _, text in told
    )


def test_the_service_becomes_the_role_for_its_own_account_and_application_alone(
    tmp_path: Path,
) -> None:
    app = snapshot(tmp_path / "app", {"R": developer(**SENT), "E": entitlement(GroupId=GROUP)})
    arn = f"arn:aws:iam::{ACCOUNT}:role/Developer"

    def verdict(action: str, **context: str) -> Verdict:
        return decide(Request(SERVICE, action, arn, context), app).verdict

    for action in ("sts:AssumeRole", "sts:SetContext", "sts:TagSession"):
        assert verdict(action, **SENT) is Verdict.ALLOWED
    another = SENT | {"aws:SourceArn": f"{APPLICATION}-of-others"}
    assert verdict("sts:AssumeRole", **another) is Verdict.IMPLICIT_DENY


@pytest.mark.parametrize(("condition", "found"), [({}, ["S/R"]), (SENT, [])])
def test_a_trust_in_the_service_without_a_source_account_is_a_finding(
    tmp_path: Path, condition: dict[str, str], found: list[str]
) -> None:
    app = read(assembly(tmp_path / "app", {"R": developer(**condition)}))
    told = [each for each in findings(app) if each.rule.id == "service-source-account"]
    assert [each.item.path for each in told] == found
