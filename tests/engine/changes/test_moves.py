"""A principal that moves to another stack, or changes its name: who may do more by it is told."""

from pathlib import Path
from typing import Any

import pytest
from support.assemblies import write_assembly
from support.small_templates import may, role

from whomay.engine import Snapshot, diff, from_lock, read, to_lock

ALL, READ = may("*"), may("s3:GetObject")


def named(name: str, statement: dict[str, Any]) -> dict[str, Any]:
    made = role(statement)
    return {**made, "Properties": {**made["Properties"], "RoleName": name}}


def locked(folder: Path, stacks: dict[str, dict[str, Any]]) -> Snapshot:
    templates = {name: {"Resources": resources} for name, resources in stacks.items()}
    return from_lock(to_lock(read(write_assembly(folder, templates)).snapshot))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            {"S": {"R": role(ALL)}, "T": {"X": role(READ)}},
            {"S": {"Y": role(READ)}, "T": {"X": role(READ), "R": role(ALL)}},
            {("S/R", "narrower"), ("S/Y", "wider"), ("T/R", "wider")},
        ),
        (
            {"S": {"A": named("a", ALL), "B": named("b", READ)}},
            {"S": {"A": named("b", ALL), "B": named("a", READ)}},
            {("S/A", "wider"), ("S/B", "narrower")},
        ),
        (
            {"S": {"A": named("a", ALL)}},
            {"S": {"B": named("a", ALL)}},
            set(),
        ),
    ],
)
def test_a_move_is_told_by_who_may_do_more(
    tmp_path: Path, before: Any, after: Any, told: set[tuple[str, str]]
) -> None:
    found = diff(locked(tmp_path / "old", before), locked(tmp_path / "new", after))

    assert {(each.principal, str(each.change)) for each in found} == told
