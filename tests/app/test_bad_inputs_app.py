"""Bad inputs to whole apps and to the command; and that every listed one has a test."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template
from click.testing import CliRunner
from support.bad_inputs import LISTED
from support.checkout import CONTEXT, ROOT
from support.named_tests import missing
from support.reading import statements

from stacks.ec2_role import Ec2RoleStack
from whomay.cdk import (
    BucketAccess,
    Ec2RoleProject,
    GateError,
    InstanceRole,
    PrivateBucket,
    PrivateInstance,
    ProgrammaticUser,
    SessionManagerAccess,
    Trust,
    UserAssumeRoleProject,
    synth,
)
from whomay.cli import main

HERE = {
    "B10": "test_whoever_lists_under_a_prefix_is_asked_for_the_prefix",
    "C01": "test_a_command_that_is_none_is_told_with_the_nearest",
    "C06": "test_a_closed_pipe_ends_the_command_quietly",
    "D04": "test_a_session_of_no_length_that_aws_has_is_refused",
    "D05": "test_no_command_takes_a_name_for_a_session",
    "K02": "test_what_an_old_lookup_has_left_in_the_context_is_not_used",
    "S01": "test_two_constructs_of_one_id_are_one_line_with_the_mend",
    "S02": "test_both_projects_fit_into_one_stack_and_twice_into_one_app",
    "S09": "test_who_asks_for_termination_protection_is_told_the_order_of_steps",
    "S12": "test_a_synth_without_its_checks_is_refused",
    "X12": "test_a_boolean_becomes_the_text_that_iam_compares",
}
# Tested with the command, the section or the layer that they concern.
ELSEWHERE = {
    "A05": [
        "cdk/accounts/test_accounts.py::test_a_mistake_names_its_place_the_value_and_what_is_allowed"
    ],
    "A07": [
        "cdk/accounts/test_accounts.py::test_a_mistake_names_its_place_the_value_and_what_is_allowed"
    ],
    "C03": [
        "engine/templates/test_assembly.py::test_a_template_that_is_missing_means_half_written",
        "engine/templates/test_assembly.py::test_another_schema_version_is_refused_by_its_number",
    ],
    "C04": ["cli/test_diff_command.py::test_different_accounts_are_not_compared"],
    "C08": [
        "engine/templates/test_assembly.py::test_ten_thousand_statements_are_read",
        "engine/templates/test_assembly.py::test_json_that_nests_too_deeply_is_refused",
        "engine/templates/test_assembly.py::test_a_stack_that_nests_itself_is_refused",
    ],
    "C09": [
        "lab/test_lifecycle_faults.py::test_ten_starts_at_once_leave_one_server",
        "cli/test_demo.py::test_a_second_demo_names_the_first_and_disturbs_it_in_nothing",
    ],
    "K04": [
        "engine/contract/test_not_kept.py::test_statements_that_contradict_each_other_show_both_lines"
    ],
    "K05": [
        "engine/contract/test_not_kept.py::test_a_statement_that_says_nothing_is_an_error",
        "cdk/test_contract_statements.py::test_an_empty_contract_fails_the_synth_with_its_line",
        "cli/test_check.py::test_an_assembly_without_contract_is_looked_at_by_the_rules_alone",
        "cli/test_check.py::test_a_statement_of_another_shape_is_bad_input",
    ],
    "K07": [
        "cli/test_lock_file.py::test_a_spoiled_lock_is_refused_with_its_line",
        "cli/test_lock_file.py::test_an_alias_is_refused_before_it_grows",
    ],
    "K09": ["cli/test_lock_file.py::test_a_spoiled_lock_is_refused_with_its_line"],
    "K10": [
        "engine/decisions/test_decide.py::test_an_unknown_operator_makes_the_answer_unknown_with_its_reason",
        "engine/contract/test_not_kept.py::test_what_is_not_known_is_never_kept",
    ],
    "R02": [
        "lab/test_environment.py::test_foreign_settings_are_harmless",
        "lab/test_identity.py::test_another_server_is_not_taken_for_this_lab",
    ],
    "R04": ["lab/test_answers.py::test_an_answer_that_says_nothing_about_permission_is_unknown"],
    "R05": ["lab/test_answers.py::test_an_answer_that_says_nothing_about_permission_is_unknown"],
    "R07": ["lab/test_probes.py::test_without_enforcement_nothing_is_reported"],
    "R09": ["lab/test_probes.py::test_a_run_takes_away_all_that_it_has_made"],
}


def test_every_listed_bad_input_has_a_test() -> None:
    lines = (ROOT / "tests/cases/bad_inputs.jsonl").read_text().splitlines()
    listed = [json.loads(line)["id"] for line in lines]
    assert sorted(listed) == sorted([*LISTED, *HERE, *ELSEWHERE])
    assert [case for case, found in LISTED.items() if not found] == []
    assert {name for name in HERE.values() if name not in globals()} == set()
    assert missing(name for names in ELSEWHERE.values() for name in names) == []


def test_no_command_takes_a_name_for_a_session() -> None:
    """A session is named after its user, whose name is held to what both may be."""
    for name in ("a", "with space"):
        done = CliRunner().invoke(main, ["profiles", "--session-name", name])
        assert done.exit_code == 2
        assert "No such option '--session-name'" in done.output


def test_what_an_old_lookup_has_left_in_the_context_is_not_used(
    tmp_path: Path, ec2_role: Template
) -> None:
    """Images come from parameters at deployment, so no stale one can come from a file."""
    stale = {
        f"ami:account={account}:filters.name.0=al2023*:region=eu-west-1": "ami-0123456789abcdef0"
        for account in ("111122223333", "123456789012")
    }
    app = App(context={**CONTEXT, **stale}, outdir=str(tmp_path))
    assert Template.from_stack(Ec2RoleStack(app, "Ec2Role")).to_json() == ec2_role.to_json()
    assert "missing" not in json.loads((tmp_path / "manifest.json").read_text())


def test_a_boolean_becomes_the_text_that_iam_compares() -> None:
    trust = Trust.service(
        "lambda.amazonaws.com", conditions={"Bool": {"aws:SecureTransport": True}}
    )
    assert trust.policy_fragment.conditions == {"Bool": {"aws:SecureTransport": "true"}}


@pytest.mark.parametrize("mode", ["list", "read_write"])
def test_whoever_lists_under_a_prefix_is_asked_for_the_prefix(stack: Stack, mode: str) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "B", "reports-2026")
    found = statements(stack, getattr(BucketAccess, mode)(bucket, prefix="incoming/"))
    [listing] = [one for one in found if one["Action"] == "s3:ListBucket"]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": "incoming/*"}}


def test_both_projects_fit_into_one_stack_and_twice_into_one_app(app: App) -> None:
    for name in ("One", "Two"):
        stack = Stack(app, name)
        access = [BucketAccess.read_write(PrivateBucket(stack, "Shared"))]
        Ec2RoleProject(stack, "First", access=access)
        UserAssumeRoleProject(stack, "Second", access=access, access_key_serial=1)
    synth(app)


def test_who_asks_for_termination_protection_is_told_the_order_of_steps(stack: Stack) -> None:
    role = InstanceRole(stack, "Role", access=[SessionManagerAccess()])
    PrivateInstance(stack, "I", role=role, cli_config="", termination_protection=True)
    Annotations.from_stack(stack).has_info(
        "/Stack/I",
        Match.string_like_regexp(
            "to destroy the stack, deploy it without termination_protection first"
        ),
    )


def test_the_secret_of_a_key_has_no_name_that_stays_taken(stack: Stack) -> None:
    ProgrammaticUser(stack, "User", access_key_serial=1)
    [secret] = Template.from_stack(stack).find_resources("AWS::SecretsManager::Secret").values()
    assert "Name" not in secret["Properties"]


@pytest.mark.parametrize("flag", [False, "false"])
def test_a_synth_whose_warnings_are_not_seen_is_refused(tmp_path: Path, flag: object) -> None:
    context = {**CONTEXT, "@aws-cdk/core:annotationsInValidationReport": flag}
    with pytest.raises(GateError, match="annotationsInValidationReport is false, so warnings"):
        synth(App(context=context, outdir=str(tmp_path)))


def test_a_synth_without_its_checks_is_refused(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDK_VALIDATION", "false")
    with pytest.raises(GateError, match="CDK_VALIDATION=false switches checks off: unset it"):
        synth(app)


def test_what_is_synthesized_is_an_app(stack: Stack) -> None:
    given: Any = stack
    with pytest.raises(TypeError, match=r"^app: got Stack Stack; allowed is the App; "):
        synth(given)


APP = """
from aws_cdk import App, Duration, Stack
from whomay.cdk import PrivateBucket, one_message, synth

with one_message():
    app = App()
    stack = Stack(app, "Stack")
    PrivateBucket(stack, "Shared")
    {line}
    synth(app)
"""


def run(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    (folder / "app.py").write_text(APP.format(line=line))
    return subprocess.run(
        [sys.executable, "app.py"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_number_that_json_cannot_hold_is_told_with_its_place(tmp_path: Path) -> None:
    done = run(tmp_path, 'Duration.seconds(float("nan"))')
    says = "a number that JSON cannot hold (NaN or infinity) was given to CDK"
    assert (done.returncode, done.stdout) == (2, "")
    assert f"whomay: app.py:9: {says}" in done.stderr.splitlines()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.py"]


def test_two_constructs_of_one_id_are_one_line_with_the_mend(tmp_path: Path) -> None:
    done = run(tmp_path, 'PrivateBucket(stack, "Shared")')
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "whomay: app.py:9: There is already a Construct with name 'Shared' in Stack2 [Stack]; give "
        "it an id of its own\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["deom"], "No such command 'deom'. Did you mean 'demo'?"),
        (["lab", "stat"], "No such command 'stat'. (Did you mean one of: 'start', 'status'?)"),
        (["can", "--asembly"], "No such option '--asembly'. Did you mean '--assembly'?"),
        (["can", "--assembly"], "Option '--assembly' requires an argument."),
        (["can"], "Missing argument 'PRINCIPAL'."),
    ],
)
def test_a_command_that_is_none_is_told_with_the_nearest(arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert done.output.splitlines()[-1] == f"Error: {says}"


@pytest.mark.parametrize("seconds", ["900000", "10", "abc"])
def test_a_session_of_no_length_that_aws_has_is_refused(seconds: str) -> None:
    done = CliRunner().invoke(main, ["profiles", "--duration", seconds])
    assert done.exit_code == 2
    assert re.search(r"^Error: Invalid value for '--duration': .*", done.output, re.MULTILINE)
    assert "Traceback" not in done.output


def test_a_closed_pipe_ends_the_command_quietly() -> None:
    whomay = Path(sys.executable).with_name("whomay")
    command = f"'{whomay}' --help | true"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("", "")
