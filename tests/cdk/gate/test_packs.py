"""The strict packs: chosen by name, all of them run, and what they find is what the docs say."""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from support.checkout import CONTEXT, ROOT

from stacks.ec2_role import Ec2RoleStack
from stacks.user_assume_role import UserAssumeRoleStack
from whomay.cdk import BucketAccess, GateError, Trust, synth
from whomay.cdk.gate.packs import ALWAYS, PACKS

PAGE = ROOT / "docs" / "reference" / "strict-packs.md"
STRICT = sorted(set(PACKS) - {ALWAYS})


def app_with(folder: Path, *packs: Any) -> App:
    return App(context={**CONTEXT, "packs": list(packs)}, outdir=str(folder))


def findings(app: App) -> list[tuple[str, str, str]]:
    """Pack, rule and construct path of all that is open after a synth."""
    with pytest.raises(GateError):
        synth(app)
    report = json.loads(Path(app.outdir, "validation-report.json").read_text())
    return [
        (plugin["pluginName"], finding["ruleName"], construct["constructPath"])
        for plugin in report["pluginReports"]
        for finding in plugin["violations"]
        for construct in finding["violatingConstructs"]
    ]


@pytest.fixture(scope="module")
def remaining(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """What all packs find in both stacks."""
    app = app_with(tmp_path_factory.mktemp("packs"), *STRICT)
    Ec2RoleStack(app, "Ec2Role")
    UserAssumeRoleStack(app, "UserAssumeRole")
    return findings(app)


def table(found: list[tuple[str, str, str]]) -> list[str]:
    """The rows of the page: one rule, the packs that have it, the constructs that it names."""
    packs: dict[str, set[str]] = defaultdict(set)
    places: dict[str, set[str]] = defaultdict(set)
    for pack, rule, path in found:
        name = rule.removeprefix(f"{pack}-")
        packs[name].add(pack)
        places[name].add(path.removesuffix("/Resource"))
    return [
        f"| {name} | {', '.join(sorted(packs[name]))} | {', '.join(sorted(places[name]))} |"
        for name in sorted(packs)
    ]


def test_the_page_lists_exactly_what_the_packs_print(
    remaining: list[tuple[str, str, str]],
) -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    assert rows[1:] == table(remaining)


def test_the_page_says_of_each_finding_why_it_stays_and_what_its_silence_costs(
    remaining: list[tuple[str, str, str]],
) -> None:
    sections = re.split(r"^### ", PAGE.read_text(), flags=re.MULTILINE)[1:]
    assert sorted(section.split("\n")[0] for section in sections) == sorted(
        {rule.removeprefix(f"{pack}-") for pack, rule, _ in remaining}
    )
    for section in sections:
        assert re.findall(r"^\*\*(.+?)\*\*", section, re.MULTILINE) == [
            "Why it stays.",
            "What silences it.",
            "What that costs.",
        ]


def canary(stack: Stack) -> None:
    """A function and a bucket with which every pack finds fault."""
    lambda_.Function(
        stack,
        "Function",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    s3.Bucket(stack, "Bucket")


def test_every_pack_that_is_chosen_runs(tmp_path: Path) -> None:
    app = app_with(tmp_path, *STRICT)
    canary(Stack(app, "Stack"))
    assert {pack for pack, _, _ in findings(app)} >= set(PACKS)


def test_without_a_choice_only_aws_solutions_runs(app: App) -> None:
    canary(Stack(app, "Stack"))
    assert {pack for pack, _, _ in findings(app)} & set(PACKS) == {ALWAYS}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["HIPAA"], "packs: got 'HIPAA'; allowed is one of .*; did you mean HIPAA.Security?"),
        (["NIST80053R5"], "packs: got 'NIST80053R5'; .*; did you mean NIST.800.53.R5?"),
        (["PCI DSS"], "packs: got 'PCI DSS'; .*; did you mean PCI.DSS.321?"),
        (["Zzz"], "packs: got 'Zzz'; .*; leave it out"),
        ([7], "packs: got 7; .*; leave it out"),
        ("Serverless", "packs: got str 'Serverless'; allowed is a list of .*; write packs="),
        ({"Serverless": True}, "packs: got dict .*; allowed is a list of .*; write packs="),
    ],
)
def test_a_pack_that_is_none_is_told_with_the_nearest(
    tmp_path: Path, given: Any, says: str
) -> None:
    app = App(context={**CONTEXT, "packs": given}, outdir=str(tmp_path))
    with pytest.raises(ValueError, match=says.replace("?", r"\?")):
        synth(app)
    assert not list(tmp_path.iterdir())


def test_a_managed_policy_holds_the_same_access_and_no_pack_objects_to_it(tmp_path: Path) -> None:
    app = app_with(tmp_path, *STRICT)
    stack = Stack(app, "Stack")
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "reports-2026")
    access = BucketAccess.read(bucket, prefix="incoming/")
    role = iam.Role(stack, "Role", assumed_by=Trust.service("lambda.amazonaws.com"))
    iam.ManagedPolicy(stack, "Access", statements=[*access.statements()], roles=[role])
    assert {rule.partition("[")[0] for _, rule, _ in findings(app)} == {"AwsSolutions-IAM5"}
