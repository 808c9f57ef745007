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
