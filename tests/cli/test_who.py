"""The command `whomay who`."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.assemblies import document, role, write_assembly

from whomay.cli import main

OBJECTS = {"Fn::Sub": "${Bucket.Arn}/in/*"}


def inline(actions: list[str], resource: Any = OBJECTS, **condition: Any) -> dict[str, Any]:
    allowing = document(*actions, resource=resource)
    if condition:
        allowing["Statement"][0]["Condition"] = condition
    return role(Policies=[{"PolicyName": "P", "PolicyDocument": allowing}])


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    shared = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Partner",
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": OBJECTS,
                "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
            },
            {
                "Sid": "Logs",
                "Effect": "Allow",
                "Action": "s3:PutObject",
                "Resource": OBJECTS,
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
            },
        ],
    }
    resources = {
        "Writer": inline(["s3:PutObject"]),
        "Reader": inline(["s3:GetObject"]),
        "Guarded": inline(["s3:GetObject"], StringEquals={"s3:ExistingObjectTag/secrecy": "none"}),
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": shared},
        },
    }
    return write_assembly(tmp_path, {"S": {"Resources": resources}})


ASSUMED = [
    "requests may take any network path: a VPC endpoint's policy counts where aws:SourceVpce names it",
    "no service control policy was given, so none is taken to deny",
    "no resource control policy was given, so none is taken to deny",
]
TAKEN_FOR_GRANTED = "".join(f"  assumed: {each}\n" for each in ASSUMED)


def who(assembly: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["who", "--assembly", str(assembly), *arguments])


def test_everybody_is_listed_with_keys_and_statement(assembly: Path) -> None:
    result = who(assembly, "s3:GetObject", "S/Bucket/in/a.csv")

    assert result.exit_code == 0
    assert result.output == (
        "s3:GetObject on arn:aws:s3:::<S.Bucket>/in/a.csv:\n"
        "  Allowed S/Reader\n"
        "    allowed by identity: statement 0 of S/Reader P\n"
        "  Allowed S/Guarded with s3:existingobjecttag/secrecy=none\n"
        "    allowed by identity: statement 0 of S/Guarded P\n"
        "  Allowed others of account 444455556666 whose own policies allow it\n"
        "    allowed by statement Partner of S/Policy\n"
        f"{TAKEN_FOR_GRANTED}"
    )


def test_services_are_listed_with_what_they_send(assembly: Path) -> None:
    result = who(assembly, "s3:PutObject", "S/Bucket/in/*")

    assert result.exit_code == 0
    assert "  Allowed logging.s3.amazonaws.com\n" in result.output
    assert "  Allowed S/Writer\n" in result.output


def test_a_given_key_decides(assembly: Path) -> None:
    result = who(
        assembly,
        "s3:GetObject",
        "S/Bucket/in/a.csv",
        "--given",
        "s3:ExistingObjectTag/secrecy=high",
    )

    assert "S/Reader" in result.output
    assert "S/Guarded" not in result.output


def test_nobody_is_an_answer(assembly: Path) -> None:
    result = who(assembly, "s3:DeleteObject", "S/Bucket/in/a.csv")

    assert result.exit_code == 1
    assert result.output == "s3:DeleteObject on arn:aws:s3:::<S.Bucket>/in/a.csv: nobody\n"


def test_who_may_become_a_role(assembly: Path) -> None:
    result = who(assembly, "sts:AssumeRole", "S/Reader")

    assert result.exit_code == 0
    assert result.output == (
        "sts:AssumeRole on arn:aws:iam::111122223333:role/<S.Reader>:\n"
        "  Allowed ec2.amazonaws.com\n"
        "    allowed by statement 0 of S/Reader trust policy\n"
        f"{TAKEN_FOR_GRANTED}"
    )


def test_what_is_not_known_is_listed_too(tmp_path: Path) -> None:
    fresh = role(ManagedPolicyArns=["arn:aws:iam::aws:policy/FreshAccess"])
    folder = write_assembly(tmp_path, {"S": {"Resources": {"Fresh": fresh}}})
    result = who(folder, "s3:GetObject", "arn:aws:s3:::x/a")

    assert result.exit_code == 3
    assert result.output.splitlines()[1:3] == [
        "  Unknown S/Fresh",
        "    not known: AWS managed policy FreshAccess is not in the table of policies",
    ]


def test_json_says_the_same(assembly: Path) -> None:
    result = who(assembly, "s3:GetObject", "S/Bucket/in/a.csv", "--format", "json")

    assert json.loads(result.output)[1] == {
        "principal": "S/Guarded",
        "verdict": "Allowed",
        "given": {"s3:existingobjecttag/secrecy": "none"},
        "reason": "allowed by identity: statement 0 of S/Guarded P",
        "assumed": ASSUMED,
    }


def test_who_gets_no_row_reads_beside_the_output_what_is_assumed(assembly: Path) -> None:
    result = who(assembly, "s3:GetObject", "arn:aws:s3:::elsewhere/a", "--format", "json")

    assert json.loads(result.stdout) == []
    assert result.stderr == (
        "  assumed: resources outside the assembly carry no policy that grants\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["s3:GetObjekt", "*"], "AWS has no action 's3:GetObjekt'; nearest: s3:GetObject"),
        (
            ["s3:GetObject", "S/Bukket"],
            "no ARN or resource is called 'S/Bukket'; nearest: S/Bucket",
        ),
        (
            ["sts:AssumeRole", "S/Bucket"],
            "sts:AssumeRole does not act on arn:aws:s3:::<S.Bucket>; allowed is",
        ),
    ],
)
def test_bad_input_is_one_line(assembly: Path, arguments: list[str], message: str) -> None:
    result = who(assembly, *arguments)

    assert result.exit_code == 2
    assert result.output.startswith(f"Error: {message}")
    assert result.output.count("\n") == 1
