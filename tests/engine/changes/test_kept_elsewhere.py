"""A value that Systems Manager keeps: the name of another one is a change that nobody can judge."""

from pathlib import Path

from support.small_templates import may, role, snapshot

from whomay.engine import Snapshot, diff, from_lock, to_lock


def app(folder: Path, kept_in: str) -> Snapshot:
    kept = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": kept_in}
    resources = {"R": role({**may("*"), "Action": {"Ref": "P"}})}
    return snapshot(folder, resources, Parameters={"P": kept})


def test_another_parameter_of_systems_manager_is_told(tmp_path: Path) -> None:
    old, new = app(tmp_path / "old", "/read"), app(tmp_path / "new", "/everything")
    for one, other in ((old, new), (from_lock(to_lock(old)), from_lock(to_lock(new)))):
        assert [each.change.value for each in diff(one, other)] == ["Unknown"]
    assert diff(from_lock(to_lock(new)), new) == []
