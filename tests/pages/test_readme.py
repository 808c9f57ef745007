"""The README: its commands work as printed, its code is the stacks' code, its links lead somewhere."""

import html
import os
import re
import runpy
import shlex
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import aws_cdk
import pytest
from click.testing import CliRunner
from support.checkout import CONTEXT, ROOT

import whomay.cdk  # noqa: F401 - it takes CDK's own App, before a fixture puts another in its place
from whomay.cli import main
from whomay.cli.demo_picture import SHOWN
from whomay.lab.not_enforced import NOT_ENFORCED
from whomay.lab.probes import LAST, PROBES

README = (ROOT / "README.md").read_text()
DOCUMENTS = [*ROOT.glob("*.md"), ROOT / "constructs" / "README.md", *(ROOT / "docs").rglob("*.md")]


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_python_in_the_readme_is_the_stacks_own() -> None:
    stacks = "".join(path.read_text() for path in (ROOT / "stacks").glob("*.py"))
    unindented = re.sub(r"^ {8}", "", stacks, flags=re.MULTILINE)
    assert blocks("python")
    for block in blocks("python"):
        assert block in unindented


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_within_the_repository_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text()):
        assert (document.parent / target).exists(), target


def test_every_make_verb_in_the_readme_exists() -> None:
    course = "".join(blocks("sh", (ROOT / "docs" / "course" / "index.md").read_text()))
    verbs = set(re.findall(r"`?make ([a-z]+)", README + course))
    assert {"demo", "test", "help", "setup"} <= verbs
    for verb in verbs:
        subprocess.run(["make", "--dry-run", verb], cwd=ROOT, check=True, capture_output=True)


def test_the_demos_output_in_the_readme_is_todays() -> None:
    shown = " ".join(README.split())
    for limit in NOT_ENFORCED:
        assert " ".join(limit.split()) in shown
    assert f"{len(PROBES) + len(LAST)} probes; every answer matches AWS's documentation." in README


def test_the_lock_in_the_readme_is_todays() -> None:
    [block] = blocks("yaml")
    assert block in (ROOT / "access.lock").read_text()


@pytest.mark.parametrize(
    ("document", "style"), [("README.md", "text"), ("docs/guides/access-review.md", "markdown")]
)
def test_the_diff_in_a_document_is_todays(tmp_path: Path, document: str, style: str) -> None:
    lock, proposed = ROOT / "access.lock", tmp_path / "proposed.lock"
    # The first is the role's; the endpoint's policy holds the same statement, and stays.
    proposed.write_text(lock.read_text().replace("/incoming/*", "/*", 1))
    done = CliRunner().invoke(main, ["diff", str(lock), str(proposed), "--format", style])
    assert done.exit_code == 1
    assert done.stdout in (ROOT / document).read_text()


@pytest.fixture(scope="module")
def app_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app's folder after `cdk synth`, as far as the commands of the README read it."""
    folder = tmp_path_factory.mktemp("app")
    with pytest.MonkeyPatch.context() as patch:
        out = str(folder / "cdk.out")
        patch.setattr(aws_cdk, "App", partial(aws_cdk.App, context=CONTEXT, outdir=out))
        runpy.run_path(str(ROOT / "app.py"))
    return folder


COMMANDS = [
    (command, printed)
    for block in blocks("console")
    for command, printed in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    if not command.startswith("whomay diff")  # the test above has what it compares
]


@pytest.mark.parametrize(("command", "printed"), COMMANDS, ids=[one[0] for one in COMMANDS])
def test_a_command_prints_what_the_readme_shows(
    app_folder: Path, monkeypatch: pytest.MonkeyPatch, command: str, printed: str
) -> None:
    monkeypatch.chdir(app_folder)
    assert CliRunner().invoke(main, shlex.split(command)[1:]).output == printed


def test_the_short_picture_shows_what_is_allowed_and_what_is_refused() -> None:
    picture = (ROOT / "docs" / "demo.svg").read_text()
    titles = {title for shown in SHOWN.values() for title in shown}
    probes = [probe for probe in PROBES if probe.project in SHOWN and probe.title in titles]
    assert len(probes) == len(re.findall(r"\$ aws ", picture))
    refused = sum(1 for probe in probes if probe.answer.code)
    assert picture.count(">AccessDenied<") == refused
    assert picture.count(">allowed<") == len(probes) - refused
    assert "prefers-color-scheme: dark" in picture


def test_the_tables_show_every_probe() -> None:
    drawn = re.sub(r"<[^>]+>", " ", (ROOT / "docs" / "probes.svg").read_text())
    words = set(html.unescape(drawn).replace("\xa0", " ").split())
    for probe in (*PROBES, *LAST):
        assert set(probe.title.split()) <= words, probe.title


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An account of a lab of its own, as a shell sees it after the README's preparations."""
    state = str(tmp_path_factory.mktemp("readme") / "lab")
    subprocess.run(["whomay", "lab", "start", "--state", state], check=True, capture_output=True)
    try:
        shown = subprocess.run(
            ["bash", "-c", f'eval "$(whomay lab env --state {state})"; env -0'],
            check=True,
            capture_output=True,
            text=True,
        )
        yield dict(line.split("=", 1) for line in shown.stdout.split("\0") if line)
    finally:
        subprocess.run(["whomay", "lab", "stop", "--state", state], check=True, capture_output=True)


def shell(script: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.lab
def test_deploying_and_removing_work_as_printed(account: dict[str, str]) -> None:
    deploy, remove = (block for block in blocks("sh") if "UserAssumeRole" in block)
    steps = deploy.split("export AWS_PROFILE=…")[1].split("\n", 1)[1]
    shell(steps.replace("cdk deploy", "cdk deploy --require-approval never"), account)
    deployed = shell("whomay doctor --deploy", account)
    assert deployed.endswith("\nnothing is in the way of a deployment\n")  # its own is not taken
    assert "ec2role-shared" in shell("aws s3 ls", account)

    destroy, listing, *delete = remove.splitlines(keepends=True)
    shell(destroy.replace("cdk destroy", "cdk destroy --force"), account)
    kept = [
        line.split()[2]
        for line in shell(listing, account).splitlines()
        if re.search(r" (ec2role|userassumerole)-", line)
    ]
    assert len(kept) == 4
    for bucket in sorted(kept, key=lambda name: "log" in name):  # as the block says: logs last
        for _ in range(2):  # two versions, and nothing may be left of either
            shell(f"echo report | aws s3 cp - s3://{bucket}/report.csv", account)
        shell(
            "".join(delete).replace("empty BUCKET", "empty --yes BUCKET").replace("BUCKET", bucket),
            account,
        )
    assert "role-" not in shell(listing, account)
