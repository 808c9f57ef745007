"""Snapshots of apps that the real CDK synthesizes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws_cdk import App, CfnResource, Environment, NestedStack, Stack, Stage
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct
from support.assemblies import allowed, principal

from whomay.engine.snapshot import Principal, Snapshot
from whomay.engine.templates.assembly import read
from whomay.engine.templates.assembly_reader import NEWEST_SCHEMA
from whomay.iam.patterns.symbols import display

EC2 = iam.ServicePrincipal("ec2.amazonaws.com")


def snapshot_of_app(folder: Path, build: Callable[[App], object], **context: Any) -> Snapshot:
    app = App(outdir=str(folder), context=context)
    build(app)
    app.synth()
    return read(folder).snapshot


def add_role(scope: Construct, id: str = "Role") -> iam.Role:
    return iam.Role(scope, id, assumed_by=EC2)


def shown(principal: Principal) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(a or (), tuple(display(each) for each in r or ())) for a, r in allowed(principal)]


def test_the_newest_schema_is_that_of_the_installed_cdk(tmp_path: Path) -> None:
    snapshot_of_app(tmp_path, lambda _: None)
    version = json.loads((tmp_path / "manifest.json").read_text())["version"]

    assert version.split(".")[0] == str(NEWEST_SCHEMA)


def test_stacks_of_stages_and_nested_stacks_are_all_read(tmp_path: Path) -> None:
    def build(app: App) -> None:
        stage = Stage(app, "Prod", env=Environment(account="444455556666", region="us-gov-west-1"))
        stack = Stack(stage, "App")
        add_role(stack)
        nested = NestedStack(stack, "Inner")
        add_role(nested)
        add_role(NestedStack(nested, "Innermost"))
        add_role(Stack(app, "Plain"))

    snapshot = snapshot_of_app(tmp_path, build)

    assert {each.path: each.arn.rpartition("/")[0] for each in snapshot.principals} == {
        "Prod/App/Role": "arn:aws-us-gov:iam::444455556666:role",
        "Prod/App/Inner/Role": "arn:aws-us-gov:iam::444455556666:role",
        "Prod/App/Inner/Innermost/Role": "arn:aws-us-gov:iam::444455556666:role",
        "Plain/Role": "arn:aws:iam::\ue000account\ue002:role",
    }
    assert len({each.arn for each in snapshot.principals}) == 4
    assert snapshot.unseen == ()


def test_construct_paths_are_known_with_and_without_path_metadata(tmp_path: Path) -> None:
    for enabled in (True, False):
        folder = tmp_path / str(enabled)
        context = {"aws:cdk:enable-path-metadata": enabled}
        snapshot = snapshot_of_app(folder, lambda app: add_role(Stack(app, "S")), **context)
        assert ("aws:cdk:path" in (folder / "S.template.json").read_text()) is enabled
        assert [each.path for each in snapshot.principals] == ["S/Role"]


def test_references_between_stacks_meet_strong_and_weak(tmp_path: Path) -> None:
    def build(app: App) -> None:
        data, users = Stack(app, "Data"), Stack(app, "Users")
        bucket = s3.Bucket(data, "Bucket")
        nested = s3.Bucket(NestedStack(data, "Inner"), "Bucket")
        for scope in (users, NestedStack(users, "Inner")):
            role = add_role(scope)
            objects = [each.arn_for_objects("*") for each in (bucket, nested)]
            role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=objects))

    for kind in ("strong", "weak"):
        context = {"@aws-cdk/core:defaultCrossStackReferences": kind}
        snapshot = snapshot_of_app(tmp_path / kind, build, **context)
        for path in ("Users/Role", "Users/Inner/Role"):
            assert shown(principal(snapshot, path)) == [
                (
                    ("s3:GetObject",),
                    ("arn:aws:s3:::<Data.Bucket>/*", "arn:aws:s3:::<Data.Inner.Bucket>/*"),
                )
            ]


def test_equal_constructs_of_two_stacks_stay_apart(tmp_path: Path) -> None:
    def build(app: App) -> None:
        for name in ("A", "B"):
            stack = Stack(app, name)
            s3.Bucket(stack, "Bucket").grant_put(add_role(stack))

    snapshot = snapshot_of_app(tmp_path, build)

    arns = [{r for _, resources in shown(each) for r in resources} for each in snapshot.principals]
    assert arns == [{"arn:aws:s3:::<A.Bucket>/*"}, {"arn:aws:s3:::<B.Bucket>/*"}]


def test_an_instance_is_named_at_its_role(tmp_path: Path) -> None:
    def build(app: App) -> None:
        stack = Stack(app, "S")
        vpc = ec2.Vpc(stack, "Vpc", max_azs=1)
        properties: dict[str, Any] = {
            "instance_type": ec2.InstanceType("t3.micro"),
            "machine_image": ec2.MachineImage.latest_amazon_linux2023(),
            "role": add_role(stack),
        }
        ec2.Instance(stack, "Instance", vpc=vpc, **properties)
        ec2.Instance(stack, "Other", vpc=vpc, require_imdsv2=True, **properties)
        ec2.LaunchTemplate(stack, "Template", **properties)
        add_role(stack, "Idle")

    snapshot = snapshot_of_app(tmp_path, build)

    assert principal(snapshot, "S/Role").instances == ("S/Template", "S/Instance", "S/Other")
    assert principal(snapshot, "S/Idle").instances == ()


def test_the_key_of_a_bucket_is_known_with_its_policy(tmp_path: Path) -> None:
    def build(app: App) -> None:
        stack = Stack(app, "S")
        key = kms.Key(stack, "Key")
        s3.Bucket(stack, "Bucket", encryption_key=key, enforce_ssl=True)

    snapshot = snapshot_of_app(tmp_path, build)
    by_path = {each.path: each for each in snapshot.resources}

    assert by_path["S/Bucket"].key == by_path["S/Key"].arn
    for path, effect, actions in (
        ("S/Bucket", "Deny", ("s3:*",)),
        ("S/Key", "Allow", ("kms:*",)),
    ):
        policy = by_path[path].policy
        assert policy
        [statement] = policy.statements
        assert (statement.effect, statement.actions) == (effect, actions)


def test_roles_that_packs_do_not_see_are_read(tmp_path: Path) -> None:
    """A generic resource and an override: six cdk-nag packs find nothing in this stack."""
    everything = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }

    def build(app: App) -> None:
        stack = Stack(app, "S")
        CfnResource(
            stack,
            "Raw",
            type="AWS::IAM::Role",
            properties={
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}
                    ],
                },
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
                "Policies": [{"PolicyName": "All", "PolicyDocument": everything}],
            },
        )
        overridden = add_role(stack).node.default_child
        assert isinstance(overridden, iam.CfnRole)
        overridden.add_property_override(
            "Policies", [{"PolicyName": "All", "PolicyDocument": everything}]
        )

    snapshot = snapshot_of_app(tmp_path, build)

    raw = principal(snapshot, "S/Raw")
    assert allowed(raw) == [(("*",), ("*",)), (("*",), ("*",))]
    assert raw.trust
    assert [each.principals for each in raw.trust.statements] == [(("*", ("*",)),)]
    assert allowed(principal(snapshot, "S/Role")) == [(("*",), ("*",))]
