"""Every name of the engine's door has a worked example in its docstring, which runs."""

import doctest
from pathlib import Path
from typing import Any

import pytest
from support.assemblies import document, write_assembly

import whomay.engine

NOWHERE = "aws://unknown-account/unknown-region"


EVERYBODY: dict[str, Any] = {
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": {
                        "Effect": "Allow",
                        "Principal": {"AWS": "*"},
                        "Action": "sts:AssumeRole",
                    },
                }
            },
        }
    }
}


def template(readable: str) -> dict[str, Any]:
    """A stack with a user who may read what lies under a prefix of a bucket."""
    reading = document("s3:GetObject", resource={"Fn::Sub": f"${{Bucket.Arn}}/{readable}"})
    policies = [{"PolicyName": "Read", "PolicyDocument": reading}]
    return {
        "Parameters": {"Stage": {"Type": "String"}},
        "Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
            "Reader": {"Type": "AWS::IAM::User", "Properties": {"Policies": policies}},
        },
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the examples read: an app as it was, as a change makes it, and a role that trusts all."""
    found = tmp_path_factory.mktemp("examples")
    write_assembly(found / "before.out", {"Reports": template("daily/*")}, NOWHERE)
    write_assembly(found / "cdk.out", {"Reports": template("*")}, NOWHERE)
    write_assembly(found / "open.out", {"Reports": EVERYBODY}, NOWHERE)
    return found


@pytest.mark.parametrize("name", whomay.engine.__all__)
def test_the_example_of_a_public_name_gives_what_it_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(folder)
    text = getattr(whomay.engine, name).__doc__
    test = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    printed: list[str] = []

    failed, attempted = doctest.DocTestRunner().run(test, out=printed.append)

    assert attempted > 0
    assert failed == 0, "".join(printed)
