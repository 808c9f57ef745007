"""--account, --region and --parameter: what a person knows, told to every command."""

import importlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.assemblies import document, role, write_assembly

from whomay.cli import COMMANDS, main
from whomay.engine import check, read

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:jobs"
NOWHERE = "aws://unknown-account/unknown-region"
KNOWN = ("--account", "111122223333", "--region", "eu-west-1", "--parameter", "S:Name=jobs")


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    named = {"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Name}"}
    policies = [{"PolicyName": "P", "PolicyDocument": document("sqs:SendMessage", resource=named)}]
    template = {
        "Parameters": {"Name": {"Type": "String", "AllowedValues": ["jobs", "books"]}},
        "Resources": {"Role": role(RoleName="r", Policies=policies)},
    }
    return write_assembly(tmp_path / "cdk.out", {"S": template}, NOWHERE)


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(each) for each in arguments])
    return done.exit_code, done.output


def test_every_command_that_reads_an_assembly_takes_the_options() -> None:
    reading = {}
    for name, (module, _) in COMMANDS.items():
        command = importlib.import_module(module).command
        takes = {parameter.name for parameter in command.params}
        if takes & {"assembly", "old"}:
            reading[name] = {"account", "region", "parameters"} <= takes

    # the account says what the options would
    asking_the_account = dict.fromkeys(("doctor", "empty", "verify"), False)
    deciding = dict.fromkeys(("can", "check", "diff", "lock", "profiles", "report", "who"), True)
    assert reading == {**deciding, **asking_the_account}


def test_a_request_is_decided_by_what_is_known(assembly: Path) -> None:
    asked = ("can", "-a", assembly, "S/Role", "sqs:SendMessage", QUEUE)

    assert run(*asked)[0] == 3
    assert run(*asked, *KNOWN)[0] == 0
    assert run(*asked, *KNOWN[:-1], "S:Name=books")[0] == 1


def test_an_account_that_is_written_out_names_the_option_that_decides(assembly: Path) -> None:
    asked = ("can", "-a", assembly, "S/Role", "sqs:SendMessage", QUEUE, *KNOWN[4:])

    code, said = run(*asked)

    assert code == 3
    assert (
        "111122223333 is perhaps the account of the stacks that name none: --account tells it"
        in said
    )
    assert run(*asked, "--region", "eu-west-1", "--account", "444455556666")[0] == 1


def test_who_names_the_principal_in_the_account(assembly: Path) -> None:
    code, said = run("who", "-a", assembly, "sqs:SendMessage", QUEUE, *KNOWN)

    assert (code, said.splitlines()[1]) == (0, "  Allowed S/Role")


def test_a_lock_has_the_values_that_it_is_written_with(assembly: Path, tmp_path: Path) -> None:
    lock = tmp_path / "access.lock"

    assert run("lock", "-a", assembly, "-f", lock, *KNOWN) == (0, f"{lock} is written\n")

    assert f"Resource: {QUEUE}" in lock.read_text()
    assert run("lock", "-a", assembly, "-f", lock, "--check", *KNOWN)[0] == 0
    assert run("lock", "-a", assembly, "-f", lock, "--check")[0] == 1
    assert run("diff", lock, assembly, *KNOWN)[0] == 0


def test_two_locks_are_settled_already(assembly: Path, tmp_path: Path) -> None:
    lock = tmp_path / "access.lock"
    run("lock", "-a", assembly, "-f", lock)

    assert run("diff", lock, lock, "--account", "111122223333") == (
        2,
        (
            "Error: both sides are locks, which have the values that they were written with: leave "
            "out --account, --region, --parameter and --organization, or name a folder\n"
        ),
    )


def test_a_parameter_may_be_of_one_side_of_a_comparison(assembly: Path, tmp_path: Path) -> None:
    template = json.loads((assembly / "S.template.json").read_text())
    text = json.dumps(template).replace("${Name}", "jobs")
    fixed = {**json.loads(text), "Parameters": {}}
    new = write_assembly(tmp_path / "new.out", {"S": fixed}, NOWHERE)

    assert run("diff", assembly, new)[0] == 3
    assert run("diff", assembly, new, "--parameter", "S:Name=jobs")[0] == 0
    assert run("diff", assembly, new, "--parameter", "S:Nam=jobs") == (
        2,
        "Error: no parameter of S is called 'Nam'; nearest: Name\n",
    )


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--account", "1234", "account '1234': allowed is an id of twelve digits, as 111122223333"),
        ("--region", "moon", "region 'moon': allowed is a Region, as eu-west-1"),
        (
            "--parameter",
            "Name=x",
            "--parameter 'Name=x': allowed is STACK:NAME=VALUE, as S:Stage=prod",
        ),
        ("--parameter", "T:Name=x", "no stack is called 'T'; nearest: S"),
        ("--parameter", "S:Nme=x", "no parameter of S is called 'Nme'; nearest: Name"),
        ("--parameter", "S:Name=x", "parameter Name of S: 'x'; allowed is jobs, books"),
    ],
)
@pytest.mark.parametrize("command", [("check",), ("lock", "-a"), ("report", "-a")])
def test_a_bad_value_is_told_in_one_line(
    assembly: Path, command: tuple[str, ...], option: str, value: str, said: str
) -> None:
    assert run(*command, assembly, option, value) == (2, f"Error: {said}\n")


def test_two_values_for_one_parameter_are_refused(assembly: Path) -> None:
    twice = ("--parameter", "S:Name=jobs", "--parameter", "S:Name=books")

    assert run("check", assembly, *twice) == (
        2,
        "Error: --parameter S:Name is given two values: give one\n",
    )


def test_every_answer_names_the_parameters_whose_default_it_goes_by(tmp_path: Path) -> None:
    named = {"Fn::Sub": "arn:aws:sqs:eu-west-1:111122223333:${Name}"}
    policies = [{"PolicyName": "P", "PolicyDocument": document("sqs:SendMessage", resource=named)}]
    unused = {"Type": "String", "Default": "x"}
    template = {
        "Parameters": {"Name": {"Type": "String", "Default": "jobs"}, "Unused": unused},
        "Resources": {"Role": role(RoleName="r", Policies=policies)},
    }
    app = write_assembly(tmp_path / "cdk.out", {"S": template})
    lock = tmp_path / "access.lock"
    for asked in (
        ("can", "-a", app, "S/Role", "sqs:SendMessage", QUEUE),
        ("who", "-a", app, "sqs:SendMessage", QUEUE),
        ("lock", "-a", app, "-f", lock),
        ("diff", lock, app),
    ):
        assert "assumed: parameters keep their defaults: Name of S\n" in run(*asked)[1], asked
    kept = "parameters keep their defaults: Name of S"
    assert kept in check([], read(app).snapshot).assumed
    settled = run(
        "can", "-a", app, "S/Role", "sqs:SendMessage", QUEUE, "--parameter", "S:Name=jobs"
    )
    assert "defaults" not in settled[1]
