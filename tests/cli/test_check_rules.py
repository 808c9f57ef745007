"""The command `whomay check` and the rules: for an app in any language, without CDK."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.assemblies import write_assembly
from support.rule_examples import EC2, role_trusting

from whomay.cli import lock_file, main
from whomay.engine import read
from whomay.engine.rules import acknowledged_findings

EVERYONE = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
ID = "AccessRules::trust-everyone[*]"
REASON = "The role reads a public data set, and nothing else is in that account"
STATED = {
    "Statement": "must_not_allow",
    "At": "app.py:4",
    "Scope": "S",
    "Principal": "S/Kept",
    "Actions": ["s3:*"],
    "Resources": ["*"],
    "Given": {},
}


def assembly(folder: Path, statement: dict[str, Any], **acknowledged: Any) -> Path:
    """Write an assembly with one role of this trust, a contract that is kept, an acknowledgement."""
    resources = {"Role": role_trusting(statement), "Kept": role_trusting(EC2)}
    write_assembly(folder, {"S": {"Resources": resources}})
    manifest = json.loads((folder / "manifest.json").read_text())
    metadata = {"/S": [{"type": "whomay:statement", "data": STATED}]}
    if acknowledged:
        metadata["/S/Role"] = [{"type": "whomay:acknowledged", "data": acknowledged}]
    manifest["artifacts"]["S"]["metadata"] = metadata
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "access.lock").write_text(lock_file.text_of(read(folder).snapshot))
    return folder


def check(folder: Path, *options: str) -> Result:
    """Check an assembly with its lock, which is beside it."""
    lock = ["--lock", str(folder / "access.lock")]
    return CliRunner().invoke(main, ["check", str(folder), *lock, *options])


def test_an_open_finding_fails_beside_a_contract_that_is_kept(tmp_path: Path) -> None:
    result = check(assembly(tmp_path, EVERYONE))
    assert result.exit_code == 1
    assert result.output.splitlines()[:5] == [
        f"S/Role: {ID}",
        "  every principal of every account is trusted to assume this role",
        (
            "  to fix it: Name the principals, or add StringEquals on aws:PrincipalOrgID to the same "
            "statement."
        ),
        "rules: 1 finding open, 0 acknowledged",
        f"{tmp_path}: 1 statements, 1 kept",
    ]


def test_an_acknowledged_finding_passes(tmp_path: Path) -> None:
    result = check(assembly(tmp_path, EVERYONE, id=ID, reason=REASON))
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == "rules: 0 findings open, 1 acknowledged"


NOT_LOCKED = (
    f"S/Role: the acknowledgement of {ID} does not count: access.lock does not have it as it is here, "
    "and the finding is grave; run `whomay lock`, and have the lock's owner review it"
)


@pytest.mark.parametrize("locked", [None, {"reason": f"{REASON} today"}, {"owner": "Eve"}])
def test_a_grave_finding_passes_only_if_the_lock_has_its_acknowledgement(
    tmp_path: Path, locked: dict[str, str] | None
) -> None:
    folder = assembly(tmp_path, EVERYONE, id=ID, reason=REASON)
    lock = folder / "access.lock"
    if locked is None:
        lock.unlink()
    else:
        other = assembly(tmp_path / "other", EVERYONE, id=ID, **{"reason": REASON, **locked})
        lock.write_text((other / "access.lock").read_text())

    result = check(folder)

    assert result.exit_code == 1
    assert NOT_LOCKED in result.output.splitlines()
    assert "rules: 1 finding open, 0 acknowledged" in result.output.splitlines()


def test_an_ordinary_finding_needs_no_lock(tmp_path: Path) -> None:
    own = {**EC2, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}
    found = "AccessRules::trust-own-account[arn:aws:iam::111122223333:root]"
    folder = assembly(tmp_path, own, id=found, reason=REASON)
    (folder / "access.lock").unlink()

    assert check(folder).exit_code == 0


def test_a_lock_that_cannot_be_read_is_bad_input(tmp_path: Path) -> None:
    folder = assembly(tmp_path, EVERYONE, id=ID, reason=REASON)
    (folder / "access.lock").write_text("version: 1\n<<<<<<< ours\n")

    assert check(folder).exit_code == 2


@pytest.mark.parametrize(
    ("statement", "acknowledged", "complaint"),
    [
        (EVERYONE, {"expires": "2020-01-31"}, "expired on 2020-01-31"),
        (EVERYONE, {"reason": " "}, "gives no reason: say why it is accepted"),
        (EVERYONE, {"reason": "x"}, "gives the reason 'x': say in 10 words or more, without a"),
        (EVERYONE, {"reason": f"TODO {REASON}"}, "gives the reason 'TODO "),
        (EC2, {}, f"no finding matches the acknowledgement {ID}"),
    ],
)
def test_an_acknowledgement_that_does_not_count_fails(
    statement: dict[str, Any], acknowledged: dict[str, str], complaint: str, tmp_path: Path
) -> None:
    record = {"id": ID, "reason": REASON, **acknowledged}
    result = check(assembly(tmp_path, statement, **record))
    assert result.exit_code == 1
    assert complaint in result.output


def test_the_day_decides_whether_an_acknowledgement_is_expired(tmp_path: Path) -> None:
    record = {"id": ID, "reason": REASON, "expires": "2027-03-31"}
    loaded = read(assembly(tmp_path, EVERYONE, **record))
    assert acknowledged_findings(loaded, date(2027, 3, 31)).clean
    assert not acknowledged_findings(loaded, date(2027, 4, 1)).clean


def test_json_holds_findings_with_their_acknowledgement(tmp_path: Path) -> None:
    record = {"id": ID, "reason": REASON, "owner": "Ada"}
    [finding] = json.loads(
        check(assembly(tmp_path, EVERYONE, **record), "--format", "json").output
    )["findings"]
    assert (finding["id"], finding["severity"], finding["path"]) == (ID, "error", "S/Role")
    assert finding["statement"] == {"policy": "trust policy", "index": 0}
    assert finding["acknowledged"] == {
        "at": "S/Role",
        "reason": REASON,
        "owner": "Ada",
        "expires": None,
    }


def test_sarif_needs_no_contract(tmp_path: Path) -> None:
    folder = write_assembly(tmp_path, {"S": {"Resources": {"Role": role_trusting(EVERYONE)}}})
    result = check(folder, "--format", "sarif")
    assert result.exit_code == 1
    [run] = json.loads(result.output)["runs"]
    assert [each["ruleId"] for each in run["results"]] == ["trust-everyone"]


def test_without_a_contract_the_findings_are_told_all_the_same(tmp_path: Path) -> None:
    folder = write_assembly(tmp_path, {"S": {"Resources": {"Role": role_trusting(EVERYONE)}}})
    result = check(folder)
    assert result.exit_code == 1
    assert result.output.splitlines()[0] == f"S/Role: {ID}"
    assert "no contract yet" in result.output


def test_control_characters_of_a_template_do_not_reach_the_terminal(tmp_path: Path) -> None:
    statement = EC2 | {"Principal": {"Service": "evil\x1b[31m.amazonaws.com"}}
    result = check(assembly(tmp_path, statement))
    assert result.exit_code == 1
    assert "\x1b" not in result.output


def several(folder: Path) -> Path:
    """Write an assembly with three open roles in one stack and one, with a warning, in another."""
    trust = {**EC2, "Principal": {"Service": "ssm.amazonaws.com"}}
    open_roles = {f"Role{number}": role_trusting(EVERYONE) for number in range(3)}
    templates = {"S": {"Resources": open_roles}, "T": {"Resources": {"Odd": role_trusting(trust)}}}
    return write_assembly(folder, templates)


def test_the_same_in_many_roles_is_told_once_and_the_worst_first(tmp_path: Path) -> None:
    lines = check(several(tmp_path)).output.splitlines()
    assert lines[0] == f"in 3 roles: {ID}"
    assert lines[3] == "  S/Role0, S/Role1, S/Role2"
    assert lines[4].startswith("T/Odd: AccessRules::")


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (["--severity", "error"], {"S/Role0", "S/Role1", "S/Role2"}),
        (["--rule", "service-source-account"], {"T/Odd"}),
        (["--path", "S/Role1"], {"S/Role1"}),
        (["--path", "T"], {"T/Odd"}),
        (["--path", "*/Role[12]", "--severity", "error"], {"S/Role1", "S/Role2"}),
        (["--path", "Elsewhere"], set()),
    ],
)
def test_a_filter_leaves_findings_out_and_counts_them(
    tmp_path: Path, options: list[str], kept: set[str]
) -> None:
    folder = several(tmp_path)
    whole = json.loads(check(folder, "--format", "json").stdout)
    done = check(folder, "--format", "json", *options)
    data = json.loads(done.stdout)
    assert {one["path"] for one in data["findings"]} == kept
    assert data["left_out"] == len(whole["findings"]) - len(data["findings"])
    assert done.exit_code == (1 if kept else 0)
    assert f"{data['left_out']} open findings left out" in check(folder, *options).output


def test_a_rule_that_is_none_is_refused_with_the_nearest(tmp_path: Path) -> None:
    done = check(several(tmp_path), "--rule", "trust-everbody")
    assert done.exit_code == 2
    assert "'trust-everbody' is no rule; did you mean trust-everyone?" in done.output
