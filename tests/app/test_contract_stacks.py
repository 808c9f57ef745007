"""The contracts of both stacks: kept as they are, and broken by every way to widen them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnResource, Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct
from support.checkout import CONTEXT
from support.projects import projects

from whomay.engine import Contract, check, read
from whomay.engine.contract import Checked, Outcome, StatementKind
from whomay.engine.snapshot import PrincipalKind

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def synthesized(folder: Path, change: Callable[[App], None] | None = None) -> Path:
    """Synthesize both stacks, and the second once more with MFA, after a change."""
    app = App(outdir=str(folder), context=CONTEXT)
    projects(app)
    if change:
        change(app)
    app.synth()
    return folder


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesized(tmp_path_factory.mktemp("both") / "cdk.out")


@pytest.fixture(scope="module")
def checked(assembly: Path) -> Checked:
    loaded = read(assembly)
    return check(Contract.of(loaded), loaded.snapshot)


def test_every_statement_is_kept(checked: Checked) -> None:
    open_ones = [result.lines() for result in checked.results]

    assert [lines for lines in open_ones if not lines[0].endswith("is kept")] == []
    assert len(checked.results) == 7 + 10 + 10


def test_nothing_is_unread_or_unknown(assembly: Path, checked: Checked) -> None:
    known = read(assembly).snapshot
    documents = [
        policy
        for principal in known.principals
        for policy in (*principal.identity, principal.trust, principal.boundary)
        if policy
    ]
    documents += [resource.policy for resource in known.resources if resource.policy]

    assert checked.unread == ()
    assert [policy.unknown for policy in documents if policy.unknown] == []


def test_every_principal_has_its_closed_world(assembly: Path) -> None:
    """Every role and user of the templates has a may_only, every role an assumable_only_by."""
    loaded = read(assembly)
    known = loaded.snapshot
    said = {(each.kind, each.principal) for each in Contract.of(loaded)}

    assert len(known.principals) == 7
    for principal in known.principals:
        assert (StatementKind.MAY_ONLY, principal.arn) in said, principal.path
        if principal.kind is PrincipalKind.ROLE:
            assert (StatementKind.ASSUMABLE_ONLY_BY, principal.arn) in said, principal.path


def find(app: App, path: str) -> IConstruct:
    """Return the L1 resource at a construct path."""
    found: IConstruct = app
    for name in path.split("/"):
        found = found.node.find_child(name)
    return found.node.default_child or found


def override(path: str, key: str, value: Any) -> Callable[[App], None]:
    def change(app: App) -> None:
        resource = find(app, path)
        assert isinstance(resource, CfnResource)
        resource.add_property_override(key, value)

    return change


def delete(path: str, key: str) -> Callable[[App], None]:
    def change(app: App) -> None:
        resource = find(app, path)
        assert isinstance(resource, CfnResource)
        resource.add_property_deletion_override(key)

    return change


def not_action(app: App) -> None:
    delete(ROLE1, f"{STATEMENT}.0.Action")(app)
    override(ROLE1, f"{STATEMENT}.0.NotAction", "iam:*")(app)


def find_role(app: App) -> iam.Role:
    project = app.node.find_child("Ec2Role").node.find_child("Project")
    role = project.node.find_child("Role")
    assert isinstance(role, iam.Role)
    return role


def another_role(app: App) -> None:
    stack = Stack(app, "Rogue")
    CfnResource(
        stack,
        "Raw",
        type="AWS::IAM::Policy",
        properties={
            "PolicyName": "Rogue",
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [ALL]},
            "Roles": [find_role(app).role_name],
        },
    )


ROLE1, ROLE2, USER = "Ec2Role/Project/Role", "UserAssumeRole/Project/Role", "UserAssumeRole/Project"
STATEMENT = "Policies.0.PolicyDocument.Statement"
TRUST = "AssumeRolePolicyDocument.Statement"
WAYS: dict[str, tuple[Callable[[App], None], str, StatementKind]] = {
    "the resource becomes a star": (
        override(ROLE1, f"{STATEMENT}.0.Resource", "*"),
        ROLE1,
        StatementKind.MAY_ONLY,
    ),
    "an action becomes s3:*": (
        override(ROLE1, f"{STATEMENT}.0.Action", "s3:*"),
        ROLE1,
        StatementKind.MUST_NOT_ALLOW,
    ),
    "the prefix is lost": (
        override(ROLE2, f"{STATEMENT}.0.Resource", "arn:aws:s3:::*"),
        ROLE2,
        StatementKind.MAY_ONLY,
    ),
    "the external id is dropped": (
        delete(ROLE2, f"{TRUST}.0.Condition"),
        ROLE2,
        StatementKind.ASSUMABLE_ONLY_BY,
    ),
    "the MFA condition is dropped": (
        delete("UserAssumeRoleMfa/Project/Role", f"{TRUST}.0.Condition.Bool"),
        "UserAssumeRoleMfa/Project/Role",
        StatementKind.ASSUMABLE_ONLY_BY,
    ),
    "EC2 is trusted by the user's role": (
        override(
            ROLE2, f"{TRUST}.1.Principal.Service", ["lambda.amazonaws.com", "ec2.amazonaws.com"]
        ),
        ROLE2,
        StatementKind.ASSUMABLE_ONLY_BY,
    ),
    "a second account is trusted": (
        override(ROLE2, f"{TRUST}.1.Principal", {"AWS": "arn:aws:iam::444455556666:root"}),
        ROLE2,
        StatementKind.ASSUMABLE_ONLY_BY,
    ),
    "Action becomes NotAction": (not_action, ROLE1, StatementKind.MAY_ONLY),
    "the bucket policy no longer denies plain HTTP": (
        override("Ec2Role/Shared/Policy", "PolicyDocument.Statement", []),
        ROLE1,
        StatementKind.MUST_NOT_ALLOW,
    ),
    "another bucket is added": (
        override(
            ROLE1,
            f"{STATEMENT}.1",
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::another/*"},
        ),
        ROLE1,
        StatementKind.MAY_ONLY,
    ),
    "a managed policy is attached": (
        override(ROLE1, "ManagedPolicyArns", [ADMINISTRATOR]),
        ROLE1,
        StatementKind.CANNOT_REACH,
    ),
    "a raw resource of another stack attaches a policy": (
        another_role,
        ROLE1,
        StatementKind.MAY_ONLY,
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_widen_breaks_the_contract(tmp_path: Path, way: str) -> None:
    change, path, kind = WAYS[way]
    loaded = read(synthesized(tmp_path / "cdk.out", change))
    checked = check(Contract.of(loaded), loaded.snapshot)

    broken = {
        (result.principal.path, result.stated.kind): result.finding
        for result in checked.of(Outcome.BROKEN)
        if result.principal
    }
    finding = broken[path, kind]
    assert finding.witness is not None
    assert finding.causes
    assert finding.fix
