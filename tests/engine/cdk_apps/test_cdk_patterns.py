"""What the rules say of a dozen patterns that CDK apps are made of: nothing, or it is explained."""

from pathlib import Path

import pytest
from aws_cdk import App, Stack
from support.cdk_patterns import PATTERNS
from support.checkout import CONTEXT

from whomay.engine.rules.findings import findings
from whomay.engine.rules.rule import Finding
from whomay.engine.templates.assembly import read

# AWS's page of each of these services recommends the condition, and CDK leaves it out. A role of
# theirs cannot be passed from another account, so it is a warning.
NO_SOURCE_ACCOUNT = "AWS recommends aws:SourceAccount for roles of this service; CDK sets none"
STREAM_ACTIONS = "CDK's grant of reading a table lists actions that act on its stream alone"
VALIDATE_TEMPLATE = "CDK allows it on the stack, and the action knows no resource"

EXPLAINED: dict[str, dict[tuple[str, str], str]] = {
    "fargate_service": {
        (
            "Service/TaskDef/TaskRole",
            "service-source-account[ecs-tasks.amazonaws.com]",
        ): NO_SOURCE_ACCOUNT,
        (
            "Service/TaskDef/ExecutionRole",
            "service-source-account[ecs-tasks.amazonaws.com]",
        ): NO_SOURCE_ACCOUNT,
        (
            "Service/TaskDef/TaskRole/DefaultPolicy",
            "never-matches[dynamodb:GetRecords]",
        ): STREAM_ACTIONS,
        (
            "Service/TaskDef/TaskRole/DefaultPolicy",
            "never-matches[dynamodb:GetShardIterator]",
        ): STREAM_ACTIONS,
    },
    "custom_resources": {
        (
            "Provider/waiter-state-machine/Role",
            "service-source-account[states.amazonaws.com]",
        ): NO_SOURCE_ACCOUNT,
    },
    "state_machine": {
        ("Task/TaskRole", "service-source-account[ecs-tasks.amazonaws.com]"): NO_SOURCE_ACCOUNT,
    },
    "pipeline": {
        ("Build/Role", "service-source-account[codebuild.amazonaws.com]"): NO_SOURCE_ACCOUNT,
        (
            "Pipeline/Deploy/Deploy/CodePipelineActionRole/DefaultPolicy",
            "never-matches[cloudformation:ValidateTemplate]",
        ): VALIDATE_TEMPLATE,
    },
    "scheduled_task": {
        (
            "Nightly/ScheduledTaskDef/TaskRole",
            "service-source-account[ecs-tasks.amazonaws.com]",
        ): NO_SOURCE_ACCOUNT,
        (
            "Nightly/ScheduledTaskDef/ExecutionRole",
            "service-source-account[ecs-tasks.amazonaws.com]",
        ): NO_SOURCE_ACCOUNT,
    },
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    app = App(context=CONTEXT, outdir=str(tmp_path_factory.mktemp("patterns")))
    for name, make in PATTERNS.items():
        make(Stack(app, name.replace("_", "-")))
    app.synth()
    return findings(read(Path(app.outdir)))


@pytest.mark.parametrize("name", PATTERNS)
def test_a_well_known_pattern_has_no_finding_that_is_not_explained(
    name: str, found: list[Finding]
) -> None:
    stack = name.replace("_", "-")
    of_it = {
        (one.path.removeprefix(f"{stack}/"), one.id)
        for one in found
        if one.path.startswith(f"{stack}/")
    }
    assert of_it == set(EXPLAINED.get(name, {}))


def test_there_are_a_dozen_patterns_and_no_error_in_any(found: list[Finding]) -> None:
    assert len(PATTERNS) == 12
    assert {one.rule.severity for one in found} == {"warning"}
