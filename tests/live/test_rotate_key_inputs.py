"""What `whomay rotate-key` finds in its environment before it asks AWS: one line each, exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

NOBODY = "http://127.0.0.1:9"  # the port that nothing answers at
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "made-up"}
HERE = {**KEYS, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": NOBODY}


def said(user: str = "ada", **settings: str) -> str:
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    command = [str(Path(sys.executable).parent / "whomay"), "rotate-key", user, "--secret", "s"]
    done = subprocess.run(
        command, env={**foreign, **settings}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({**HERE, "AWS_PROFILE": "nobody"}, "The config profile (nobody) could not be found"),
        ({**HERE, "AWS_ENDPOINT_URL": "not-a-url"}, "Invalid endpoint: not-a-url"),
        (KEYS, "You must specify a region."),
        (HERE, f'Could not connect to the endpoint URL: "{NOBODY}/"'),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    config = str(tmp_path / "none")
    assert said(**settings, AWS_CONFIG_FILE=config) == f"Error: rotate-key ada: {told}"


def test_a_config_file_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[default")
    told = f"Error: rotate-key ada: Unable to parse config file: {config}"
    assert said(**HERE, AWS_CONFIG_FILE=str(config)) == told


def test_a_name_with_control_characters_draws_nothing(tmp_path: Path) -> None:
    line = said("a\x1b[31m\nb", **HERE, AWS_CONFIG_FILE=str(tmp_path / "none"))
    assert "\x1b" not in line
