"""What a stack goes through: deployed, changed, deployed again, in a lab."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import App, CfnResource, Stack
from conftest import CONTEXT, ROOT

from stacks.user_assume_role import UserAssumeRoleStack
from whomay.lab import deploy
from whomay.lab.accounts import as_admin
from whomay.lab.session import Session

NAME = "UserAssumeRole"


@pytest.fixture
def session(deployed_lab: Session) -> Iterator[Session]:
    """The lab with both projects; afterwards they are deployed again as they were."""
    yield deployed_lab
    deploy.synth(deployed_lab, ROOT)
    deploy.deploy(deployed_lab, NAME)


def aws(session: Session, *arguments: str) -> Any:
    done = session.run("admin", ("aws", *arguments, "--output", "json"), as_admin(session))
    return (json.loads(done.out) if done.out.strip() else {}) if done.code == 0 else done.said


def keys(session: Session, user: str) -> list[str]:
    found = aws(session, "iam", "list-access-keys", "--user-name", user)
    return [key["AccessKeyId"] for key in found["AccessKeyMetadata"]]


def secret(session: Session) -> tuple[str, dict[str, Any]]:
    """Return the ARN and the value of the user's secret."""
    listed = aws(session, "cloudformation", "describe-stack-resources", "--stack-name", NAME)
    [arn] = [
        one["PhysicalResourceId"]
        for one in listed["StackResources"]
        if one["ResourceType"] == "AWS::SecretsManager::Secret"
    ]
    value = aws(session, "secretsmanager", "get-secret-value", "--secret-id", arn)["SecretString"]
    return arn, json.loads(value)


def test_raising_the_serial_replaces_key_and_secret_together(session: Session) -> None:
    user = deploy.outputs(session)[NAME]["UserName"]
    [old] = keys(session, user)
    arn, value = secret(session)
    assert value["AccessKeyId"] == old

    app = App(context=CONTEXT, outdir=str(session.workspace.assembly))
    stack = UserAssumeRoleStack(app, NAME)
    raise_serial(stack)
    app.synth()
    deploy.deploy(session, NAME)

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


def test_a_second_deploy_of_the_same_changes_nothing(session: Session) -> None:
    before = aws(session, "cloudformation", "describe-stack-resources", "--stack-name", NAME)
    deploy.deploy(session, NAME)
    after = aws(session, "cloudformation", "describe-stack-resources", "--stack-name", NAME)
    assert before["StackResources"] == after["StackResources"]
