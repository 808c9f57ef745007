"""Service control policies from files: `--scp` of check, can and who."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.assemblies import document
from support.contract_assembly import assembly, state

from whomay.cli import main


def deny(action: str) -> dict[str, Any]:
    statement = {"Effect": "Deny", "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


FULL = document("*")
NO_READING = deny("s3:Get*")
ONLY_OTHERS = document("ec2:*")


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "cdk.out"
    folder.mkdir()
    return assembly(folder, state("must_allow", 1, "s3:GetObject"))


def level(folder: Path, content: Any) -> str:
    """Write the policies of one level."""
    file = folder / f"{len(list(folder.iterdir()))}.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(file)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    ("levels", "code"),
    [
        ([FULL], 0),
        ([[FULL, deny("iam:*")], [FULL]], 0),
        ([[FULL, NO_READING]], 1),
        ([FULL, [NO_READING, FULL]], 1),
        ([FULL, ONLY_OTHERS], 1),
        ([[ONLY_OTHERS, FULL]], 0),
    ],
)
def test_all_levels_must_allow_and_none_may_deny(
    app: Path, tmp_path: Path, levels: list[Any], code: int
) -> None:
    scps = [word for each in levels for word in ("--scp", level(tmp_path, each))]
    asked = ("S/Role", "s3:GetObject", "S/Bucket/a.csv")

    checked = run("check", str(app), *scps)
    can = run("can", *asked, "-a", str(app), *scps)
    who = run("who", *asked[1:], "-a", str(app), *scps)

    assert (checked.exit_code, can.exit_code) == (code, code)
    assert who.exit_code == (code or 3)  # of S/Fresh it is not known what it may do
    assert "no service control policy was given" not in checked.output
    assert ("S/Role" in who.output) is (code == 0)


def test_a_denial_names_file_and_statement(app: Path, tmp_path: Path) -> None:
    file = level(tmp_path, [FULL, NO_READING])

    result = run("can", "S/Role", "s3:GetObject", "S/Bucket/a.csv", "-a", str(app), "--scp", file)

    assert f"denied by scp: statement 0 of {file} [1]" in result.output


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "no JSON: "),
        ("[" * 100_000, "no JSON: "),
        ({"Statement": [{"Effect": "Maybe"}]}, "Statement[0]: Effect is 'Maybe'"),
        (
            [],
            "this level would allow nothing: put what is attached beside it, at AWS FullAWSAccess",
        ),
        (NO_READING, "this level would allow nothing"),
        (
            {"Statement": {**FULL["Statement"][0], "Principal": "*"}},
            "a service control policy must name no principal",
        ),
        (
            {"Statement": {"Effect": "Allow", "Action": "*"}},
            "a service control policy must have a Resource or NotResource",
        ),
        (
            '{"Statement": [{"Effect": "Allow", "Effect": "Deny", "Action": "*"}]}',
            "no JSON: line 1: an object has the key 'Effect' twice",
        ),
    ],
)
def test_a_file_that_is_no_level_is_one_line(
    app: Path, tmp_path: Path, content: Any, message: str
) -> None:
    file = level(tmp_path, content)

    result = run("check", str(app), "--scp", file)

    assert result.exit_code == 2
    assert result.output.startswith(f"Error: {file}: {message}")
    assert len(result.output.splitlines()) == 1


def test_a_file_that_is_not_there_is_one_line(app: Path, tmp_path: Path) -> None:
    result = run("check", str(app), "--scp", str(tmp_path / "none.json"))

    assert result.exit_code == 2
    assert result.output.endswith("none.json: there is no such file\n")
