"""The gate: what is open stops the synth with one message, and "clean" is not "never ran"."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from aws_cdk import Annotations, App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from support.checkout import CONTEXT, ROOT

from whomay.cdk import (
    AccessContract,
    GateError,
    PrivateBucket,
    acknowledge,
    one_message,
    synth,
)
from whomay.cdk.gate.lock_checks import AccessLockChecks
from whomay.engine import read, to_lock

REASON = "This bucket is only here to see what the gate does with a finding"


def plant(stack: Stack) -> s3.Bucket:
    """A bucket without access logs and TLS: two findings of AwsSolutions."""
    return s3.Bucket(stack, "Canary")


def test_a_planted_finding_is_found(app: App, stack: Stack) -> None:
    plant(stack)
    with pytest.raises(GateError) as caught:
        synth(app)
    assert [line.split(": ")[:2] for line in caught.value.args] == [
        ["Stack/Canary/Resource", "AwsSolutions::AwsSolutions-S1"],
        ["Stack/Canary/Resource", "AwsSolutions::AwsSolutions-S10"],
    ]


def test_acknowledged_findings_pass_and_stay_in_the_report(app: App, stack: Stack) -> None:
    bucket = plant(stack)
    for rule in ("S1", "S10"):
        acknowledge(bucket, f"AwsSolutions::AwsSolutions-{rule}", reason=REASON)
    synth(app)
    [pack] = json.loads(Path(app.outdir, "validation-report.json").read_text())["pluginReports"]
    assert {(v["acknowledgedId"], v["reason"]) for v in pack["suppressedViolations"]} == {
        ("AwsSolutions::AwsSolutions-S1", REASON),
        ("AwsSolutions::AwsSolutions-S10", REASON),
    }


GRAVE = (
    "AccessRules::trust-everyone[AWS:*]",
    "AccessContract::assumable_only_by[arn:aws:iam::<account>:user/somebody]",
)


def open_to_all(outdir: Path) -> App:
    """An app with a role that everybody may assume, against its contract; both acknowledged."""
    app = App(context=CONTEXT, outdir=str(outdir))
    stack = Stack(app, "Stack")
    role = iam.Role(stack, "Role", assumed_by=iam.AnyPrincipal())
    AccessContract.of(stack).assumable_only_by(role, iam.ServicePrincipal("ec2.amazonaws.com"))
    for each in GRAVE:
        acknowledge(role, each, reason=REASON)
    return app


def test_a_grave_finding_is_acknowledged_in_the_lock_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GateError) as caught:
        synth(open_to_all(tmp_path / "cdk.out"))
    assert sorted(caught.value.args) == sorted(
        f"Stack/Role: the acknowledgement of {each} does not count: access.lock does not have it as it "
        "is here, and the finding is grave; run `whomay lock`, and have the lock's owner review it"
        for each in GRAVE
    )

    Path("access.lock").write_text(yaml.safe_dump(to_lock(read("cdk.out").snapshot)))
    synth(open_to_all(tmp_path / "cdk.out"))


def test_one_open_finding_beside_an_acknowledged_one_stops_the_synth(
    app: App, stack: Stack
) -> None:
    acknowledge(plant(stack), "AwsSolutions::AwsSolutions-S1", reason=REASON)
    with pytest.raises(GateError, match="AwsSolutions-S10"):
        synth(app)


def test_an_open_warning_stops_the_synth(app: App, stack: Stack) -> None:
    bucket = PrivateBucket(stack, "B")
    Annotations.of(bucket).add_warning_v2("test:warning", "look here")
    with pytest.raises(GateError, match="Annotation::test:warning: look here"):
        synth(app)


@pytest.mark.parametrize("rule", ["AwsSolutions-S1", "AwsSolutions-NOSUCHRULE99"])
def test_an_acknowledgement_that_matches_nothing_is_stale(
    app: App, stack: Stack, rule: str
) -> None:
    bucket = PrivateBucket(stack, "B")
    other = plant(stack)
    for found in ("S1", "S10"):
        acknowledge(other, f"AwsSolutions::AwsSolutions-{found}", reason=REASON)
    acknowledge(bucket, f"AwsSolutions::{rule}", reason=REASON)
    with pytest.raises(GateError, match=f"Stack/B: no finding matches .*{rule} any more"):
        synth(app)


def test_a_pack_with_acknowledgements_that_did_not_run_stops_the_synth(
    app: App, stack: Stack
) -> None:
    acknowledge(PrivateBucket(stack, "B"), "Other::Rule", reason=REASON)
    with pytest.raises(GateError, match="Other is not in the report: it did not run"):
        synth(app)


def test_a_check_that_did_not_come_to_its_end_stops_the_synth(
    app: App, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    PrivateBucket(stack, "B")
    monkeypatch.setattr(AccessLockChecks, "violations", None)
    with pytest.raises(GateError, match="app: Validation plugin 'AccessLock' failed: "):
        synth(app)


def test_cdks_own_rules_are_errors(app: App, stack: Stack) -> None:
    statement = {"Sid": "Two words", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "x"}
    iam.CfnManagedPolicy(stack, "Raw", policy_document={"Statement": [statement]})
    with pytest.raises(GateError, match="CloudFormation Validate::"):
        synth(app)


def test_switched_off_checks_are_refused(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDK_VALIDATION", "false")
    with pytest.raises(GateError, match="CDK_VALIDATION=false switches checks off"):
        synth(app)


def test_a_context_that_lets_findings_pass_changes_nothing(tmp_path: Path) -> None:
    context: dict[str, Any] = {**CONTEXT, "@aws-cdk/core:failSynthOnValidationErrors": False}
    app = App(context=context, outdir=str(tmp_path))
    plant(Stack(app, "Stack"))
    with pytest.raises(GateError, match="AwsSolutions-S10"):
        synth(app)


@pytest.mark.parametrize(
    ("id", "message"),
    [("AwsSolutions-S1", "id: got"), ("::S1", "id: got"), ("", "id: got")],
)
def test_an_acknowledgement_names_its_pack(stack: Stack, id: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        acknowledge(stack, id, reason=REASON)


@pytest.mark.parametrize(
    "reason", ["", "fine", "TODO explain why this is all right for us in the end"]
)
def test_an_acknowledgement_says_why(stack: Stack, reason: str) -> None:
    with pytest.raises(ValueError, match="reason: got"):
        acknowledge(stack, "AwsSolutions::AwsSolutions-S1", reason=reason)


APP = """
from aws_cdk import App, Stack
from whomay.cdk import BucketAccess, PrivateBucket, one_message, synth

with one_message():
    app = App()
    stack = Stack(app, "Stack")
    bucket = PrivateBucket(stack, "Shared")
    {line}
    synth(app)
"""


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "PrivateBucket(stack, 'Shared')",
            (
                "whomay: app.py:9: There is already a Construct with name 'Shared' in Stack2 "
                "[Stack]; give it an id of its own"
            ),
        ),
        (
            "BucketAccess.read(bucket, prefix='/uploads/')",
            (
                "whomay: app.py:9: prefix: got '/uploads/'; allowed is a prefix without a slash at its "
                "start or two in a row; did you mean 'uploads/'?"
            ),
        ),
    ],
)
def test_a_mistake_in_the_app_is_one_line_with_its_place(
    tmp_path: Path, line: str, message: str
) -> None:
    (tmp_path / "app.py").write_text(APP.format(line=line))
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.strip()) == (2, "", message)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.py"]


def test_many_findings_fit_on_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, one_message():
        raise GateError(*(f"finding {n}" for n in range(40)))
    assert str(caught.value).splitlines()[-1] == "  … and 28 more"
    assert len(str(caught.value).splitlines()) == 14
    assert capsys.readouterr().out == ""


def test_the_app_of_this_repository_is_clean_and_all_packs_ran(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "CDK_OUTDIR": str(tmp_path), "CDK_CONTEXT_JSON": json.dumps(CONTEXT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads((tmp_path / "validation-report.json").read_text())
    assert [pack["pluginName"] for pack in report["pluginReports"]] == [
        "AccessRules",
        "AwsSolutions",
    ]
