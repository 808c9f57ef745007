"""The README's way into an app of one's own: each command as printed, from an empty environment.

The apps are the examples in Python, TypeScript and CloudFormation; the real CDK CLI synthesizes them.
"""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.commands import LONG, environment
from support.empty_environment import Environment, built_sdist, built_wheel, with_wheel
from support.node_packages import node_modules

TOLD = ("check", "who", "lock", "diff")
APPS = ("reporting", "typescript", "cloudformation")
COMMANDS = [
    shlex.split(line, comments=True)
    for line in re.findall(
        r"```sh\npip install whomay\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL
    )[0].splitlines()
]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """What `pip install whomay` gives."""
    folder = tmp_path_factory.mktemp("plain")
    wheel = built_wheel(folder / "wheel", built_sdist(folder / "sdist"))
    return with_wheel(folder / "environment", wheel)


def synthesized(example: str, folder: Path) -> str:
    """Copy an example, synthesize it by its own cdk.json, and return what the commands read."""
    shutil.copytree(ROOT / "examples" / example, folder, dirs_exist_ok=True)
    (folder / "access-contract.yaml").unlink(missing_ok=True)
    if example == "cloudformation":
        return "template.yaml"
    if example == "typescript":
        node_modules(folder)
    done = subprocess.run(
        ["cdk", "synth", "--quiet", "--no-notices"],
        cwd=folder,
        env=environment(CDK_DISABLE_CLI_TELEMETRY="true", CDK_DISABLE_VERSION_CHECK="1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )
    assert done.returncode == 0, done.stderr
    return "cdk.out"


@pytest.mark.parametrize("example", APPS)
def test_the_commands_of_the_readme_work_on_an_app(
    plain: Environment, example: str, tmp_path: Path
) -> None:
    assert [each[1] for each in COMMANDS] == [*TOLD, "contract", "check"]
    source = synthesized(example, tmp_path)

    said = []
    for command in COMMANDS:
        words = [source if word == "cdk.out" else word for word in command]
        named = [] if "diff" in words or source == "cdk.out" else ["--assembly", source]
        done = plain.run(*words, *named, cwd=tmp_path)
        codes = (0, 1) if "who" in words else (0,)  # 1: nobody may
        assert done.returncode in codes, (words, done.stdout, done.stderr)
        assert not done.stderr, words
        said.append(done.stdout.splitlines()[0] if "check" not in words else done.stdout)

    assert said[2] == "access.lock is written"
    assert (tmp_path / "access.lock").is_file()
    if example != "reporting":  # its own constructs state no contract
        assert "no contract yet" in said[0]
        shipped = (ROOT / "examples" / example / "access-contract.yaml").read_text()
        assert (tmp_path / "access-contract.yaml").read_text() == shipped
    assert re.search(rf"^{source}: (\d+) statements, \1 kept$", said[5], re.MULTILINE), said[5]
