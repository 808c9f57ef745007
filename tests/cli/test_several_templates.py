"""Several templates as one app: each with its account and Region, one importing what another exports."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from whomay.cli import main

DATA = """\
Resources:
  Bucket: {Type: "AWS::S3::Bucket", DeletionPolicy: Retain}
  Key:
    Type: AWS::SQS::Queue
Outputs:
  Bucket: {Value: !GetAtt Bucket.Arn, Export: {Name: data-bucket}}
"""
APP = """\
Resources:
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              Effect: Allow
              Action: s3:GetObject
              Resource: !Join ["/", [!ImportValue data-bucket, "*"]]
"""
HERE = "111122223333/eu-west-1"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.yaml").write_text(DATA)
    Path("app.yaml").write_text(APP)


def run(command: str) -> Result:
    return CliRunner().invoke(main, command.split())


def test_a_template_reads_what_another_exports() -> None:
    asked = f"can app/Reader s3:GetObject data/Bucket/x -a data.yaml@{HERE} -a app.yaml@{HERE}"

    assert run(asked).output.startswith(
        "Allowed: arn:aws:iam::111122223333:role/<app.Reader> s3:GetObject "
    )
    alone = run("can app/Reader s3:GetObject arn:aws:s3:::other/x -a app.yaml")
    assert (alone.exit_code, alone.output.startswith("Unknown: ")) == (3, True)


def test_each_has_its_own_account_and_region() -> None:
    run("lock data.yaml@111122223333/eu-west-1 app.yaml@444455556666")

    lock = Path("access.lock").read_text()
    assert "arn:aws:iam::444455556666:role/<app.Reader>" in lock
    assert "arn:aws:sqs:eu-west-1:111122223333:<data.Key>" in lock


def test_templates_are_named_by_option_and_by_argument_alike() -> None:
    by_argument, by_option = run("check data.yaml app.yaml"), run("check -a data.yaml -a app.yaml")

    assert by_argument.output == by_option.output
    assert "data.yaml, app.yaml: no contract yet" in by_argument.output
    assert run("lock data.yaml app.yaml --file a.lock").exit_code == 0
    assert run("lock -a data.yaml -a app.yaml --file b.lock").exit_code == 0
    assert Path("a.lock").read_bytes() == Path("b.lock").read_bytes()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("check data.yaml -a app.yaml", "the assembly is named twice: as an argument and by --assembly"),
        ("check data.yaml@1234", "data.yaml@1234/: account '1234': allowed is an id of twelve digits"),
        ("lock -a app.yaml@111122223333/here", "app.yaml@111122223333/here: region 'here': allowed is"),
        ("check data.yaml old/data.json", "data.yaml and old/data.json would both be the stack data: "),
        ("check data.yaml none.yaml", "none.yaml: there is no such file"),
        ("check data.yaml .", ".: cannot be read: Is a directory"),
        ("lock --assembly=", "the name of the assembly is empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line(command: str, said: str) -> None:
    result = run(command)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {said}"), result.stderr
    assert result.stderr.count("\n") == 1
    assert not Path("access.lock").exists()
