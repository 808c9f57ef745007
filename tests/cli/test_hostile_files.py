"""Files that nobody would write but an attacker: every command ends in one line, and in time."""

import copy
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.assemblies import document, role, write_assembly
from support.template_of_functions import BASE

from whomay.cli import lock_file, main
from whomay.files import reading

COMMANDS = (
    "check HOSTILE",
    "can S/Role s3:GetObject arn:aws:s3:::b/k -a HOSTILE",
    "who s3:GetObject arn:aws:s3:::b/k -a HOSTILE",
    "lock -a HOSTILE",
    "diff HOSTILE good",
    "report -a HOSTILE -o report.html",
)
ASSEMBLY = "whomay.engine.templates.assembly_reader"
# What a number, a name, a list or a function is replaced by.
ODD: tuple[Any, ...] = (
    7,
    None,
    True,
    "",
    "\x1b[31m\u202e`|<b>",
    [],
    [None],
    {},
    {"a": {"b": {}}},
    {"Ref": "Nothing"},
    {"Fn::GetAtt": ["X"]},
    {"Fn::Sub": ["${a}", {}]},
    {"Fn::Join": "x"},
    {"Fn::Select": ["x", ["a"]]},
    {"Fn::FindInMap": ["Map"]},
    {"Fn::ForEach::L": ["X", ["a"], {"${X}": 1}]},
)
POLICY = {"PolicyName": "p", "PolicyDocument": document("s3:*")}
TEMPLATE = {**BASE, "Resources": {**BASE["Resources"], "Role": role(Policies=[POLICY])}}


def run(command: str) -> Result:
    return CliRunner().invoke(main, command.split())


def ended(result: Result) -> bool:
    """Tell whether a command ended by itself, with a code that the docs have."""
    by_itself = result.exception is None or isinstance(result.exception, SystemExit)
    return by_itself and result.exit_code in range(4)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(reading, "_PATIENCE", 0.05)
    write_assembly(tmp_path / "good", {"S": {"Resources": {"Role": role()}}})


@pytest.mark.parametrize("seed", range(8))
def test_forty_templates_with_one_odd_value_each_end_no_command_in_a_traceback(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - which values are odd is no secret
    for place in rng.sample(list(_places(TEMPLATE)), 40):
        body = _replaced(TEMPLATE, place, rng.choice(ODD))
        write_assembly(Path("hostile"), {"S": body})
        for command in COMMANDS:
            assert ended(run(command.replace("HOSTILE", "hostile"))), (command, place)


def _places(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in inside:
        yield (*at, name)
        if isinstance(each, dict | list):
            yield from _places(each, (*at, name))


def _replaced(value: Any, place: tuple[str | int, ...], by: Any) -> Any:
    changed = inside = copy.deepcopy(value)
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = by
    return changed


def _spoil(folder: Path, kind: str) -> None:
    template = folder / "S.template.json"
    text = template.read_text()
    template.unlink()
    if kind == "a pipe":
        os.mkfifo(template)
    elif kind == "a link to itself":
        template.symlink_to(template.name)
    elif kind == "a link to elsewhere":
        template.symlink_to("/etc/hostname")
    elif kind == "a folder":
        template.mkdir()
    else:
        template.write_bytes(
            {
                "a key twice": text.replace('"Type"', '"Type": "A::B::C", "Type"', 1),
                "half a character": text.replace("S3", "\\ud800", 1),
                "half a file": text[: len(text) // 2],
                "no number": text.replace('"NoEcho": true', '"NoEcho": NaN'),
                "very deep": "[" * 200_000,
            }[kind].encode()
        )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("a pipe", ": is not a regular file, and nothing has come from it for 0.05 s"),
        ("a link to itself", ": cannot be read: Too many levels of symbolic links"),
        ("a link to elsewhere", " lies outside "),
        ("a folder", ": cannot be read: Is a directory"),
        ("a key twice", ": line 1: an object has the key 'Type' twice"),
        ("half a character", ": line 1: \\ud800 is half a character"),
        ("half a file", " is not JSON ("),
        ("no number", ": NaN is not a JSON number"),
        ("very deep", " is nested too deeply"),
    ],
)
def test_a_template_that_cannot_be_read_is_one_line_of_every_command(kind: str, said: str) -> None:
    _spoil(write_assembly(Path("hostile"), {"S": TEMPLATE}), kind)
    for command in COMMANDS:
        result = run(command.replace("HOSTILE", "hostile"))
        assert result.exit_code == 2
        assert result.stderr.startswith(f"Error: hostile/S.template.json{said}"), result.stderr
        assert result.stderr.count("\n") == 1


def test_a_number_for_an_action_is_refused_with_its_place() -> None:
    statement = {"Effect": "Allow", "Action": 7, "Resource": "*"}
    policy = {"PolicyName": "p", "PolicyDocument": {"Statement": statement}}
    write_assembly(Path("hostile"), {"S": {"Resources": {"Role": role(Policies=[policy])}}})

    result = run("check hostile")

    assert result.exit_code == 1
    assert "AWS refuses the policy: S/Role: Statement[0]: Action holds 7; allowed: text" in (
        result.stdout
    )


def test_stacks_that_nest_each_other_many_times_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{ASSEMBLY}.MOST_TEMPLATES", 50)
    folder = write_assembly(Path("hostile"), {"S": _nesting(1)})
    for depth in range(1, 12):
        (folder / f"{depth}.json").write_text(json.dumps(_nesting(depth + 1)))

    result = run("check hostile")

    assert result.exit_code == 2
    assert result.stderr.endswith("/hostile has more than 50 stacks, nested ones counted\n")


def _nesting(depth: int) -> dict[str, Any]:
    if depth == 12:
        return {"Resources": {}}
    asset = {"aws:asset:path": f"{depth}.json", "aws:asset:property": "TemplateURL"}
    stack = {"Type": "AWS::CloudFormation::Stack", "Metadata": asset}
    return {"Resources": {"A": stack, "B": stack}}


def test_files_that_are_too_large_together_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{ASSEMBLY}.MOST_CHARACTERS", 100)

    assert run("check good").stderr.endswith("/good holds more than 100 characters\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\n<<: {}\n", ":2: a lock has no merge keys (<<)"),
        ("a: 1\na: 2\n", ":2: 'a' stands here twice"),
        ("a: &x [1]\nb: *x\n", ":1: a lock has no aliases"),
        ("a: !!python/object:os.system {}\n", ":1: not YAML: "),
        ("[" * 5_000, ""),
        ("x" * 2_000, ": is larger than 1,000 bytes"),
    ],
)
def test_a_lock_that_hides_something_is_refused_with_its_line(
    monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.setattr(lock_file, "MOST_BYTES", 1_000 if text.startswith("x") else 8_000)
    Path("access.lock").write_text(text)

    result = run("diff access.lock good")

    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: access.lock{said}"), result.stderr


def test_output_goes_into_what_is_no_file_and_never_in_its_place() -> None:
    os.mkfifo("pipe")
    Path("loop").symlink_to("loop")
    kept = Path("/dev/null").stat()

    assert run("report -a good -o /dev/null").exit_code == 0
    assert Path("/dev/null").stat().st_rdev == kept.st_rdev
    for path, why in (
        ("pipe", "No such device or address"),
        ("loop", "Too many levels of symbolic links"),
        ("/dev/full", "No space left on device"),
    ):
        result = run(f"report -a good -o {path}")
        assert (result.exit_code, result.stderr) == (
            2,
            f"Error: {path}: cannot be written: {why}\n",
        )
    assert Path("pipe").is_fifo()
