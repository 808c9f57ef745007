"""A lab on a bad machine: a disk that fills up, a checkout nobody may write to, a wrong clock."""

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from support.commands import deploys, processes_of, refused, whomay

from whomay.lab.answers import Answer
from whomay.lab.state import Lab

pytestmark = pytest.mark.lab


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that has room for a lab, and not for what is deployed into it: 1.5 megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if refused("mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(folder)):
        pytest.skip("this system lets nobody mount a small disk here")
    yield folder
    gone = time.monotonic() + 10  # a process that was killed holds its files for a moment
    while refused("umount", str(folder)):
        assert time.monotonic() < gone, f"something still holds {folder}"
        time.sleep(0.1)


def test_a_full_disk_is_said_and_leaves_no_server(checkout: Path, small_disk: Path) -> None:
    (small_disk / "filling").write_bytes(bytes(1_000_000))
    place = ("--state", str(small_disk / "lab"))
    code, shown, said = whomay("lab", "start", *place, cwd=checkout)
    assert (code, shown) == (2, "starting the lab ...\n")
    assert said.startswith("whomay lab start: the lab's folder ")
    assert "No space left on device" in said
    assert len(said.splitlines()) == 1
    assert processes_of(small_disk) == []

    (small_disk / "filling").unlink()
    assert whomay("lab", "start", *place, cwd=checkout)[0] == 0
    assert whomay("lab", "stop", *place, cwd=checkout)[0] == 0


def test_a_disk_that_fills_up_ends_the_demo_in_words(checkout: Path, small_disk: Path) -> None:
    code, _, said = whomay("demo", "--state", str(small_disk / "lab"), cwd=checkout)
    assert code in (1, 2)
    assert "Traceback" not in said
    assert "No space left on device" in said or "ENOSPC" in said
    assert len(said.splitlines()) < 40
    assert processes_of(small_disk) == []

    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    deploys(small_disk / "lab", checkout)


@pytest.fixture
def read_only(checkout: Path, tmp_path: Path) -> Iterator[Path]:
    """The checkout once more, at another place, where nothing can be written."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    if refused("mount", "--bind", str(checkout), str(folder)):
        pytest.skip("this system lets nobody mount the checkout a second time")
    subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_checkout_that_cannot_be_written_to_says_what_to_do(
    read_only: Path, tmp_path: Path
) -> None:
    code, _, said = whomay("demo", cwd=read_only)
    assert code == 2
    assert "Read-only file system. Choose another one with --state." in said
    assert len(said.splitlines()) == 1

    deploys(tmp_path / "lab", read_only)


def test_a_clock_that_is_wrong_is_no_denial(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed two hours ago: an answer about the clock, which no probe takes for a refusal."""

    def two_hours_ago() -> datetime:
        return datetime.now(tz=UTC) - timedelta(hours=2)

    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_, **__: two_hours_ago())
    client = boto3.client(
        "sts",
        aws_access_key_id=lab.accounts[0],
        aws_secret_access_key=lab.root_secret,
        endpoint_url=lab.endpoint,
        region_name=lab.region,
        verify=str(lab.ca),
    )
    with pytest.raises(ClientError) as caught:
        client.get_caller_identity()
    code = caught.value.response["Error"]["Code"]
    assert code in ("RequestTimeTooSkewed", "SignatureDoesNotMatch")
    assert Answer(code) != Answer("AccessDenied")
