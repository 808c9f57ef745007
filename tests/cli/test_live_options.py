"""What names an account, a Region or a profile wrongly is refused in one line, before AWS is asked."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from support.faulty_proxy import proxy

from whomay.cli import main

KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_REGION": "us-east-1",
}
ID = "allowed is an id of twelve digits, as 111122223333"
REGION = "allowed is the id of a Region, as eu-west-1"
EMPTY = "the name of the profile is empty; name it, or leave the option out"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("verify app.json --account abc", f"--account 'abc': {ID}"),
        ("verify app.json --account ''", f"--account '': {ID}"),
        ("verify app.json --account 1111-2222-3333 --probe", f"--account '1111-2222-3333': {ID}"),
        ("verify app.json --region Ireland", f"--region 'Ireland': {REGION}"),
        ("verify app.json --profile ''", f"--profile '': {EMPTY}"),
        ("drift app.json --region ''", f"--region '': {REGION}"),
        ("drift app.json --profile ''", f"--profile '': {EMPTY}"),
        ("snapshot --region eu-west", f"--region 'eu-west': {REGION}"),
        ("snapshot --profile ''", f"--profile '': {EMPTY}"),
        ("snapshot --role Auditor --account abc", f"--account 'abc': {ID}"),
        ("snapshot --role Auditor --account 111122223333 --account ''", f"--account '': {ID}"),
        ("snapshot -o ''", "-o '': the name is empty; name a file or a folder, or leave -o out"),
        ("snapshot -o .", "-o . is a folder: one account goes into a file, such as account.json"),
        ("snapshot -o no/file", "-o no/file: there is no folder no: make it first"),
        (
            "snapshot --role Auditor -o ''",
            "-o '': the name is empty; name a file or a folder, or leave -o out",
        ),
        ("snapshot --role Auditor -o no/org", "-o no/org: there is no folder no: make it first"),
        (
            "snapshot --role Auditor -o app.json",
            "-o app.json is a file: several accounts go into a folder; name another",
        ),
        (
            "snapshot --role arn:aws:iam::111122223333:role/Auditor",
            (
                "--role 'arn:aws:iam::111122223333:role/Auditor': allowed is the name of a role that each "
                "account has, letters, digits and any of +=,.@_-, perhaps after its path"
            ),
        ),
        (
            "cases record 0a1b2c3d4e5f6a7b8c9d -f ''",
            "--file '': the name is empty; name a file, or leave the option out",
        ),
        (
            "cases record 0a1b2c3d4e5f6a7b8c9d -f no/file",
            "--file no/file: there is no folder no: make it first",
        ),
        ("trail denied ''", "'' names no place: allowed is a file, a folder or s3://BUCKET/PREFIX"),
        (
            "trail denied s3:///x",
            "'s3:///x' names no place: allowed is a file, a folder or s3://BUCKET/PREFIX",
        ),
        (
            "trail who-assumed app.json --role ''",
            "--role '': the name is empty; name a role, or leave the option out",
        ),
        (
            "trail used-by '' app.json",
            "PRINCIPAL '': allowed is the ARN or the name of a user or role, or a service",
        ),
        ("doctor --deploy --region nowhere", f"--region 'nowhere': {REGION}"),
        ("doctor --profile ''", f"--profile '': {EMPTY}"),
        ("cases record 0a1b2c3d4e5f6a7b8c9d --region x", f"--region 'x': {REGION}"),
        ("cases record 0a1b2c3d4e5f6a7b8c9d --profile ''", f"--profile '': {EMPTY}"),
    ],
)
def test_a_wrong_form_is_refused_in_one_line_before_any_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("app.json").write_text('{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}')
    with proxy("http://127.0.0.1:9", {}) as before:
        environment = {**KEYS, "AWS_ENDPOINT_URL": before.address}
        done = CliRunner().invoke(main, _words(words), env=environment)
    assert (done.exit_code, done.output) == (2, f"Error: {said}\n")
    assert before.asked == []


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL=nonsense", "AWS_REGION=a region"])
@pytest.mark.parametrize(
    "words",
    [
        "snapshot -o account.json",
        "verify app.json",
        "drift app.json",
        "doctor --deploy -a app.json",
        "cases record 0a1b2c3d4e5f6a7b8c9d",
        "trail denied s3://logs/AWSLogs",
        "trail denied --athena audit",
    ],
)
def test_a_variable_that_can_be_no_endpoint_or_region_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, variable: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("app.json").write_text('{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}')
    name, _, value = variable.partition("=")
    done = CliRunner().invoke(main, words.split(), env={**KEYS, name: value})
    assert done.exit_code == 2, done.output
    [line] = done.stderr.splitlines()
    assert line.startswith("Error: ")
    assert value in line
    assert not Path("account.json").exists()


def _words(text: str) -> list[str]:
    return [word.replace("''", "") for word in text.split()]


def test_a_region_that_is_named_twice_is_read_once() -> None:
    command = main.get_command(None, "snapshot")  # type: ignore[arg-type]
    assert command is not None
    named = ["--region", "us-east-1", "--region", "eu-west-1", "--region", "us-east-1"]
    context = command.make_context("snapshot", named)
    assert context.params["regions"] == ("us-east-1", "eu-west-1")


def test_the_commands_on_an_account_say_the_same_of_it() -> None:
    told = {}
    for name in ("verify", "drift", "snapshot"):
        command = main.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        [region] = [each for each in command.params if each.name == "regions"]
        told[name] = region.to_info_dict()
    assert told["verify"] == told["drift"] == told["snapshot"]
