"""`access.lock` as a file: read as it was written, and refused with its line when it is spoiled."""

import re
from pathlib import Path

import pytest
from support.checkout import ROOT

from whomay.cli import lock_file
from whomay.cli.inputs import BadInputError
from whomay.engine import diff

LOCK = (ROOT / "access.lock").read_text()


def test_the_committed_lock_reads_and_compares_as_the_same(tmp_path: Path) -> None:
    copy = tmp_path / "access.lock"
    copy.write_text(LOCK)
    snapshot = lock_file.read(copy)
    assert lock_file.text_of(snapshot) == LOCK
    assert diff(snapshot, snapshot) == []


def test_the_lock_names_constructs_and_holds_no_hash_of_a_logical_id() -> None:
    assert "<Ec2Role.Shared>" in LOCK
    for logical_id in ("SharedDACC02AA", "ProjectRole4CCB274E", "ProjectUserF202EF71"):
        assert logical_id not in LOCK


SPOILED = {
    "conflict": ("<<<<<<< HEAD\n" + LOCK, 1, "a merge conflict"),
    "version": (LOCK.replace("version: 1", "version: 7"), 3, "the lock is of version 7"),
    "yaml": (LOCK.replace("principals:", "principals: ["), None, "not YAML"),
    "unknown name": (LOCK.replace("    kind: role", "    kinds: role", 1), None, "kind is missing"),
    "wrong statement": (LOCK.replace("Effect: Allow", "Effect: allow", 1), None, "Effect"),
    "wrong session": (LOCK.replace("session: 3600", "session: an hour", 1), None, "session"),
    "a date that is none": (LOCK.replace("version: 1", "version: 2020-13-45"), None, "not YAML"),
    "truth for version": (LOCK.replace("version: 1", "version: true"), 3, "of version True"),
    "unread": (LOCK.partition("\nunread:")[0] + "\nunread: 5\n", None, "is not a list"),
    "instances": (re.sub(r"instances:\n +- \S+", "instances: 5", LOCK, count=1), None, "texts"),
    "tags": (LOCK.replace("    kind: role", "    tags: [a]\n    kind: role", 1), None, "values"),
    "twice": (LOCK + "version: 1\n", None, "'version' stands here twice"),
    "empty": ("", None, "names with values"),
    "list": ("- 1\n", None, "names with values"),
    "tab": ("version:\t1\n\tx", None, "not YAML"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_lock_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    text, line, message = SPOILED[name]
    spoiled = tmp_path / "access.lock"
    spoiled.write_text(text)
    with pytest.raises(BadInputError) as caught:
        lock_file.read(spoiled)
    assert message in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.message.startswith(f"{spoiled}:{line}:" if line else f"{spoiled}:")
    assert caught.value.exit_code == 2


def test_a_device_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(BadInputError, match="/dev/zero: is larger than 8,000,000 bytes"):
        lock_file.read(Path("/dev/zero"))


def test_an_alias_is_refused_before_it_grows(tmp_path: Path) -> None:
    bomb = tmp_path / "access.lock"
    levels = "".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}]\n" for n in range(1, 30))
    bomb.write_text(f"x0: &x0 [1]\n{levels}")
    with pytest.raises(BadInputError, match="a lock has no aliases"):
        lock_file.read(bomb)


def test_the_place_of_a_mistake_is_its_line(tmp_path: Path) -> None:
    spoiled = tmp_path / "access.lock"
    spoiled.write_text(LOCK.replace("session: 3600", "session: soon", 1))
    line = LOCK[: LOCK.index("session: 3600")].count("\n") + 1
    with pytest.raises(BadInputError, match=f"access.lock:{line}: session: 'soon'"):
        lock_file.read(spoiled)
