"""The report: complete, escaped, and one file that needs nothing else."""

import html
import json
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.assemblies import role, write_assembly
from support.projects import synthesized

from whomay.cli import main
from whomay.report.trust_graph import Edge, as_svg, together

EVIL = "<script>alert('x')</script>"


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesized(tmp_path_factory.mktemp("report") / "cdk.out")


@pytest.fixture(scope="module")
def page(assembly: Path) -> str:
    output = assembly.parent / "report.html"
    done = CliRunner().invoke(
        main, ["report", "--assembly", str(assembly), "--output", str(output)]
    )
    assert (done.exit_code, done.output) == (0, f"{output} is written\n")
    return output.read_text()


def test_every_principal_has_its_actions_and_resources_in_the_page(page: str) -> None:
    found = set()
    for group in page.split('<tr class="who">')[1:]:
        principal = re.sub(r"<[^>]+>", "", group.split("<p>")[0]).split()[-1]
        rows = re.findall(r'<tr class="row" data-verdict="(\w+)"><td>(.*?)</td>', group, re.DOTALL)
        found |= {
            (verdict, principal, action)
            for verdict, cell in rows
            for action in re.findall(r"<div>(.*?)</div>", cell)
        }
    assert ("Allowed", "Ec2Role/Project/Role", "s3:PutObject") in found
    assert ("Allowed", "UserAssumeRole/Project/User", "sts:AssumeRole") in found
    assert {verdict for verdict, _, _ in found} == {"Allowed"}
    assert len(found) == 18


def test_the_contract_and_the_acknowledgements_are_in_the_page(page: str) -> None:
    assert page.count('<span class="outcome kept">') == 17
    assert "AwsSolutions::AwsSolutions-SMG4" in page
    assert "Assumed: " in page


def test_acknowledgements_of_packs_and_rules_are_listed_and_settle_findings(page: str) -> None:
    listed = page.split('id="acknowledgements"')[1]
    for each in ("AwsSolutions::AwsSolutions-EC29", "AccessRules::access-key"):
        assert each in listed
    assert "accepted: The key is asked for by access_key_serial" in page
    assert "<b>0</b> open findings" in page


def test_an_expired_acknowledgement_is_listed_with_its_owner_and_does_not_count(
    tmp_path: Path,
) -> None:
    folder = write_assembly(tmp_path / "cdk.out", {"S": {"Resources": {"Role": role()}}})
    manifest = json.loads((folder / "manifest.json").read_text())
    data = {
        "id": "AccessContract::must_not_allow[s3:*]",
        "reason": "for the trial",
        "owner": "Ada",
        "expires": "2020-01-31",
    }
    manifest["artifacts"]["S"]["metadata"] = {
        "/S/Role": [{"type": "whomay:acknowledged", "data": data}]
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    output = tmp_path / "report.html"
    done = CliRunner().invoke(main, ["report", "-a", str(folder), "-o", str(output)])
    assert done.exit_code == 0
    listed = output.read_text().split('id="acknowledgements"')[1]
    for text in (data["id"], data["reason"], "Ada, 2020-01-31", "does not count", "expired on"):
        assert text in listed


def test_the_page_asks_for_nothing_and_runs_only_its_own_script(page: str) -> None:
    assert "default-src 'none'" in html.unescape(page)
    assert not re.findall(r"(?:src|href)=\"(?!data:|#)", page)
    assert len(re.findall(r"<script", page)) == 1
    assert not re.findall(r"\son\w+=", page)


def test_what_comes_from_a_template_stays_text(tmp_path: Path) -> None:
    statement = {"Sid": "X", "Effect": "Allow", "Action": EVIL, "Resource": EVIL}
    trust = {"Effect": "Allow", "Principal": {"Service": EVIL}, "Action": "sts:AssumeRole"}
    role = {
        "Type": "AWS::IAM::Role",
        "Metadata": {"aws:cdk:path": f"S/{EVIL}/Resource"},
        "Properties": {
            "RoleName": EVIL,
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [
                {
                    "PolicyName": EVIL,
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
                }
            ],
        },
    }
    out = tmp_path / "cdk.out"
    out.mkdir()
    (out / "S.template.json").write_text(json.dumps({"Resources": {"R": role}}))
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region",
        "properties": {"templateFile": "S.template.json"},
    }
    (out / "manifest.json").write_text(
        json.dumps({"version": "48.0.0", "artifacts": {"S": artifact}})
    )
    output = tmp_path / "report.html"
    arguments = ["report", "--assembly", str(out)]
    assert CliRunner().invoke(main, [*arguments, "--output", str(output)]).exit_code == 0
    text = output.read_text()
    assert "<script>alert" not in text
    assert html.escape(EVIL) in text or "&lt;script&gt;alert(" in text
    done = CliRunner().invoke(main, [*arguments, "--format", "markdown"])
    assert done.exit_code == 0
    graph = done.output.split("```mermaid")[1].split("```")[0]
    assert "<" not in graph
    assert "`` <script>" in done.output.split("```mermaid")[1].split("```", 1)[1]


def test_the_summary_has_a_table_and_a_trust_graph(assembly: Path) -> None:
    done = CliRunner().invoke(main, ["report", "--assembly", str(assembly), "--format", "markdown"])
    assert done.exit_code == 0
    assert "Contract: 17 kept; " in done.output
    # No statement is broken, no finding is open, and nothing is there that no answer reads.
    assert not [line for line in done.output.splitlines() if line.startswith("- ")]
    assert '["UserAssumeRole/Project/User"]' in done.output
    assert "-.->" in done.output


def test_a_page_that_cannot_be_written_is_one_line(assembly: Path, tmp_path: Path) -> None:
    missing = tmp_path / "no" / "report.html"
    done = CliRunner().invoke(
        main, ["report", "--assembly", str(assembly), "--output", str(missing)]
    )
    assert done.exit_code == 2
    assert len(done.output.splitlines()) == 1


READ = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}
DENY = {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}


def report_of(folder: Path, style: str, resources: dict[str, Any]) -> str:
    assembly = write_assembly(folder / "app" / "cdk.out", {"S": {"Resources": resources}})
    output = folder / style
    arguments = ["-a", str(assembly), "--format", style, "-o", str(output)]
    assert CliRunner().invoke(main, ["report", *arguments]).exit_code == 0
    return output.read_text()


def with_policy(*statements: dict[str, Any], **properties: Any) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return role(Policies=[{"PolicyName": "P", "PolicyDocument": document}], **properties)


def test_principals_with_the_same_access_are_one_entry_and_have_a_place_each(
    tmp_path: Path,
) -> None:
    roles = {f"Role{number}": with_policy(READ, DENY) for number in range(5)}
    other = {"Other": with_policy(READ)}
    data = json.loads(report_of(tmp_path / "1", "json", roles | other))
    alike, single = data["access"][1], data["access"][0]
    assert [one["path"] for one in alike["principals"]] == [f"S/Role{n}" for n in range(5)]
    assert [one["path"] for one in single["principals"]] == ["S/Other"]
    said = [(one["actions"], one["decision"]) for one in alike["statements"]]
    assert said == [
        (["s3:GetObject", "s3:ListBucket"], "Allowed"),
        (["s3:DeleteObject"], "ExplicitDeny"),
    ]
    page = report_of(tmp_path / "2", "html", roles | other)
    assert page.count('<tr class="row"') == 3
    assert all(f'id="principal-S/Role{number}"' in page for number in range(5))
    markdown = report_of(tmp_path / "3", "markdown", roles | other)
    assert (
        "| `` S/Role0, 4 more `` | `` s3:DeleteObject `` | `` * `` |  | ExplicitDeny |" in markdown
    )


@pytest.mark.parametrize("style", ["html", "markdown", "json"])
def test_a_report_grows_with_statements_and_not_with_their_actions(
    tmp_path: Path, style: str
) -> None:
    managed = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    text = report_of(tmp_path, style, {"Reader": role(ManagedPolicyArns=managed)})
    assert len(text.encode()) < 300_000


def test_the_head_names_the_commit_and_the_version(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], [*who, "commit", "-q", "--allow-empty", "-m", "first"]):
        subprocess.run(["git", *command], cwd=app, check=True)
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=app, check=True, capture_output=True, text=True
    ).stdout
    for style in ("html", "markdown", "json"):
        shutil.rmtree(app / "cdk.out", ignore_errors=True)
        text = report_of(tmp_path, style, {"Role": role()})
        assert f"commit {commit[:12]}, whomay {version('whomay')}" in text


def test_roles_that_the_same_may_become_are_one_in_the_graph() -> None:
    functions = [Edge("lambda.amazonaws.com", f"S/F{n}", guarded=False) for n in range(300)]
    chained = [Edge("S/F7", "S/Deploy", guarded=True)]
    assert together([*functions, *chained]) == [
        Edge("lambda.amazonaws.com", "S/F0 and 298 more", guarded=False),
        Edge("lambda.amazonaws.com", "S/F7", guarded=False),
        Edge("S/F7", "S/Deploy", guarded=True),
    ]


def test_a_finding_in_many_roles_is_one_finding_in_many_roles(tmp_path: Path) -> None:
    public = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [public]}
    roles = {f"R{n}": role(AssumeRolePolicyDocument=trust) for n in range(4)}
    data = json.loads(report_of(tmp_path / "1", "json", roles))
    found = {one["id"]: one["paths"] for one in data["findings"]}
    assert found["trust-everyone[*]"] == ["S/R0", "S/R1", "S/R2", "S/R3"]
    assert "- error: in 4 roles: " in report_of(tmp_path / "2", "markdown", roles)
    assert "<td>in 4 roles<details>" in report_of(tmp_path / "3", "html", roles)


def test_the_roles_of_one_principal_are_together_beside_it() -> None:
    found = [
        Edge("b.amazonaws.com", "S/A", guarded=False),
        Edge("a.amazonaws.com", "S/B", guarded=False),
        Edge("b.amazonaws.com", "S/C", guarded=True),
        Edge("a.amazonaws.com", "S/D", guarded=True),
    ]
    by_name = {
        name: y for y, name in re.findall(r'y="(\d+)" text-anchor="\w+">([^<]+)<', as_svg(found))
    }
    roles = sorted((name for name in by_name if "/" in name), key=lambda name: int(by_name[name]))
    assert roles == ["S/B", "S/D", "S/A", "S/C"]
    assert by_name["a.amazonaws.com"] == by_name["S/B"]
    assert by_name["b.amazonaws.com"] == by_name["S/A"]


def test_what_is_only_taken_for_granted_is_no_condition_of_a_statement(tmp_path: Path) -> None:
    becoming = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    guarded = {**becoming, "Condition": {"StringEquals": {"sts:ExternalId": "7"}}}
    data = json.loads(report_of(tmp_path, "json", {"R": with_policy(becoming, guarded)}))
    told = [one["only_if"] for one in data["access"][0]["statements"]]
    assert told == [[], ["sts:ExternalId StringEquals 7"]]
