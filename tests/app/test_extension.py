"""A team's own access and rule: built, installed beside the wheel, and tested as the team would."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.commands import LONG, environment, whomay
from support.empty_environment import Environment, built_sdist, built_wheel, with_wheel

EXAMPLE = ROOT / "examples" / "extension"


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("team")
    wheel = built_wheel(folder / "wheel", built_sdist(folder / "sdist"))
    made = with_wheel(folder / "environment", wheel, "cdk", also=("pytest",))
    (made.folder / "bin" / "node").symlink_to(Path(sys.executable).with_name("node").resolve())
    own = built_wheel(folder / "own", EXAMPLE)
    pip = [sys.executable, "-m", "pip", "--python", str(made.folder / "bin" / "python"), "install"]
    subprocess.run([*pip, "--quiet", "--no-index", "--no-deps", own], check=True, timeout=LONG)
    return made


def test_the_teams_tests_pass_on_the_wheel(team: Environment, tmp_path: Path) -> None:
    (tmp_path / "test_acme_access.py").write_text((EXAMPLE / "test_acme_access.py").read_text())

    done = team.run("python", "-m", "pytest", "-q", cwd=tmp_path)

    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_the_teams_access_works_in_the_lab() -> None:
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_in_the_lab.py"]
    env = environment(PYTHONPATH=str(EXAMPLE))
    done = subprocess.run(
        argv, cwd=EXAMPLE, env=env, capture_output=True, text=True, check=False, timeout=LONG
    )
    assert (done.returncode, done.stdout.split()) == (0, [".", "[100%]"])


def test_the_command_looks_for_the_teams_rule(team: Environment, tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("""\
Resources:
  Team:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Action: "sqs:PurgeQueue", Resource: "arn:aws:sqs:eu-west-1:111122223333:q"}
""")

    done = team.run("whomay", "check", "app.yaml", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (1, "")
    assert "AccessRules::acme-queue-purge" in done.stdout
    assert "to fix it: Allow sqs:DeleteMessage." in done.stdout


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("json:loads", "Error: rule json:loads: got function; allowed is a Rule\n"),
        ("acme:RULE", "Error: rule acme:RULE: cannot be loaded: No module named 'acme'\n"),
    ],
)
def test_an_entry_point_that_is_no_rule_is_one_line(named: str, said: str, tmp_path: Path) -> None:
    own = tmp_path / "acme-1.0.dist-info"
    own.mkdir()
    (own / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (own / "entry_points.txt").write_text(f"[whomay.rules]\nacme = {named}\n")

    code, shown, stderr = whomay("check", cwd=tmp_path, env=environment(PYTHONPATH=str(tmp_path)))

    assert (code, shown, stderr) == (2, "", said)
