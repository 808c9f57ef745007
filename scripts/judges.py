"""Have outside judges look at both templates, and compare what they find with the page.

Each judge is pinned and lives in an environment of its own under `.venvs/`. Exit codes: 0 the page
lists exactly what they find, 1 it does not, 2 a judge could not be set up or run.
"""

import json
import re
import subprocess
import sys
import tarfile
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".venvs"
PAGE = ROOT / "docs" / "reference" / "outside-judges.md"
ASSEMBLY = HOME / "cdk.out"
PINS = {
    "checkov": ["checkov==3.3.30"],
    "cfn-guard": ["--no-deps", "cdklabs.cdk-validator-cfnguard==0.0.62"],
    "cloudsplaining": ["cloudsplaining==0.9.1"],
    "parliament": ["parliament==1.6.4", "setuptools==80.9.0"],
}
Row = tuple[str, str, str]
# "Finds nothing" and "did not look" print the same, so each judge of policies is given this first.
CANARY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:GetObjekt", "s3:PutObject"], "Resource": "*"}],
}


def run(*command: str | Path, accept: tuple[int, ...] = (0,), text: str | None = None) -> str:
    """Run a judge and return what it prints; stop where it fails for a reason of its own."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, input=text, cwd=ROOT
    )
    if done.returncode not in accept:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        sys.stderr.write(f"judges: {Path(command[0]).name} failed: {' '.join(last)}\n")
        sys.exit(2)
    return done.stdout


def set_up(judge: str) -> Path:
    """Make the judge's environment unless its pin is there, and return its folder of commands."""
    folder = HOME / judge
    ready = folder / "pins"
    pins = " ".join(PINS[judge])
    if not ready.is_file() or ready.read_text() != pins:
        print(f"judges: installing {judge}", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        quiet = ("--quiet", "--disable-pip-version-check")
        run(folder / "bin" / "python", "-m", "pip", "install", *quiet, *PINS[judge])
        ready.write_text(pins)
    return folder / "bin"


def templates() -> list[Path]:
    """Synthesize the app, and return the templates of both projects."""
    run(ROOT / ".venv" / "bin" / "cdk", "synth", "--quiet", "--output", ASSEMBLY)
    return [ASSEMBLY / f"{stack}.template.json" for stack in ("Ec2Role", "UserAssumeRole")]


def checkov(template: Path) -> Iterator[Row]:
    """Yield the checks that fail."""
    options = ("--framework", "cloudformation", "--quiet", "--compact", "--skip-download")
    command = set_up("checkov") / "checkov"
    found = json.loads(run(command, "-f", template, *options, "-o", "json", accept=(0, 1)))
    for check in found["results"]["failed_checks"]:
        yield "checkov", check["check_id"], place(template, check["resource"].split(".")[-1])


def cfn_guard(template: Path) -> Iterator[Row]:
    """Yield the rules of Control Tower that a resource breaks."""
    folder = set_up("cfn-guard").parent
    if not (folder / "package").is_dir():
        [archive] = folder.rglob("cdk-validator-cfnguard@*.jsii.tgz")
        with tarfile.open(archive) as opened:
            opened.extractall(folder, filter="data")
    command = folder / "package" / "bin" / "ubuntu" / "x86_64" / "cfn-guard"
    rules = folder / "package" / "rules" / "control-tower"
    options = ("--structured", "-o", "json", "--show-summary", "none")
    for file in json.loads(
        run(command, "validate", "-d", template, "-r", rules, *options, accept=(0, 19))
    ):
        for entry in file["not_compliant"]:
            for logical_id in sorted(set(re.findall(r"/Resources/(\w+)", json.dumps(entry)))):
                yield "cfn-guard", entry["Rule"]["name"], place(template, logical_id)


def parliament(template: Path) -> Iterator[Row]:
    """Yield the issues of each identity policy."""
    command = set_up("parliament") / "parliament"
    options = ("--json", "--include-community-auditors")
    for logical_id, policy in policies(template):
        printed = run(command, "--string", json.dumps(policy), *options, accept=(0, 1))
        for line in printed.splitlines():
            yield "parliament", json.loads(line)["issue"], place(template, logical_id)


def cloudsplaining(template: Path) -> Iterator[Row]:
    """Yield the risks of each identity policy."""
    command = set_up("cloudsplaining") / "cloudsplaining"
    for logical_id, policy in policies(template):
        file = HOME / "policy.json"
        file.write_text(json.dumps(policy))
        printed = run(command, "scan-policy-file", "-i", file, accept=(0, 1))
        for risk in re.findall(
            r"^(?:\x1b\[\d+m)?Potential Issue found: (.+?)(?:\x1b|$)", printed, re.MULTILINE
        ):
            yield "cloudsplaining", risk.strip(), place(template, logical_id)


def place(template: Path, logical_id: str) -> str:
    """Return the construct path of a resource, which says more than its hashed id."""
    if logical_id == "Canary":
        return logical_id
    resources = json.loads(template.read_text())["Resources"]
    path = (
        resources.get(logical_id, {})
        .get("Metadata", {})
        .get("aws:cdk:path", f"{template.name}: {logical_id}")
    )
    return str(path).removesuffix("/Resource")


def policies(template: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the canary and the identity policies, references as ARNs that could be there."""
    yield "Canary", CANARY
    resources = json.loads(template.read_text())["Resources"]
    for logical_id, resource in resources.items():
        properties = resource.get("Properties", {})
        found = [one["PolicyDocument"] for one in properties.get("Policies", [])]
        if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            found.append(properties["PolicyDocument"])
        yield from ((logical_id, literal(document, resources)) for document in found)


def literal(value: Any, resources: dict[str, Any]) -> Any:
    """Replace each reference by a value of its kind."""
    match value:
        case {"Fn::Join": [separator, list(parts)]}:
            return str(separator).join(literal(part, resources) for part in parts)
        case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
            pseudo = {"AWS::Partition": "aws", "AWS::AccountId": "111122223333"}
            arns = {
                "AWS::IAM::Role": "arn:aws:iam::111122223333:role/name",
                "AWS::S3::Bucket": "arn:aws:s3:::name",
                "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:name-AbCdEf",
            }
            return pseudo.get(name) or arns[resources[name]["Type"]]
        case dict():
            return {key: literal(part, resources) for key, part in value.items()}
        case list():
            return [literal(part, resources) for part in value]
    return value


def main() -> int:
    """Compare, and say what is missing on the page and what no judge finds any more."""
    judges = (checkov, cfn_guard, parliament, cloudsplaining)
    found = {row for template in templates() for judge in judges for row in judge(template)}
    canaries = {row for row in found if row[2] == "Canary"}
    if blind := {"parliament", "cloudsplaining"} - {row[0] for row in canaries}:
        sys.stderr.write(f"judges: {', '.join(sorted(blind))} did not see the planted policy\n")
        return 2
    found -= canaries
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines()]
    listed = {(row[0], row[1], row[2]) for row in rows if len(row) == 3 and row[0] in PINS}  # noqa: PLR2004 - the table's columns
    for title, some in (("not on the page", found - listed), ("found no more", listed - found)):
        for row in sorted(some):
            print(f"judges: {title}: | {' | '.join(row)} |")
    print(f"judges: {len(found)} findings of {len(judges)} judges over both templates")
    return 0 if found == listed else 1


if __name__ == "__main__":
    sys.exit(main())
