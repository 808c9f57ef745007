"""`whomay lab`, step by step, and its messages."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.commands import LONG, environment, processes_of, whomay

from whomay.lab import lifecycle, state

pytestmark = pytest.mark.lab


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "lab"
    lifecycle.stop(tmp_path / "lab")


def test_a_lab_is_started_used_by_hand_and_stopped(checkout: Path, folder: Path) -> None:
    place = ("--state", str(folder))
    code, _, said = whomay("lab", "start", *place, cwd=checkout)
    assert (code, said) == (0, "")
    lab = state.read(folder)
    assert lab is not None

    code, shown, _ = whomay("lab", "status", *place, cwd=checkout)
    assert code == 0
    assert shown.splitlines() == [
        f"running    process {lab.pid} in {folder}",
        f"endpoint   {lab.endpoint}",
        "accounts   111111111111, 222222222222, 333333333333 in us-east-1",
        "deployed   nothing; next: whomay lab deploy",
    ]

    by_hand = (
        f'eval "$({Path(sys.executable).with_name("whomay")} lab env --state {folder})"\n'
        "aws sts get-caller-identity --query Arn --output text\n"
        "AWS_PROFILE=dev-admin aws sts get-caller-identity --query Arn --output text\n"
    )
    foreign = environment(
        AWS_PROFILE="nope", AWS_SESSION_TOKEN="t", AWS_ENDPOINT_URL_STS="http://x"
    )
    foreign["PATH"] = f"{Path(sys.executable).parent}:{foreign['PATH']}"
    shell = subprocess.run(
        ["bash", "-c", by_hand],
        env=foreign,
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )
    assert shell.stdout.split() == [
        "arn:aws:iam::111111111111:user/admin",
        "arn:aws:iam::222222222222:user/dev-admin",
    ], shell.stderr

    code, _, said = whomay("lab", "start", *place, cwd=checkout)
    assert code == 75
    assert f"in use by the lab's server, process {lab.pid}, since" in said
    assert said.endswith("Go on with `whomay lab shell`, or end it: whomay lab stop\n")
    assert whomay("lab", "status", *place, cwd=checkout)[0] == 0

    code, shown, _ = whomay("lab", "stop", *place, cwd=checkout)
    assert (code, shown) == (0, "The lab is stopped.\n")
    assert processes_of(folder) == []
    assert whomay("lab", "stop", *place, cwd=checkout)[1] == "No lab was running.\n"


def test_what_a_shell_gets_holds_no_secret(checkout: Path, folder: Path) -> None:
    whomay("lab", "start", "--state", str(folder), cwd=checkout)
    lab = state.read(folder)
    assert lab is not None

    _, shown, _ = whomay("lab", "env", "--state", str(folder), cwd=checkout)

    credentials = (folder / "work" / "credentials").read_text()
    secrets = [line.split()[-1] for line in credentials.splitlines() if "secret" in line]
    assert len(secrets) == 3
    assert not [secret for secret in (*secrets, lab.root_secret) if secret in shown]
    assert (folder / "work" / "credentials").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("step", ["status", "env", "deploy", "probe"])
def test_a_step_without_a_lab_says_what_to_do(checkout: Path, folder: Path, step: str) -> None:
    code, shown, said = whomay("lab", step, "--state", str(folder), cwd=checkout)

    assert (code, shown) == (2, "")
    assert said == f"whomay lab {step}: no lab is running here. Start one: whomay lab start\n"


def test_probes_of_what_is_not_deployed_say_what_to_do(checkout: Path, folder: Path) -> None:
    whomay("lab", "start", "--state", str(folder), cwd=checkout)

    code, _, said = whomay("lab", "probe", "--state", str(folder), cwd=checkout)

    assert code == 2
    assert said == (
        "whomay lab probe: not deployed in this lab: Ec2Role, UserAssumeRole, UserAssumeRoleMfa, "
        "Hub, Delivery, Audit, Spoke-dev, Spoke-prod. "
        "Deploy first: whomay lab deploy\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("lab", "strat"), "No such command 'strat'"),
        (("lab", "start", "--stat"), "No such option '--stat'. Did you mean '--state'?"),
        (("lab", "start", "--port", "4566"), "No such option '--port'"),
        (("lab", "start", "--state"), "Option '--state' requires an argument"),
        (("lab", "start", "--state", ""), "the name of the folder is empty; name it, or leave"),
        (("lab", "start", "--state", "/dev/null/lab"), "the state folder /dev/null/lab cannot be"),
        (("lab", "start", "--app", "/nonexistent"), "Directory '/nonexistent' does not exist"),
        (("demo", "now"), "Got unexpected extra argument (now)"),
    ],
)
def test_bad_usage_is_one_message_and_exit_code_2(
    checkout: Path, arguments: tuple[str, ...], message: str
) -> None:
    code, shown, said = whomay(*arguments, cwd=checkout)

    assert (code, shown) == (2, "")
    assert message in said
    assert "Traceback" not in said


def test_without_an_app_there_is_no_folder_for_a_lab(tmp_path: Path) -> None:
    code, _, said = whomay("lab", "start", cwd=tmp_path)

    assert code == 2
    assert said == (
        f"whomay lab start: no cdk.json in {tmp_path} or above it: "
        "go to the app's folder, or name it with --app\n"
    )


def test_help_imports_nothing_that_only_the_commands_need() -> None:
    code = (
        "import sys\nfrom whomay.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print([name for name in ('rich', 'whomay.lab', 'boto3', 'aws_cdk') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=LONG
    )

    assert done.stdout.splitlines()[-1] == "[]"
    assert "lab " in done.stdout


SHOW = """
import sys
from whomay.cli import streams
from whomay.cli.screen import Screen
streams.settle()
screen = Screen()
with screen.waiting("working on caf\\u00e9"):
    for number in range(2000):
        screen.command("admin", f"aws command {number} " + "x" * 100)
screen.say("over")
sys.exit(7)
"""


def test_a_reader_that_leaves_changes_neither_words_nor_exit_code() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SHOW],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()

    assert (process.wait(LONG), said) == (7, b"")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_locale_and_width_will_do(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        env=environment(PYTHONIOENCODING=encoding, COLUMNS="20"),
        capture_output=True,
        check=False,
        timeout=LONG,
    )

    assert (done.returncode, done.stderr) == (7, b"")
    lines = done.stdout.decode(encoding).splitlines()
    assert lines[0] == ("working on caf\\xe9 ..." if encoding == "ascii" else "working on café ...")
    assert lines[-1] == "over"


@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_terminal_gets_colours_unless_it_asks_for_none(no_color: str) -> None:
    main, secondary = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SHOW.replace("2000", "2")],
        stdout=secondary,
        stderr=secondary,
        env=environment(NO_COLOR=no_color, TERM="xterm-256color"),
    )
    os.close(secondary)
    shown = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(main)

    assert process.wait(LONG) == 7
    assert b"aws command 1" in shown
    assert bool(re.search(rb"\x1b\[3\d", shown)) == (no_color == "")
