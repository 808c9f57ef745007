"""A deploy that stops half-way: what was there stays, the message says how to go on, and going on works."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnResource, CustomResource, Duration, LegacyStackSynthesizer, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from support.aws import statement
from support.checkout import CONTEXT
from support.running_lab import Record

from whomay.lab import deploy, lifecycle
from whomay.lab.accounts import DEV_ADMIN, as_admin, as_administrator, make_administrators
from whomay.lab.children import Children
from whomay.lab.errors import CommandFailedError
from whomay.lab.session import LabSession
from whomay.lab.workspace import Workspace

FIRST, SECOND = "First", "Second"
READS = {"Version": "2012-10-17", "Statement": [statement("s3:ListBucket", "arn:aws:s3:::a")]}
EXISTING_ROLE = "cdk-hnb659fds-lookup-role-111111111111-us-east-1"  # the bootstrap's


def described(session: LabSession, stack: str) -> tuple[str, dict[str, str]]:
    """Return the stack's status, and its resources' physical ids by logical id."""

    def ask(what: str) -> Any:
        argv = ("aws", "cloudformation", what, "--stack-name", stack, "--output", "json")
        return json.loads(session.must("admin", argv, as_admin(session)))

    resources = ask("describe-stack-resources")["StackResources"]
    ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources}
    return ask("describe-stacks")["Stacks"][0]["StackStatus"], ids


def synth(session: LabSession, *buckets: str | None, role: str | None = None) -> None:
    """Write two stacks: one of a bucket, and one of these buckets, one after the other.

    With a `role`, the second one ends with a policy for it.
    """
    app = App(context=CONTEXT, outdir=str(session.workspace.assembly))
    CfnResource(Stack(app, FIRST), "Bucket", type="AWS::S3::Bucket")
    stack, before = Stack(app, SECOND), None
    for number, name in enumerate(buckets):
        properties = {"BucketName": name} if name else {}
        one = CfnResource(stack, f"B{number}", type="AWS::S3::Bucket", properties=properties)
        if before:
            one.add_resource_dependency(before)
        before = one
    if role and before:
        iam.CfnPolicy(
            stack, "Policy", policy_name="p", policy_document=READS, roles=[role]
        ).add_resource_dependency(before)
    app.synth()


def test_a_second_stack_that_fails_is_rolled_back_and_goes_on_when_repaired(
    beside: LabSession,
) -> None:
    """Its second bucket has a name that is taken; later it names a role that does not exist."""
    taken = "a-name-that-is-taken"
    owner = ("aws", "s3api", "create-bucket", "--bucket", taken)
    beside.must(DEV_ADMIN, owner, as_administrator(beside, DEV_ADMIN))
    synth(beside, None, taken)
    deploy.deploy(beside, FIRST)
    first = described(beside, FIRST)

    with pytest.raises(CommandFailedError) as caught:
        deploy.deploy(beside, SECOND)
    said = str(caught.value).splitlines()
    assert said[0] == f"the stack {SECOND} could not be deployed; other stacks are as they were:"
    assert (
        f"  B1: Resource of type 'AWS::S3::Bucket' with identifier '{taken}' already exists."
        in said
    )
    assert said[-1] == "Fix the cause, and run the command again."
    assert len(said) < 20
    assert caught.value.exit_code == 1
    assert described(beside, SECOND)[0] == "ROLLBACK_COMPLETE"
    assert described(beside, FIRST) == first

    synth(beside, None, None)
    deploy.deploy(beside, SECOND)
    status, made = described(beside, SECOND)
    assert (status, len(made)) == ("CREATE_COMPLETE", 2)

    synth(beside, None, None, None, role="no-such-role")
    with pytest.raises(CommandFailedError, match="no-such-role"):
        deploy.deploy(beside, SECOND)
    assert described(beside, SECOND) == ("UPDATE_ROLLBACK_COMPLETE", made)

    synth(beside, None, None, None, role=EXISTING_ROLE)
    deploy.deploy(beside, SECOND)
    status, now = described(beside, SECOND)
    assert (status, len(now)) == ("UPDATE_COMPLETE", 4)
    assert made.items() <= now.items()
    assert described(beside, FIRST) == first


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[LabSession]:
    """A lab that waits two seconds for a custom resource."""
    place = Workspace.at(tmp_path / "lab")
    lab = lifecycle.start(place.root, custom_resource_seconds=2)
    place.renew()
    with Children() as children:
        session = LabSession(lab, place, children, Record())
        make_administrators(session)
        yield session
    lifecycle.stop(place.root)


NEVER_ANSWERS = "import time\ndef handler(event, context):\n    time.sleep(600)\n"


@pytest.mark.lab
def test_a_custom_resource_that_never_answers_ends_the_deploy_in_words(hasty: LabSession) -> None:
    app = App(context=CONTEXT, outdir=str(hasty.workspace.assembly))
    stack = Stack(app, "Waits", synthesizer=LegacyStackSynthesizer())
    function = lambda_.CfnFunction(
        stack,
        "Function",
        code=lambda_.CfnFunction.CodeProperty(zip_file=NEVER_ANSWERS),
        handler="index.handler",
        role=iam.Role(
            stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        ).role_arn,
        runtime="python3.11",
        timeout=900,
    )
    CustomResource(
        stack, "Custom", service_token=function.attr_arn, service_timeout=Duration.hours(1)
    )
    app.synth()

    with pytest.raises(CommandFailedError) as caught:
        deploy.deploy(hasty, "Waits")

    said = str(caught.value)
    assert said.startswith("the stack Waits could not be deployed; other stacks are as they were:")
    assert "gave no answer to Create within 2 s, the longest that the lab waits" in said
    assert said.endswith("Fix the cause, and run the command again.")
    assert len(said.splitlines()) < 20
    assert described(hasty, "Waits")[0] == "ROLLBACK_COMPLETE"
