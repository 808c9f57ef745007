"""What a stack goes through: deployed, changed, deployed again, destroyed, in a lab."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnOutput, CfnResource, Stack
from support.checkout import CONTEXT

from stacks.user_assume_role import UserAssumeRoleStack
from whomay.cdk import PrivateBucket
from whomay.lab import deploy
from whomay.lab.accounts import as_admin
from whomay.lab.environment import with_cdk
from whomay.lab.session import LabSession

NAME = "UserAssumeRole"


@pytest.fixture
def session(deployed_lab: LabSession) -> Iterator[LabSession]:
    """The lab with both projects; afterwards they are deployed again as they were."""
    yield deployed_lab
    deploy.deploy(deployed_lab, NAME)


def aws(session: LabSession, *arguments: str) -> Any:
    done = session.run("admin", ("aws", *arguments, "--output", "json"), as_admin(session))
    return (json.loads(done.out) if done.out.strip() else {}) if done.code == 0 else done.said


def keys(session: LabSession, user: str) -> list[str]:
    found = aws(session, "iam", "list-access-keys", "--user-name", user)
    return [key["AccessKeyId"] for key in found["AccessKeyMetadata"]]


def secret(session: LabSession) -> tuple[str, dict[str, Any]]:
    """Return the ARN and the value of the user's secret."""
    listed = aws(session, "cloudformation", "describe-stack-resources", "--stack-name", NAME)
    [arn] = [
        one["PhysicalResourceId"]
        for one in listed["StackResources"]
        if one["ResourceType"] == "AWS::SecretsManager::Secret"
    ]
    value = aws(session, "secretsmanager", "get-secret-value", "--secret-id", arn)["SecretString"]
    return arn, json.loads(value)


def test_raising_the_serial_replaces_key_and_secret_together(
    session: LabSession, tmp_path: Path
) -> None:
    user = deploy.outputs(session)[NAME]["UserName"]
    [old] = keys(session, user)
    arn, value = secret(session)
    assert value["AccessKeyId"] == old

    app = App(context=CONTEXT, outdir=str(tmp_path))
    stack = UserAssumeRoleStack(app, NAME)
    raise_serial(stack)
    app.synth()
    deploy.deploy(session, NAME, assembly=tmp_path)

    [new] = keys(session, user)
    assert new != old
    assert secret(session)[0] == arn
    after = secret(session)[1]
    assert (after["Version"], after["AccessKeyId"]) == (1, new)
    assert after["SecretAccessKey"] != value["SecretAccessKey"]


def raise_serial(stack: Stack) -> None:
    key = stack.node.find_child("Project").node.find_child("User").node.find_child("AccessKey")
    resource = key.node.default_child
    assert isinstance(resource, CfnResource)
    resource.add_property_override("Serial", 2)


def test_a_second_deploy_of_the_same_changes_nothing(deployed_lab: LabSession) -> None:
    session = deployed_lab
    before = aws(session, "cloudformation", "describe-stack-resources", "--stack-name", NAME)
    deploy.deploy(session, NAME)
    after = aws(session, "cloudformation", "describe-stack-resources", "--stack-name", NAME)
    assert before["StackResources"] == after["StackResources"]


def deployed(session: LabSession, bucket_id: str) -> str:
    """Deploy a stack of a bucket with this construct id; return the bucket's name."""
    app = App(context=CONTEXT, outdir=str(session.workspace.assembly))
    stack = Stack(app, "Kept")
    bucket = PrivateBucket(stack, bucket_id)
    CfnOutput(stack, "BucketName", value=bucket.bucket_name)
    app.synth()
    deploy.deploy(session, "Kept")
    name: str = session.workspace.read("outputs/Kept.json")["Kept"]["BucketName"]
    return name


def keys_in(session: LabSession, bucket: str) -> list[str]:
    found = aws(session, "s3api", "list-objects-v2", "--bucket", bucket)
    return [one["Key"] for one in found.get("Contents", [])]


def test_a_retained_bucket_outlives_its_id_and_its_stack(beside: LabSession) -> None:
    """What the recorded ids of test_stacks.py save from: a new id leaves the files behind."""
    old = deployed(beside, "Shared")
    aws(beside, "s3api", "put-object", "--bucket", old, "--key", "a.csv")

    new = deployed(beside, "Files")
    assert new != old
    assert (keys_in(beside, old), keys_in(beside, new)) == (["a.csv"], [])

    app = ("--app", str(beside.workspace.assembly))
    env = with_cdk(as_admin(beside), beside.lab, beside.workspace)
    beside.must("admin", ("cdk", "destroy", "--force", *app, "Kept"), env)
    assert "does not exist" in aws(
        beside, "cloudformation", "describe-stacks", "--stack-name", "Kept"
    )
    left = {one["Name"] for one in aws(beside, "s3api", "list-buckets")["Buckets"]}
    assert {old, new} <= left
    assert keys_in(beside, old) == ["a.csv"]
