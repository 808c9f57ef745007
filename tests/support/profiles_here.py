"""An assembly and a configuration file, for tests of `whomay profiles`."""

import configparser
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from support.assemblies import write_assembly
from whomay.cli import main

HUB = "111111111111"
ALICE = f"arn:aws:iam::{HUB}:user/people/alice"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def statement(principal: Any, **condition: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {**found, **({"Condition": condition} if condition else {})}


def role(*statements: dict[str, Any], **properties: Any) -> dict[str, Any]:
    trust = {"Version": "2012-10-17", "Statement": statements}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": trust, **properties},
    }


def hub(**condition: Any) -> dict[str, Any]:
    return statement({"AWS": f"arn:aws:iam::{HUB}:root"}, **condition)


def may_assume(*arns: str) -> list[dict[str, Any]]:
    allow = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arns}
    document = {"Version": "2012-10-17", "Statement": [allow]}
    return [{"PolicyName": "own", "PolicyDocument": document}]


class Here:
    """A folder with an assembly and a config file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config"

    def assembly(
        self, *, environment: str = "aws://222222222222/eu-west-1", **resources: Any
    ) -> None:
        write_assembly(self.folder / "cdk.out", {"S": {"Resources": resources}}, environment)

    def run(self, *options: str) -> Result:
        places = ["--assembly", str(self.folder / "cdk.out"), "--config", str(self.config)]
        return CliRunner().invoke(main, ["profiles", *places, *options])

    def profiles(self, *options: str, code: int = 0) -> dict[str, dict[str, str]]:
        result = self.run(*options)
        assert result.exit_code == code, result.output
        parser = configparser.RawConfigParser(default_section="")
        parser.read(self.config)
        return {name: dict(parser[name]) for name in parser.sections()}
