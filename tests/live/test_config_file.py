"""The AWS CLI's config file: the block is ours, every other byte is the person's."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.configloader import load_config
from hypothesis import given
from hypothesis import strategies as st

from whomay.cli import replace_file
from whomay.live import config_file
from whomay.live.errors import LiveError

PROFILES = {
    "S-Reader": {"role_arn": "arn:aws:iam::111111111111:role/Reader", "source_profile": "me"},
    "S-Writer": {"role_arn": "arn:aws:iam::111111111111:role/Writer", "source_profile": "S-Reader"},
}
OTHERS = """\
# mine
[default]
region = eu-west-1
s3 =
    max_concurrent_requests = 20

[profile me]
output=json
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


def write(config: Path, profiles: dict[str, dict[str, str]]) -> str:
    text = config_file.read(config).with_profiles(profiles)
    replace_file.replace(config, text)
    return text


def test_the_block_stands_behind_what_is_there_and_the_cli_reads_it(config: Path) -> None:
    config.write_text(OTHERS)
    write(config, PROFILES)

    assert config.read_text() == OTHERS + (
        "# whomay profiles begin: `whomay profiles` writes all lines up to the end\n"
        "[profile S-Reader]\n"
        "role_arn = arn:aws:iam::111111111111:role/Reader\n"
        "source_profile = me\n"
        "[profile S-Writer]\n"
        "role_arn = arn:aws:iam::111111111111:role/Writer\n"
        "source_profile = S-Reader\n"
        "# whomay profiles end\n"
    )
    read: Any = load_config(str(config))["profiles"]
    assert {name: read[name] for name in PROFILES} == PROFILES
    assert read["default"]["s3"] == {"max_concurrent_requests": "20"}


def test_a_block_between_other_profiles_is_replaced_where_it_stands(config: Path) -> None:
    write(config, PROFILES)
    config.write_text("[profile a]\nregion = x\n" + config.read_text() + "\n# end\n[profile b]\n")
    fewer = {"S-Reader": PROFILES["S-Reader"]}
    text = write(config, fewer)
    assert text == (
        "[profile a]\nregion = x\n" + config_file.block(fewer) + "\n# end\n[profile b]\n"
    )
    assert write(config, {}) == "[profile a]\nregion = x\n\n# end\n[profile b]\n"


LINES = st.lists(
    st.sampled_from(
        [
            "[profile a]",
            "[profile b]",
            "region = é",
            "x=1",
            "s3 =",
            "  y = 2",
            "# c",
            "",
            "; d",
            "\t",
        ]
    ),
    max_size=8,
)


@given(LINES, LINES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_all_text_but_the_block_stays_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[str],
    after: list[str],
    newline: str,
    ends: bool,
) -> None:
    config = tmp_path_factory.getbasetemp() / "any"
    block = config_file.block(PROFILES).replace("\n", newline)
    head = "".join(line + newline for line in before)
    tail = newline.join(after) + (newline if ends else "")
    config.write_bytes((head + block + tail).encode())
    try:
        file = config_file.read(config)
    except LiveError:
        assert config.read_bytes() == (head + block + tail).encode()
        return  # the AWS CLI could not read it either
    assert file.with_profiles(PROFILES) == file.text == head + block + tail
    assert file.with_profiles({}) == head + tail
    write(config, {})
    write(config, PROFILES)
    assert write(config, {}) in (head + tail, head + tail + newline, head + tail + "\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("region = x\n", 1),
        ("[default]\nregion = x\n[default]\n", 3),
        ("[default]\nregion = x\nregion = y\n", 3),
        ("[default]\n\nregion\n", 3),
        ("[default]\nname = \udce9\n", 2),
        ("[a]\n# whomay profiles begin\n[b]\n", 2),
        ("[a]\n# whomay profiles end\n[b]\n", 2),
        ("# whomay profiles begin\n# whomay profiles end\n# whomay profiles begin\n", 3),
        ("# whomay profiles end\n# whomay profiles begin\n", 2),
        ("# whomay profiles begin\n[a]\n# whomay profiles end\n\nregion = x\n", 5),
        (
            "[a]\n# whomay profiles begin\n[profile a]\nx = 1\n[profile a]\n# whomay profiles end\n",
            5,
        ),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_left_as_it_is(
    config: Path, text: str, line: int
) -> None:
    data = text.encode(errors="surrogateescape")
    config.write_bytes(data)
    with pytest.raises(LiveError, match=rf"config:{line}: .*the file is left as it is$"):
        config_file.read(config)
    assert config.read_bytes() == data


def test_a_profile_that_stands_outside_the_block_is_not_written_twice(config: Path) -> None:
    config.write_text('[profile "S-Reader"]\nregion = x\n')
    with pytest.raises(LiveError, match="has a profile S-Reader of its own"):
        config_file.read(config).with_profiles(PROFILES)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_the_mode_of_a_file_is_kept(config: Path, mode: int) -> None:
    config.write_text(OTHERS)
    config.chmod(mode)
    write(config, PROFILES)
    assert stat.S_IMODE(config.stat().st_mode) == mode


def test_a_new_file_is_its_owners_alone(config: Path) -> None:
    write(config, PROFILES)
    assert stat.S_IMODE(config.stat().st_mode) == 0o600


def test_a_symbolic_link_stays_one_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "aws-config"
    target.write_text(OTHERS)
    link = tmp_path / "config"
    link.symlink_to(Path("dotfiles", "aws-config"))
    write(link, PROFILES)
    assert link.readlink() == Path("dotfiles", "aws-config")
    assert target.read_text() == OTHERS + config_file.block(PROFILES)
    assert [file.name for file in target.parent.iterdir()] == ["aws-config"]


def test_a_link_to_itself_is_refused(config: Path) -> None:
    config.symlink_to(config)
    with (
        pytest.raises(LiveError, match=r"symbolic links|[Ss]ymlink loop"),
        replace_file.only_run(config),
    ):
        pass


def test_a_full_disk_leaves_the_file_as_it_was(config: Path) -> None:
    config.write_text(OTHERS)
    script = """
import resource, signal, sys
from pathlib import Path
from whomay.cli import replace_file
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
replace_file.replace(Path(sys.argv[1]), "x" * 1000)
"""
    result = subprocess.run(
        [sys.executable, "-c", script, config], capture_output=True, text=True, check=False
    )
    assert "File too large" in result.stderr
    assert config.read_text() == OTHERS
    assert os.listdir(config.parent) == ["config"]  # noqa: PTH208 - names are what is compared
