"""What a reviewer reads of a change: every kind of request, by principal and statement, in every format."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.changes import BUCKET, READ, document, may, role
from support.small_templates import role as template_role

from whomay.cli import main
from whomay.engine import diff
from whomay.engine.snapshot import Resource, Snapshot
from whomay.iam.facts.actions import actions_of
from whomay.report.differences import as_data, as_markdown, as_text
from whomay.report.markdown import within_summary

ADDED = ("s3:PutObject", "s3:DeleteObject", "iam:PassRole", "sts:AssumeRole")


def told(*sides: Snapshot) -> tuple[str, str, list[dict[str, Any]]]:
    found = diff(*sides)
    data = json.loads(json.dumps([as_data(one) for one in found]))
    return as_text(found, []), as_markdown(found, []), data


def test_every_action_that_came_is_in_every_format() -> None:
    old, new = role("R", may("s3:GetObject")), role("R", may("s3:GetObject", *ADDED))
    text, markdown, data = told(Snapshot((old,)), Snapshot((new,)))
    (change,) = data
    (by,) = change["by_statement"]
    assert {each["action"] for each in by["requests"]} == set(ADDED)
    assert by["other_side"]["says"] == "Allow s3:GetObject on *"
    listed = [line for line in text.splitlines() if line.startswith("    ")]
    assert listed[0] == "    before: s3:GetObject"
    for action in ADDED:
        assert any(action in line for line in listed), action
        assert action in markdown


def test_a_changed_condition_shows_both_values() -> None:
    def within(address: str) -> Snapshot:
        condition = {"IpAddress": {"aws:SourceIp": address}}
        return Snapshot((role("R", {**READ, "Condition": condition}),))

    text, markdown, _ = told(within("10.0.0.0/16"), within("10.1.0.0/16"))
    for line in (
        "before: aws:SourceIp IpAddress 10.0.0.0/16",
        "now: aws:SourceIp IpAddress 10.1.0.0/16",
    ):
        assert f"    {line}" in text.splitlines()
        assert f"  - `` {line} ``" in markdown.splitlines()
    assert "aws:sourceip=10.1.0.0" in text


def test_a_new_role_is_one_entry_with_what_it_may_and_who_may_become_it() -> None:
    other = role("Other", READ)
    new = role("R", READ, may("sqs:SendMessage"))
    text, _, (change,) = told(Snapshot((other,)), Snapshot((other, new)))
    assert text.splitlines()[0] == "wider: Stack/R"
    assert text.splitlines()[-1] == "1 wider"
    assert "ec2.amazonaws.com may become it" in change["text"]
    said = [each["statement"]["says"] for each in change["by_statement"]]
    assert sorted(said) == [
        "Allow ec2.amazonaws.com: sts:AssumeRole",
        f"Allow s3:GetObject on {BUCKET}/*",
        "Allow sqs:SendMessage on *",
    ]


def test_callers_that_stand_for_all_of_a_kind_are_called_so() -> None:
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    queue = Resource("arn:aws:sqs:eu-west-1:1:q", "AWS::SQS::Queue", "1", "eu-west-1", "S/Q")
    public = replace(queue, policy=document(everybody))
    text, markdown, data = told(Snapshot((role("R"),), (queue,)), Snapshot((role("R"),), (public,)))
    assert "any service of AWS" in text
    for each in (text, markdown, json.dumps(data)):
        assert "unlisted" not in each
        assert "idp.example.com" not in each


def test_the_order_in_which_a_side_lists_actions_is_no_cause() -> None:
    old = role("R", may("s3:GetObject", "s3:PutObject", on=f"{BUCKET}/*"))
    new = role("R", may("s3:PutObject", "s3:GetObject", on=f"{BUCKET}/*"), may("sqs:SendMessage"))
    _, _, (change,) = told(Snapshot((old,)), Snapshot((new,)))
    assert [each["statement"]["says"] for each in change["by_statement"]] == [
        "Allow sqs:SendMessage on *"
    ]


def test_a_long_list_is_cut_for_people_and_whole_in_json() -> None:
    actions = sorted(actions_of("s3"))[:14]
    text, _, (change,) = told(Snapshot((role("R"),)), Snapshot((role("R", may(*actions)),)))
    assert f"{actions[7]}, 6 more on *" in text
    assert f"{actions[13]} on *" in change["by_statement"][0]["statement"]["says"]


def test_colour_is_for_terminals_that_want_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides = [tmp_path / name for name in ("old.json", "new.json")]
    for side, resources in zip(sides, ({}, {"R": template_role(READ)}), strict=True):
        side.write_text(json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}, **resources}}))

    def first_word() -> str:
        shown = CliRunner().invoke(main, ["diff", *map(str, sides)], color=True)
        return shown.output.partition(":")[0]

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert first_word() == "\x1b[31m\x1b[1mwider\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert first_word() == "wider"


def test_a_summary_takes_whole_lines_and_counts_the_rest() -> None:
    text = within_summary(["x" * 399_999] * 4)
    assert len(text) < 2**20
    assert text.splitlines()[1:] == [
        "x" * 399_999,
        "",
        "2 more lines are left out: a job summary takes 1 MiB",
    ]
