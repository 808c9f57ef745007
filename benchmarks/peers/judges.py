"""What each judge says of a folder of templates: for each template the names of what it found."""

import json
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from benchmarks.peers.assembly import write_assembly
from benchmarks.peers.nag import cdk_nag
from scripts import judges
from whomay.engine import findings, read

Found = Mapping[str, set[str]]
RULES: Final = Path("package", "rules", "control-tower")


def cfn_lint(folder: Path) -> Found:
    """Return the rules of cfn-lint, with what they say of a value."""
    command = [Path(sys.executable).with_name("cfn-lint"), "--format", "json", *_templates(folder)]
    found: dict[str, set[str]] = defaultdict(set)
    for one in json.loads(_run(command, accept=(0, 2, 4, 6, 8, 10, 12, 14))):
        found[_name(one["Filename"])].add(one["Rule"]["Id"])
    return found


def checkov(folder: Path) -> Found:
    """Return the checks that fail, those for secrets included."""
    command = [judges.set_up("checkov") / "checkov", "-d", folder, "--compact", "--skip-download"]
    frameworks = ["--framework", "cloudformation", "secrets", "-o", "json"]
    reports = json.loads(_run([*command, *frameworks], accept=(0, 1)))
    found: dict[str, set[str]] = defaultdict(set)
    for report in reports if isinstance(reports, list) else [reports]:
        for check in report["results"]["failed_checks"]:
            found[_name(check["file_path"])].add(check["check_id"])
    return found


def cfn_guard(folder: Path) -> Found:
    """Return the rules of Control Tower that do not hold."""
    home = judges.set_up("cfn-guard").parent
    if not (home / "package").is_dir():
        [archive] = home.rglob("cdk-validator-cfnguard@*.jsii.tgz")
        with tarfile.open(archive) as opened:
            opened.extractall(home, filter="data")
    command = [home / "package" / "bin" / "ubuntu" / "x86_64" / "cfn-guard", "validate"]
    options = ["-d", folder, "-r", home / RULES, "--structured", "-o", "json", "--show-summary"]
    found: dict[str, set[str]] = defaultdict(set)
    for file in json.loads(_run([*command, *options, "none"], accept=(0, 19))):
        for entry in file["not_compliant"]:
            found[_name(file["name"])].add(entry["Rule"]["name"])
    return found


PARLIAMENT: Final = """\
import json, sys
from parliament import analyze_policy_string
for name, policy in json.load(sys.stdin):
    found = analyze_policy_string(json.dumps(policy), include_community_auditors=True)
    print(json.dumps([name, sorted({one.issue for one in found.findings})]))
"""


def parliament(folder: Path) -> Found:
    """Return the issues of the identity policies: others it does not read."""
    policies = [
        (file.stem, policy)
        for file in _templates(folder)
        for name, policy in judges.policies(file)
        if name != "Canary"
    ]
    command = [judges.set_up("parliament") / "python", "-W", "ignore", "-c", PARLIAMENT]
    found: dict[str, set[str]] = defaultdict(set)
    for line in _run(command, text=json.dumps(policies)).splitlines():
        name, issues = json.loads(line)
        found[name] |= set(issues)
    return found


def whomay(folder: Path) -> Found:
    """Return the rules of whomay, each template an app of its own."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        for file in _templates(folder):
            assembly = write_assembly(Path(name, file.stem), json.loads(file.read_text()))
            found[file.stem] = {one.rule.id for one in findings(read(assembly))}
    return found


def _templates(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def _name(file: str) -> str:
    return Path(file).stem


def _run(command: list[str | Path], *, accept: tuple[int, ...] = (0,), text: str = "") -> str:
    return judges.run(*command, accept=accept, text=text)


JUDGES: Final[dict[str, Callable[[Path], Found]]] = {
    "cdk-nag": cdk_nag,
    "cfn-lint": cfn_lint,
    "checkov": checkov,
    "cfn-guard": cfn_guard,
    "parliament": parliament,
    "whomay": whomay,
}
