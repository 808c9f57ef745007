"""The trail in the lab: what is refused is recorded, and found by `whomay trail`."""

import json
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template
from click.testing import CliRunner
from support.aws import make_user, refusal, root
from support.aws import stack as deployed
from support.checkout import CONTEXT

from whomay.cdk import AuditTrail, PrivateBucket
from whomay.cli import main
from whomay.lab import loopback
from whomay.lab.state import Lab


def test_in_the_lab_the_trail_records_refused_calls_and_whomay_finds_them(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = Stack(App(context=CONTEXT), "Audited")
    shared = PrivateBucket(stack, "Shared")
    audit = AuditTrail(stack, "Audit", buckets=[shared])
    ids = [stack.get_logical_id(part.node.default_child) for part in (shared, audit.bucket)]  # type: ignore[arg-type] # jsii types it as any construct
    resources = Template.from_stack(stack).to_json()["Resources"]
    with deployed(root(lab), "Audited") as real:
        physical = real.deploy(**resources)
        name, trail_bucket = (physical[logical_id] for logical_id in ids)
        user = make_user(lab, "audited")
        refusal(user.client("s3").put_object, Bucket=name, Key="a.csv", Body=b"")
        loopback.ask(lab, "/lab/deliver", timeout=10)
        for variable, value in {
            "AWS_ENDPOINT_URL": lab.endpoint,
            "AWS_CA_BUNDLE": str(lab.ca),
            "AWS_ACCESS_KEY_ID": root(lab).access_key,
            "AWS_SECRET_ACCESS_KEY": root(lab).secret,
            "AWS_DEFAULT_REGION": lab.region,
        }.items():
            monkeypatch.setenv(variable, value)
        place = f"s3://{trail_bucket}/AWSLogs"
        answer = CliRunner().invoke(main, ["trail", "denied", place, "--format", "json"])
        root(lab).client("s3").put_object(Bucket=trail_bucket, Key="AWSLogs/bad.json.gz", Body=b"x")
        damaged = CliRunner().invoke(main, ["trail", "denied", place, "--format", "json"])

    arn = f"arn:aws:iam::{lab.accounts[0]}:user/audited"
    found = [row for row in json.loads(answer.stdout)["rows"] if row["who"] == arn]
    assert [(row["action"], row["code"], row["refused"]) for row in found] == [
        ("s3:PutObject", "AccessDenied", 1)
    ]
    assert damaged.exit_code == 3
    unreadable = json.loads(damaged.stdout)["unreadable"]
    assert [one["file"] for one in unreadable] == [f"{place}/bad.json.gz"]


def test_a_bucket_that_is_not_there_is_told_in_one_line(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", lab.endpoint)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(lab.ca))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", root(lab).access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", root(lab).secret)
    answer = CliRunner().invoke(main, ["trail", "denied", "s3://no-such-bucket/AWSLogs"])
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("Error: s3://no-such-bucket/AWSLogs: NoSuchBucket: ")
