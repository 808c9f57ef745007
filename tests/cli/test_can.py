"""The command `whomay can`."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.assemblies import document, role, write_assembly

from whomay.cli import main

BUCKET = {"Type": "AWS::S3::Bucket"}
OBJECTS = {"Fn::Sub": "${Bucket.Arn}/in/*"}
WRITE = [{"PolicyName": "Write", "PolicyDocument": document("s3:PutObject", resource=OBJECTS)}]


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    user = {"Type": "AWS::IAM::User", "Properties": {"UserName": "eve\x1b[2J"}}
    fresh = role(ManagedPolicyArns=["arn:aws:iam::aws:policy/FreshAccess"])
    resources = {
        "Writer": role(Policies=WRITE),
        "Reader": role(),
        "Fresh": fresh,
        "Bucket": BUCKET,
        "Odd\x1b[2J": user,
    }
    return write_assembly(tmp_path, {"S": {"Resources": resources}})


def can(assembly: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["can", "--assembly", str(assembly), *arguments])


ROLE = "arn:aws:iam::111122223333:role"
ASSUMED = [
    "requests may take any network path: a VPC endpoint's policy counts where aws:SourceVpce names it",
    "no service control policy was given, so none is taken to deny",
    "no resource control policy was given, so none is taken to deny",
]
TAKEN_FOR_GRANTED = "".join(f"  assumed: {each}\n" for each in ASSUMED)


@pytest.mark.parametrize(
    ("who", "action", "what"),
    [
        ("S/Writer", "s3:PutObject", "S/Bucket/in/a.csv"),
        ("S/Wri*", "s3:putobject", "arn:aws:s3:::<S.Bucket>/in/a.csv"),
        (f"{ROLE}/<S.Writer>", "s3:PutObject", "arn:aws:s3:::<S.Bucket>/in/a.csv"),
    ],
)
def test_what_is_allowed_names_its_statement(
    assembly: Path, who: str, action: str, what: str
) -> None:
    result = can(assembly, who, action, what)

    assert result.exit_code == 0
    assert result.output == (
        f"Allowed: {ROLE}/<S.Writer> {action} arn:aws:s3:::<S.Bucket>/in/a.csv\n"
        "  allowed by identity: statement 0 of S/Writer Write\n"
        f"{TAKEN_FOR_GRANTED}"
    )


def test_a_denial_names_the_nearest_statement_and_what_failed(assembly: Path) -> None:
    result = can(assembly, "S/Writer", "s3:PutObject", "S/Bucket/out/a.csv")

    assert result.exit_code == 1
    assert result.output == (
        f"ImplicitDeny: {ROLE}/<S.Writer> s3:PutObject arn:aws:s3:::<S.Bucket>/out/a.csv\n"
        "  no identity statement allows it; nearest is statement 0 of S/Writer Write: it covers "
        "only arn:aws:s3:::<S.Bucket>/in/*, not arn:aws:s3:::<S.Bucket>/out/a.csv\n"
    )


def test_what_is_not_known_has_an_exit_code_of_its_own(assembly: Path) -> None:
    result = can(assembly, "S/Fresh", "s3:PutObject", "S/Bucket/in/a.csv")

    assert result.exit_code == 3
    assert result.output == (
        f"Unknown: {ROLE}/<S.Fresh> s3:PutObject arn:aws:s3:::<S.Bucket>/in/a.csv\n"
        "  not known: AWS managed policy FreshAccess is not in the table of policies\n"
        f"{TAKEN_FOR_GRANTED}"
    )


def test_a_denial_hangs_on_policies_elsewhere_alone(assembly: Path) -> None:
    result = can(assembly, "S/Writer", "s3:PutObject", "arn:aws:s3:::elsewhere/a.csv")

    assert result.exit_code == 1
    assert result.output.splitlines()[2:] == [
        "  assumed: resources outside the assembly carry no policy that grants"
    ]


def test_a_service_may_be_asked_about(assembly: Path) -> None:
    assert can(assembly, "ec2.amazonaws.com", "sts:AssumeRole", "S/Writer").exit_code == 0
    assert can(assembly, "lambda.amazonaws.com", "sts:AssumeRole", "S/Writer").exit_code == 1


def test_json_says_the_same(assembly: Path) -> None:
    result = can(assembly, "S/Writer", "s3:PutObject", "S/Bucket/in/a.csv", "--format", "json")

    assert json.loads(result.output) == {
        "verdict": "Allowed",
        "layer": "identity",
        "principal": f"{ROLE}/<S.Writer>",
        "action": "s3:PutObject",
        "resource": "arn:aws:s3:::<S.Bucket>/in/a.csv",
        "reason": "allowed by identity: statement 0 of S/Writer Write",
        "statements": [{"path": "S/Writer", "policy": "Write", "index": 0}],
        "assumed": ASSUMED,
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["S/Writr", "s3:PutObject", "*"],
            "no role or user is called 'S/Writr'; nearest: S/Writer, S/Fresh, S/Reader",
        ),
        (
            ["S/*", "s3:PutObject", "*"],
            "'S/*' fits several principals; name one of S/Fresh, S/Odd\\x1b[2J, S/Reader, S/Writer",
        ),
        (
            ["S/Writer", "s3:PutObject", "S/Buckt/a"],
            "no ARN or resource is called 'S/Buckt/a'; nearest: S/Bucket",
        ),
        (
            ["S/Writer", "s3:PutObject", "arn:aws:s3:::<S.Buckt>/a"],
            "no generated name is called 'S.Buckt'; nearest: S.Bucket",
        ),
        (
            ["S/Writer", "s3:PutObjekt", "*"],
            "AWS has no action 's3:PutObjekt'; nearest: s3:PutObject",
        ),
        (
            ["S/Writer", "s3:Put*", "*"],
            "'s3:Put*' is a pattern and this asks for one action; `whomay who` takes both",
        ),
        (
            ["S/Writer", "s3:PutObject", "*", "--given", "novalue"],
            "Invalid value for '--given': 'novalue' is not KEY=VALUE, such as sts:ExternalId=course",
        ),
    ],
)
def test_bad_input_is_one_line_with_what_to_do(
    assembly: Path, arguments: list[str], message: str
) -> None:
    result = can(assembly, *arguments)

    assert result.exit_code == 2
    assert result.output.splitlines()[-1].startswith(f"Error: {message}")


def test_a_missing_assembly_is_bad_input(tmp_path: Path) -> None:
    result = can(tmp_path / "nowhere", "S/Writer", "s3:PutObject", "*")

    assert result.exit_code == 2
    assert result.output == (
        f"Error: {tmp_path}/nowhere holds no cloud assembly (no manifest.json): run `cdk synth`, "
        "or name the folder that it wrote\n"
    )


def test_given_keys_take_part(tmp_path: Path) -> None:
    condition = {"StringEquals": {"aws:RequestTag/team": ["blue", "red"]}}
    guarded = document("iam:CreateRole")
    guarded["Statement"][0]["Condition"] = condition
    policies = [{"PolicyName": "P", "PolicyDocument": guarded}]
    write_assembly(tmp_path, {"S": {"Resources": {"R": role(Policies=policies)}}})
    request = ["S/R", "iam:CreateRole", f"{ROLE}/x"]

    assert can(tmp_path, *request).exit_code == 1
    assert can(tmp_path, *request, "--given", "aws:RequestTag/team=red").exit_code == 0
    assert can(tmp_path, *request, "--given", "aws:RequestTag/team=green").exit_code == 1
    # in another case it is the same key, which then has two values
    twice = ["--given", "aws:RequestTag/team=red", "--given", "aws:requesttag/TEAM=green"]
    assert "has several" in can(tmp_path, *request, *twice).output


def test_control_characters_of_a_template_are_written_out(assembly: Path) -> None:
    result = can(assembly, "S/Odd*", "s3:PutObject", "*")

    assert result.output.startswith("ImplicitDeny: arn:aws:iam::111122223333:user/eve\\x1b[2J s3")


def test_help_imports_no_subcommand() -> None:
    sys.modules.pop("whomay.cli.can", None)
    result = CliRunner().invoke(main, ["--help"])

    assert result.exit_code == 0
    assert "  can " in result.output
    assert "whomay.cli.can" not in sys.modules
