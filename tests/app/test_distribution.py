"""The wheel and the sdist: what is in them, and that each command works where nothing else is."""

import json
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from support.assemblies import document, role
from support.checkout import ROOT
from support.empty_environment import Environment, built_sdist, built_wheel, with_wheel

TEMPLATE = json.dumps(
    {
        "Resources": {
            "Reader": role(
                Policies=[{"PolicyName": "read", "PolicyDocument": document("s3:GetObject")}]
            )
        }
    }
)


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_sdist(tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="session")
def wheel(sdist: Path) -> Path:
    return built_wheel(sdist.parent / "wheel", sdist)


@pytest.fixture(scope="session")
def plain(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """What `pip install whomay` gives."""
    made = with_wheel(tmp_path_factory.mktemp("plain"), wheel)
    (made.folder / "app.json").write_text(TEMPLATE)
    return made


def metadata_of(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as found:
        [name] = [each for each in found.namelist() if each.endswith("/METADATA")]
        return Parser().parsestr(found.read(name).decode())


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    metadata = metadata_of(wheel)

    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("License-File") == ["LICENSE"]
    assert metadata["Requires-Python"] == ">=3.11"
    minors = [11, 12, 13, 14]
    classifiers = metadata.get_all("Classifier") or []
    assert {f"Programming Language :: Python :: 3.{each}" for each in minors} <= {*classifiers}
    links = {each.partition(",")[0] for each in metadata.get_all("Project-URL") or []}
    assert links == {"Changelog", "Documentation", "Issues", "Repository"}
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload() == (ROOT / "constructs" / "README.md").read_text()
    assert metadata.get_all("Provides-Extra") == ["cdk", "lab", "live", "sam"]


def test_the_license_of_the_package_is_that_of_the_repository(wheel: Path) -> None:
    text = (ROOT / "LICENSE").read_bytes()

    assert (ROOT / "constructs" / "LICENSE").read_bytes() == text
    with zipfile.ZipFile(wheel) as found:
        [name] = [each for each in found.namelist() if each.endswith("/licenses/LICENSE")]
        assert found.read(name) == text


def test_wheel_and_sdist_hold_every_file_of_the_package_and_no_other(
    sdist: Path, wheel: Path
) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "whomay"],
        cwd=ROOT / "constructs",
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    tracked = {each for each in listed if each and (ROOT / "constructs" / each).exists()}

    with zipfile.ZipFile(wheel) as found:
        assert {each for each in found.namelist() if ".dist-info/" not in each} >= tracked
    with tarfile.open(sdist) as archive:
        names = {each.name.partition("/")[2] for each in archive if each.isfile()}
    assert names - tracked >= {"LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}
    assert tracked <= names
    assert not [each for each in names if "__pycache__" in each or each.startswith("tests")]


def test_the_plain_package_is_one_working_command(plain: Environment) -> None:
    asked = ["app/Reader", "s3:GetObject", "arn:aws:s3:::reports/x", "-a", "app.json"]

    assert plain.run("whomay", "--version").stdout == "whomay, version 0.1.0\n"
    assert plain.run("whomay", "can", *asked).stdout.startswith("Allowed: ")
    assert plain.run("whomay", "who", *asked[1:]).returncode == 0
    assert plain.run("whomay", "lock", "-a", "app.json").stdout == "access.lock is written\n"
    assert plain.run("whomay", "diff", "access.lock", "app.json").returncode == 0
    assert plain.run("whomay", "check", "app.json").returncode == 0
    report = plain.run("whomay", "report", "-a", "app.json")
    assert (report.returncode, report.stderr) == (0, "")
    assert "app/Reader" in (plain.folder / "report.html").read_text()


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("leave ada", "Error: boto3 is missing: pip install 'whomay[live]'"),
        ("rotate-key ada --secret s", "Error: boto3 is missing: pip install 'whomay[live]'"),
        (
            "trail denied s3://logs",
            "Error: s3://logs: boto3 is missing: pip install 'whomay[live]'",
        ),
    ],
)
def test_a_missing_extra_is_one_line(plain: Environment, command: str, line: str) -> None:
    done = plain.run("whomay", *command.split())

    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{line}\n")


@pytest.mark.lab
def test_a_lab_that_lacks_its_extra_does_not_start_and_names_it(plain: Environment) -> None:
    state = str(plain.folder / "state")
    done = plain.run("whomay", "lab", "start", "--state", state)

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "  whomay lab: the lab is written for ministack 1.5.33 exactly, found none: "
        "pip install 'whomay[lab]'"
    )


def test_the_constructs_name_their_extra(plain: Environment) -> None:
    done = plain.run("python", "-c", "import whomay.cdk")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "ModuleNotFoundError: whomay.cdk needs aws_cdk and cdk_nag: pip install 'whomay[cdk]'"
    )


APP = """
from aws_cdk import App, Stack
from whomay.cdk import BucketAccess, InstanceRole, PrivateBucket

app = App(outdir="cdk.out")
stack = Stack(app, "S")
InstanceRole(stack, "Role", access=[BucketAccess.read(PrivateBucket(stack, "Bucket"))])
app.synth()
"""


@pytest.mark.lab
def test_the_constructs_and_the_lab_work_with_their_extras(wheel: Path, tmp_path: Path) -> None:
    made = with_wheel(tmp_path / "environment", wheel, "cdk", "lab")
    (made.folder / "bin" / "node").symlink_to(Path(sys.executable).with_name("node").resolve())
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "cdk.json").write_text("{}")

    done = made.run("python", "app.py", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    asked = ["S/Role", "s3:GetObject", "S/Bucket/x"]
    assert made.run("whomay", "can", *asked, cwd=tmp_path).returncode == 0

    try:
        started = made.run("whomay", "lab", "start", cwd=tmp_path)
        assert (started.returncode, started.stderr) == (0, "")
        assert "Next: whomay lab deploy" in started.stdout
    finally:
        stopped = made.run("whomay", "lab", "stop", cwd=tmp_path)
    assert stopped.stdout == "The lab is stopped.\n"
