"""Standard streams that the caller has closed, filled or given an older encoding: same exit codes."""

import subprocess
from pathlib import Path

import pytest
from support.assemblies import document, role, write_assembly
from support.commands import LONG, WHOMAY, environment

READER = role(
    Policies=[
        {
            "PolicyName": "P",
            "PolicyDocument": document("s3:GetObject", resource="arn:aws:s3:::b/ü☃/*"),
        }
    ]
)
ASKED = {
    "can": (0, "can S/Role s3:GetObject arn:aws:s3:::b/ü☃/x"),
    "check": (1, "check"),
    "nobody": (1, "who s3:PutObject '*'"),
    "not there": (2, "check nothing"),
    "report": (0, "report --format markdown"),
    "who": (0, "who s3:GetObject '*'"),
}


@pytest.fixture(scope="module")
def plain(app: Path) -> dict[str, "subprocess.CompletedProcess[str]"]:
    """What each command says where nothing is odd."""
    said = {name: asked(app, name, "") for name in ASKED}
    assert {name: each.returncode for name, each in said.items()} == {
        name: code for name, (code, _) in ASKED.items()
    }
    return said


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An app with a role that may read, and a contract that says it may not."""
    folder = tmp_path_factory.mktemp("streams")
    write_assembly(folder / "cdk.out", {"S": {"Resources": {"Role": READER}}})
    (folder / "access-contract.yaml").write_text(
        "version: 1\nstatements:\n"
        "  - {must_not_allow: S/Role, actions: 's3:GetObject', resources: '*'}\n"
    )
    return folder


def asked(app: Path, name: str, how: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; '{WHOMAY}' {ASKED[name][1]} {how}"],
        cwd=app,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )


@pytest.mark.parametrize("how", [">&-", "2>&-", "<&- >&- 2>&-", "2> /dev/full", "| true"])
@pytest.mark.parametrize("name", ASKED)
def test_what_became_of_the_streams_changes_no_exit_code(
    app: Path, plain: dict[str, "subprocess.CompletedProcess[str]"], name: str, how: str
) -> None:
    done = asked(app, name, how)

    assert done.returncode == plain[name].returncode
    assert done.stderr in ("", plain[name].stderr)
    assert done.stdout in ("", plain[name].stdout)


@pytest.mark.parametrize("name", ["can", "check", "report", "who"])
def test_an_answer_that_finds_no_room_is_no_answer(app: Path, name: str) -> None:
    done = asked(app, name, "> /dev/full")

    assert (done.returncode, done.stderr) == (
        2,
        "Error: standard output cannot be written: No space left on device\n",
    )
    help_ = subprocess.run(
        ["bash", "-c", f"'{WHOMAY}' {name} --help > /dev/full"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (help_.returncode, help_.stderr) == (done.returncode, done.stderr)


def test_a_letter_that_the_encoding_lacks_is_written_out(app: Path) -> None:
    shown = {
        encoding: subprocess.run(
            [WHOMAY, *ASKED["can"][1].split()],
            cwd=app,
            env=environment(PYTHONIOENCODING=encoding),
            capture_output=True,
            check=False,
            timeout=LONG,
        )
        for encoding in ("latin-1", "utf-8")
    }

    assert [(each.returncode, each.stderr) for each in shown.values()] == [(0, b"")] * 2
    assert "arn:aws:s3:::b/ü☃/x" in shown["utf-8"].stdout.decode()
    assert "arn:aws:s3:::b/ü\\u2603/x" in shown["latin-1"].stdout.decode("latin-1")


@pytest.mark.parametrize(
    "words",
    [
        ["can", "S/Role", "s3:GetObject", b"arn:aws:s3:::b/\xff"],
        ["can", b"S/\xff", "s3:GetObject", "arn:aws:s3:::b/x"],
        ["can", "S/Role", "s3:GetObject", "arn:aws:s3:::b/x", "--given", b"aws:UserAgent=\xff"],
        ["who", b"s3:\xff", "*"],
    ],
)
def test_a_word_that_is_no_text_is_not_taken_for_another(
    app: Path, words: list[str | bytes]
) -> None:
    done = subprocess.run(
        [WHOMAY, *words],
        cwd=app,
        env=environment(LC_ALL="C.UTF-8"),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "\\udcff' is not UTF-8 text, which this locale takes it for; set LC_ALL" in done.stderr


def test_a_locale_without_the_letters_of_a_question_gives_no_answer(app: Path) -> None:
    """By default Python reads UTF-8 there, whatever the locale says."""
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    assert asked(app, "can", "", LC_ALL="C").returncode == 0
    done = asked(app, "can", "", **ascii_only)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not ASCII text, which this locale takes it for" in done.stderr
