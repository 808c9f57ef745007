"""The contracts of hub, spokes and delivery: kept on both sides, and broken by every way to widen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnResource
from support.checkout import CONTEXT

from stacks.delivery import DeliveryStack
from stacks.hub import HubStack
from stacks.rollout import RolloutStack
from stacks.spoke import SpokeStack
from whomay.cdk import Accounts
from whomay.engine import Contract, check, read
from whomay.engine.contract import Checked, Outcome, StatementKind
from whomay.engine.snapshot import PrincipalKind

SECTION: dict[str, Any] = {
    "hub": {
        "id": "111111111111",
        "region": "us-east-1",
        "people": {"alice": {"roles": ["Reader"]}, "bob": {"roles": ["Reader", "Writer"]}},
    },
    "spokes": {
        "dev": {"id": "022222222222", "region": "us-east-1"},
        "prod": {"id": "333333333333", "region": "eu-west-1"},
    },
    "third_parties": {"auditor": {"id": "444444444444", "external_id": "audit-2026"}},
    "organization": {"id": "o-a1b2c3d4e5"},
    "github": {"owner": "acme", "repository": "app", "environment": "production"},
}
UNITS = {"organization": {"id": "o-a1b2c3d4e5", "organizational_units": ["ou-ab12-11111111"]}}


def synthesized(
    folder: Path, section: dict[str, Any], change: Callable[[App], None] | None = None
) -> Path:
    """Synthesize what app.py makes of the section, after a change."""
    app = App(outdir=str(folder), context=CONTEXT)
    accounts = Accounts.read(section)
    HubStack(app, "Hub", accounts=accounts)
    assert accounts.github
    DeliveryStack(app, "Delivery", accounts=accounts, github=accounts.github)
    if accounts.rolls_out:
        RolloutStack(app, "Rollout", accounts=accounts)
    else:
        for name, account in accounts.spokes.items():
            SpokeStack(app, f"Spoke-{name}", accounts=accounts, account=account)
    if change:
        change(app)
    app.synth()
    return folder


@pytest.fixture(scope="module")
def spokes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesized(tmp_path_factory.mktemp("spokes") / "cdk.out", SECTION)


@pytest.fixture(scope="module")
def rollout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesized(tmp_path_factory.mktemp("rollout") / "cdk.out", SECTION | UNITS)


def not_kept(checked: Checked) -> list[list[str]]:
    found = [list(result.lines()) for result in checked.results]
    return [lines for lines in found if not lines[0].endswith("is kept")]


@pytest.mark.parametrize("shape", ["spokes", "rollout"])
def test_every_statement_is_kept(shape: str, request: pytest.FixtureRequest) -> None:
    loaded = read(request.getfixturevalue(shape))
    checked = check(Contract.of(loaded), loaded.snapshot)
    assert not_kept(checked) == []
    assert checked.unread == ()
    assert len(checked.results) == {"spokes": 39, "rollout": 23}[shape]


@pytest.mark.parametrize("shape", ["spokes", "rollout"])
def test_every_principal_has_its_closed_world(shape: str, request: pytest.FixtureRequest) -> None:
    loaded = read(request.getfixturevalue(shape))
    known = loaded.snapshot
    said = {(each.kind, each.principal) for each in Contract.of(loaded)}
    assert len(known.principals) == {"spokes": 2 + 2 + 2 * 3, "rollout": 2 + 2 + 3}[shape]
    for principal in known.principals:
        assert (StatementKind.MAY_ONLY, principal.arn) in said, principal.path
        if principal.kind is PrincipalKind.ROLE:
            assert (StatementKind.ASSUMABLE_ONLY_BY, principal.arn) in said, principal.path


def override(path: str, key: str, value: Any) -> Callable[[App], None]:
    """Change a property of the resource at a construct path; None takes it out."""

    def change(app: App) -> None:
        found: Any = app
        for name in path.split("/"):
            found = found.node.find_child(name)
        resource = found.node.default_child or found
        assert isinstance(resource, CfnResource)
        if value is None:
            resource.add_property_deletion_override(key)
        else:
            resource.add_property_override(key, value)

    return change


def both(*changes: Callable[[App], None]) -> Callable[[App], None]:
    def change(app: App) -> None:
        for one in changes:
            one(app)

    return change


TRUST = "AssumeRolePolicyDocument.Statement.0"
TEMPLATE = "Rollout/Spokes/Accounts/Template"
WAYS: dict[str, tuple[Callable[[App], None], str, StatementKind, dict[str, Any]]] = {
    "a role of a spoke is trusted without MFA": (
        override("Spoke-dev/Reader", f"{TRUST}.Condition.Bool", None),
        "Spoke-dev/Reader",
        StatementKind.ASSUMABLE_ONLY_BY,
        {},
    ),
    "a role of a spoke trusts every user of the hub": (
        override(
            "Spoke-dev/Writer",
            f"{TRUST}.Condition.ArnLike",
            {"aws:PrincipalArn": "arn:aws:iam::111111111111:user/*"},
        ),
        "Spoke-dev/Writer",
        StatementKind.ASSUMABLE_ONLY_BY,
        {},
    ),
    "a role of a spoke trusts the hub whatever its organization": (
        override("Spoke-prod/Reader", f"{TRUST}.Condition.StringEquals", None),
        "Spoke-prod/Reader",
        StatementKind.ASSUMABLE_ONLY_BY,
        {},
    ),
    "a role of a spoke has another path than the hub names": (
        override("Spoke-prod/Reader", "Path", "/other/"),
        "Hub/Hub/People/alice",
        StatementKind.MUST_NOT_ALLOW,
        {},
    ),
    "a third party needs no external id": (
        override("Spoke-dev/ThirdParty-auditor", f"{TRUST}.Condition", None),
        "Spoke-dev/ThirdParty-auditor",
        StatementKind.ASSUMABLE_ONLY_BY,
        {},
    ),
    "a group of the hub may assume any role": (
        override("Hub/Hub/Reader/Assume", "PolicyDocument.Statement.0.Resource", "*"),
        "Hub/Hub/People/alice",
        StatementKind.MAY_ONLY,
        {},
    ),
    "a person is in one more group": (
        override("Hub/Hub/People/alice", "Groups.2", {"Ref": "HubWriter4E46431E"}),
        "Hub/Hub/People/alice",
        StatementKind.MAY_ONLY,
        {},
    ),
    "people need no MFA for their own keys": (
        override("Hub/Hub/People/SelfService", "PolicyDocument.Statement.3", None),
        "Hub/Hub/People/alice",
        StatementKind.MUST_NOT_ALLOW,
        {},
    ),
    "people look after the keys of others": (
        override(
            "Hub/Hub/People/SelfService",
            "PolicyDocument.Statement.1.Resource",
            "arn:aws:iam::111111111111:user/people/*",
        ),
        "Hub/Hub/People/alice",
        StatementKind.MAY_ONLY,
        {},
    ),
    "any branch deploys": (
        both(
            override("Delivery/Deploy", f"{TRUST}.Condition.StringEquals", None),
            override(
                "Delivery/Deploy",
                f"{TRUST}.Condition.StringLike",
                {
                    "token.actions.githubusercontent.com:sub": "repo:acme/app:*",
                    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                },
            ),
        ),
        "Delivery/Deploy",
        StatementKind.ASSUMABLE_ONLY_BY,
        {},
    ),
    "a role without the bootstrap's tag may be assumed to deploy": (
        override("Delivery/Deploy", "Policies.0.PolicyDocument.Statement.0.Condition", None),
        "Delivery/Deploy",
        StatementKind.MAY_ONLY,
        {},
    ),
    "the template of a roll-out trusts without MFA": (
        override(f"{TEMPLATE}/Reader", f"{TRUST}.Condition.Bool", None),
        f"{TEMPLATE}/Reader",
        StatementKind.ASSUMABLE_ONLY_BY,
        UNITS,
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_widen_breaks_the_contract(tmp_path: Path, way: str) -> None:
    change, principal, kind, section = WAYS[way]
    loaded = read(synthesized(tmp_path / "cdk.out", SECTION | section, change))
    checked = check(Contract.of(loaded), loaded.snapshot)
    broken = {
        (result.stated.kind, result.principal.path): result.finding
        for result in checked.of(Outcome.BROKEN)
        if result.principal
    }
    finding = broken[kind, principal]
    assert finding.witness is not None
    assert finding.causes
    assert finding.fix
