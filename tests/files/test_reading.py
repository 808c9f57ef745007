"""What is read as a file: text of a bounded size that comes to an end."""

import os
from pathlib import Path
from threading import Thread

import pytest

from whomay.files import FileError, read_text, reading


def test_a_file_is_read_as_text_in_utf_8(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("grün", encoding="utf-8")

    assert read_text(tmp_path / "file") == "grün"


def test_a_pipe_that_somebody_writes_to_is_read_to_its_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = Thread(target=(tmp_path / "pipe").write_text, args=("a lock" * 100_000,))
    writer.start()

    assert read_text(tmp_path / "pipe") == "a lock" * 100_000
    writer.join()


def test_a_pipe_that_nobody_writes_to_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_PATIENCE", 0.05)
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(
        FileError, match=r"pipe: is not a regular file, and nothing has come from it for 0\.05 s$"
    ):
        read_text(tmp_path / "pipe")


def test_what_cannot_be_read_is_one_line_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "latin").write_bytes("a\ngrün".encode("latin-1"))
    refused = {
        tmp_path: ": cannot be read: Is a directory",
        tmp_path / "loop": ": cannot be read: Too many levels of symbolic links",
        tmp_path / "latin": ":2: is not UTF-8 text",
        Path("/dev/zero"): ": is larger than 1,000 bytes",
    }
    for path, reason in refused.items():
        with pytest.raises(FileError) as error:
            read_text(path, most=1000)
        assert str(error.value) == f"{path}{reason}"


def test_a_file_that_is_missing_is_told_from_one_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_text(tmp_path / "missing")
