"""A template by itself, in JSON or YAML: every command answers as for what `cdk synth` wrote."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.assemblies import document, role

from whomay.cli import main

YAML = """\
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Name: {Type: String, Default: reports}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties: {BucketName: !Ref Name}
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              Effect: Allow
              Action: s3:GetObject
              Resource: !Join ["", [!GetAtt Bucket.Arn, /*]]
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("app.yaml").write_text(YAML)


def run(command: str) -> Result:
    return CliRunner().invoke(main, command.split())


def test_a_template_in_yaml_is_asked_by_its_logical_ids() -> None:
    allowed = run("can app/Reader s3:GetObject arn:aws:s3:::reports/x -a app.yaml")
    refused = run("can app/Reader s3:PutObject arn:aws:s3:::reports/x -a app.yaml")

    assert (allowed.exit_code, refused.exit_code) == (0, 1), allowed.output
    assert "app/Reader" in run("who s3:GetObject arn:aws:s3:::reports/x -a app.yaml").stdout


def test_rules_lock_and_diff_take_a_template() -> None:
    policy = {"PolicyName": "read", "PolicyDocument": document("s3:*")}
    Path("wide.json").write_text(json.dumps({"Resources": {"Reader": role(Policies=[policy])}}))

    assert run("check app.yaml").exit_code == 0
    assert "full-access" in run("check wide.json").stdout
    assert run("lock -a app.yaml").exit_code == 0
    Path("app.yaml").write_text(YAML.replace("s3:GetObject", "s3:*Object"))
    result = run("diff access.lock app.yaml")
    assert (result.exit_code, result.stdout.startswith("wider: app/Reader\n")) == (1, True)
    assert run("diff app.yaml app.yaml").stdout.startswith("nobody may do more or less\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2\n", "line 2: an object has the key 'a' twice"),
        ("a: &x {b: 1}\nc: *x\n", "line 1: a template has no aliases"),
        ("a: {<<: {b: 1}}\n", "line 1: a template has no merge keys (<<)"),
        ("a: [\n", "line 2: no YAML: did not find expected node content"),
        ("a: !!python/object:os.system {}\n", "line 1: no YAML: could not determine a constructor"),
        ("version: 1\n", "has no Resources: allowed is a template of CloudFormation"),
        ("fragment: {Resources: {}}\ntransformId: 1::M\n", "is the input of a macro: allowed is"),
        ("- 1\n", "must be a JSON object, not list"),
        ("", "must be a JSON object, not null"),
        ("\x00", "no YAML"),
    ],
)
def test_what_is_no_template_is_one_line(text: str, said: str) -> None:
    Path("app.yaml").write_text(text)

    result = run("check app.yaml")

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: app.yaml")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
