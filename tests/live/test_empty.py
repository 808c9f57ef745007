"""A bucket emptied on the lab's AWS: of any number of versions, also killed half-way."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import write_assembly
from support.aws import Caller, make_user, policy, root, statement
from support.lab_user import on_lab

from whomay.lab.state import Lab

VERSIONED = {"Status": "Enabled"}


@pytest.fixture
def name() -> str:
    return f"bucket-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def admin(lab: Lab) -> Caller:
    return make_user(lab, "empty-admin", statement("*", "*"))


def fill(lab: Lab, bucket: str, versions: int = 1) -> Any:
    """Make a versioned bucket with versions of one object, a marker and an unfinished upload."""
    s3 = root(lab).client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=VERSIONED)
    for number in range(versions):
        s3.put_object(Bucket=bucket, Key="a.csv", Body=str(number))
    s3.delete_object(Bucket=bucket, Key="a.csv")
    s3.create_multipart_upload(Bucket=bucket, Key="large")
    return s3


def test_versions_markers_and_unfinished_uploads_all_go(lab: Lab, admin: Caller, name: str) -> None:
    s3 = fill(lab, name, 3)
    result = on_lab(admin, "empty", name, "--outside-app", "--yes")

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        f"account 111111111111, Region {lab.region}, as arn:aws:iam::111111111111:user/empty-admin",
        f"{name}, of no stack: 3 versions of 3 bytes, 1 delete markers, 1 unfinished uploads",
        "5 deleted",
        f"{name} is empty. Delete it: aws s3api delete-bucket --bucket {name}",
    ]
    s3.delete_bucket(Bucket=name)  # which S3 refuses unless it is empty


def test_more_than_a_call_of_s3_deletes_is_finished_after_a_kill(
    lab: Lab, admin: Caller, name: str
) -> None:
    """1,100 versions are two calls; the first run ends after one of them."""
    s3 = fill(lab, name, 1_100)
    asked = ("empty", name, "--outside-app", "--yes")
    assert on_lab(admin, *asked, kill="after-call.s3.DeleteObjects").returncode == -9
    finished = on_lab(admin, *asked)
    assert finished.returncode == 0, finished.stderr
    assert f"{name}, of no stack: 10" in finished.stdout  # versions
    s3.delete_bucket(Bucket=name)


@pytest.mark.parametrize(("said", "code"), [("y\n", 0), ("n\n", 2)])
def test_nothing_is_deleted_before_somebody_says_yes(
    lab: Lab, admin: Caller, name: str, said: str, code: int
) -> None:
    s3 = fill(lab, name)
    assert on_lab(admin, "empty", name, "--outside-app", said=said).returncode == code
    assert ("Versions" in s3.list_object_versions(Bucket=name)) is (code != 0)


def made_by_a_stack(lab: Lab, folder: Path, bucket: str, *, retain: bool = True) -> Any:
    """Deploy a stack with the bucket, and write the assembly that has it."""
    one = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": bucket}}
    template = {"Resources": {"Logs": {**one, **({"DeletionPolicy": "Retain"} if retain else {})}}}
    write_assembly(folder / "cdk.out", {f"s-{bucket}": template})
    client = root(lab).client("cloudformation")
    client.create_stack(StackName=f"s-{bucket}", TemplateBody=json.dumps(template))
    client.get_waiter("stack_create_complete").wait(StackName=f"s-{bucket}")
    return client


def test_a_bucket_that_outlives_its_stack_is_known_as_the_apps(
    lab: Lab, admin: Caller, name: str, tmp_path: Path
) -> None:
    client = made_by_a_stack(lab, tmp_path, name)
    kept = on_lab(admin, "empty", name, "--yes", cwd=tmp_path)
    assert (kept.returncode, kept.stderr) == (
        2,
        f"Error: empty {name}: the stack s-{name} has it: end that first, or give --in-use\n",
    )
    client.delete_stack(StackName=f"s-{name}")
    client.get_waiter("stack_delete_complete").wait(StackName=f"s-{name}")
    root(lab).client("s3").put_object(Bucket=name, Key="a", Body="a")
    result = on_lab(admin, "empty", name, "--yes", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert f"{name}, made by the stack s-{name}: 1 versions of 1 bytes" in result.stdout


def test_a_bucket_outside_the_app_is_refused(
    lab: Lab, admin: Caller, name: str, tmp_path: Path
) -> None:
    made_by_a_stack(lab, tmp_path, f"{name}-other")
    s3 = fill(lab, name)
    result = on_lab(admin, "empty", name, "--yes", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr == (
        f"Error: empty {name}: it is not of the app in cdk.out (no stack has made it): synthesize the "
        "app that has it, or give --outside-app\n"
    )
    assert "Versions" in s3.list_object_versions(Bucket=name)


def test_a_bucket_that_a_trail_a_flow_log_or_another_bucket_writes_into_is_refused(
    lab: Lab, admin: Caller, name: str
) -> None:
    s3 = fill(lab, name)
    owner = root(lab)
    owner.client("cloudtrail").create_trail(Name=f"trail-{name}", S3BucketName=name)
    owner.client("cloudtrail").start_logging(Name=f"trail-{name}")
    s3.create_bucket(Bucket=f"{name}-other")
    logging = {"LoggingEnabled": {"TargetBucket": name, "TargetPrefix": "access/"}}
    s3.put_bucket_logging(Bucket=f"{name}-other", BucketLoggingStatus=logging)
    ec2 = owner.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    [log] = ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{name}/flow",
    )["FlowLogIds"]
    asked = ("empty", name, "--outside-app", "--yes")
    refused = on_lab(admin, *asked)
    assert (refused.returncode, refused.stdout) == (2, "")
    for use in (
        f"the trail trail-{name} writes into it",
        f"the flow log {log} writes into it",
        f"the access log of {name}-other goes into it",
    ):
        assert use in refused.stderr
    assert on_lab(admin, *asked, "--in-use").returncode == 0


def test_each_missing_permission_is_named(lab: Lab, name: str) -> None:
    fill(lab, name)
    asked = ("empty", name, "--outside-app", "--yes")
    blind = make_user(lab, f"{name}-blind")
    refused = on_lab(blind, *asked)
    assert refused.returncode == 2
    assert "these credentials lack s3:GetBucketTagging" in refused.stderr
    reader = make_user(
        lab, f"{name}-reader", statement(["s3:GetBucketTagging", "s3:ListBucket*"], "*")
    )
    refused = on_lab(reader, *asked)
    assert refused.returncode == 2
    assert (
        "who uses it cannot be told: these credentials lack cloudtrail:DescribeTrails, "
        "ec2:DescribeFlowLogs, s3:ListAllMyBuckets, cloudformation:DescribeStackResources"
    ) in refused.stderr
    refused = on_lab(reader, *asked, "--in-use")
    assert refused.returncode == 2
    assert "these credentials lack s3:DeleteObjectVersion" in refused.stderr


def test_a_bucket_that_is_not_there_is_one_line(admin: Caller, name: str) -> None:
    result = on_lab(admin, "empty", name, "--outside-app", "--yes")
    assert result.returncode == 2
    assert result.stderr == (
        f"Error: empty {name}: NoSuchBucket: The specified bucket does not exist\n"
    )


@pytest.mark.parametrize("denied", ["s3:DeleteObject*", "s3:ListBucketVersions"])
def test_a_policy_of_the_bucket_that_denies_is_told_as_aws_tells_it(
    lab: Lab, admin: Caller, name: str, denied: str
) -> None:
    s3 = root(lab).client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="a.csv", Body="a")
    everything = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    deny = {**statement(denied, everything), "Effect": "Deny", "Principal": "*"}
    s3.put_bucket_policy(Bucket=name, Policy=policy(deny))
    result = on_lab(admin, "empty", name, "--outside-app", "--yes")
    assert result.returncode == 2
    assert "a policy denies it" in result.stderr
    assert "with an explicit deny in a resource-based policy" in result.stderr
    assert s3.list_objects_v2(Bucket=name)["KeyCount"] == 1
