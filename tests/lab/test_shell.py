"""A shell by hand: as the administrator, and on an instance."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.commands import LONG, environment

from whomay.lab import shell
from whomay.lab.errors import LabError
from whomay.lab.session import LabSession

ON_INSTANCE = "whoami; cd; pwd; aws configure get region; aws sts get-caller-identity --query Arn --output text"


def typed(session: LabSession, *words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run `whomay lab ...` on the deployed lab, as a student with a home of their own does."""
    root = session.workspace.root
    argv = [sys.executable, "-c", "from whomay.cli import main; main()", "lab", words[0]]
    return subprocess.run(
        [*argv, "--state", str(root), *words[1:]],
        env=environment(
            HOME=str(home), SHELL="/bin/sh", AWS_PROFILE="nope", AWS_ENDPOINT_URL_STS="http://x"
        ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )


def test_a_login_is_the_instance_with_its_role_home_and_settings(
    deployed_lab: LabSession, tmp_path: Path
) -> None:
    found = typed(deployed_lab, "login", "Ec2Role", "--", "sh", "-c", ON_INSTANCE, home=tmp_path)

    user, home, region, arn = found.stdout.split()
    instance = Path(home).name
    assert (user, region) == ("ssm-user", "us-east-1")
    assert ":assumed-role/Ec2Role-ProjectRole" in arn
    assert arn.endswith(f"/{instance}")
    assert list(tmp_path.iterdir()) == []
    assert (
        f" Ec2Role: CREATE_COMPLETE, {instance}\n"
        in typed(deployed_lab, "status", home=tmp_path).stdout
    )


def test_the_shells_of_the_readme_open_as_it_says(deployed_lab: LabSession, tmp_path: Path) -> None:
    by_hand = [line.partition("#")[0] for line in (ROOT / "README.md").read_text().splitlines()]
    opening = [line.split() for line in by_hand if re.match("whomay lab (shell|login) ", line)]
    opened = [typed(deployed_lab, *words, home=tmp_path) for _, _, *words in opening]

    assert [done.returncode for done in opened] == [0, 0], opened
    prompts = [
        found[1] for done in opened if (found := re.search(r"\[([\w-]+@[\w-]+)", done.stderr))
    ]
    assert prompts[0] == "admin@lab"
    assert prompts[1].startswith("ssm-user@i-")


def test_a_session_of_session_manager_reaches_the_instance(
    deployed_lab: LabSession, tmp_path: Path
) -> None:
    made = deployed_lab.workspace.read("outputs/Ec2Role.json")["Ec2Role"]["InstanceId"]
    command = f"echo 'whoami; exit 3' | SHELL=/bin/sh aws ssm start-session --target {made}"

    found = typed(deployed_lab, "shell", "sh", "-c", command, home=tmp_path)

    assert (found.returncode, found.stdout.split()) == (0, ["ssm-user"]), found.stderr


def test_a_shell_is_the_administrator_and_asks_the_lab_alone(
    deployed_lab: LabSession, tmp_path: Path
) -> None:
    command = "aws sts get-caller-identity --query Arn --output text; aws sqs list-queues; exit 5"

    found = typed(deployed_lab, "shell", "sh", "-c", command, home=tmp_path)

    assert found.returncode == 5
    arn, _, queues = found.stdout.partition("\n")
    assert arn == "arn:aws:iam::111111111111:user/admin"
    assert json.loads(queues) == {"QueueUrls": []}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("i-00000000000000009", "no instance i-00000000000000009 runs in this lab"),
        ("Ec2Rol", "no instance 'Ec2Rol'; allowed is an instance's id, as i-0abc, or a stack"),
    ],
)
def test_an_instance_that_is_not_there_is_named(
    deployed_lab: LabSession, wanted: str, told: str
) -> None:
    with pytest.raises(LabError, match=told):
        shell.on_instance(deployed_lab.lab, deployed_lab.workspace, wanted)
