"""What the page of peers says of whomay is so today; changes are called what they do."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.assemblies import write_assembly
from support.checkout import ROOT
from support.rule_examples import found_in

from benchmarks.peers.changes import Change, changes
from benchmarks.peers.mistakes import Mistake, mistakes
from whomay.cli import main

PAGE = (ROOT / "docs" / "reference" / "peers.md").read_text()
# What is no part of the mistake, and no mistake here.
ALSO = {
    "changing the code of a function that is an administrator": {"administrator"},
    "a secret access key in an output": {"access-key"},
}


def row(name: str) -> list[str]:
    """The cells of the page beside that name."""
    [line] = [line for line in PAGE.splitlines() if line.startswith(f"| {name} |")]
    return [cell.strip() for cell in line.split("|")[2:-1]]


def test_the_readme_counts_what_was_given() -> None:
    counted = f"{len(changes())} such changes and {len(mistakes())} mistakes"
    assert counted in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("mistake", mistakes(), ids=lambda one: one.name)
def test_the_page_says_what_whomay_sees(mistake: Mistake, tmp_path: Path) -> None:
    bad, good = (
        {one.rule.id for one in found_in(tmp_path / name, template)}
        for name, template in (("bad", mistake.bad), ("good", mistake.good))
    )
    assert good == ALSO.get(mistake.name, set())
    seen = sorted(bad - good)
    more = f" +{len(seen) - 1}" if seen[1:] else ""
    assert row(mistake.name)[-1] == (f"`{seen[0]}`{more}" if seen else "")


def test_the_gate_of_a_synth_names_every_mistake_and_whomay_alone_nearly_all() -> None:
    told = {one.name: row(one.name) for one in mistakes()}
    assert [name for name, cells in told.items() if not (cells[0] or cells[-1])] == []
    assert sum(bool(cells[-1]) for cells in told.values()) >= 40  # of 46 at least


@pytest.mark.parametrize("change", changes(), ids=lambda one: one.name)
def test_a_change_is_called_what_it_does(change: Change, tmp_path: Path) -> None:
    sides = [
        str(write_assembly(tmp_path / name, {"S": template}))
        for name, template in (("before", change.before), ("after", change.after))
    ]
    done = CliRunner().invoke(main, ["diff", *sides, "--format", "json"])
    assert done.exit_code == (1 if change.should_fail else 0)
    found = json.loads(done.stdout)
    words = {one["change"] for one in found} or {"same"}
    assert change.effect in words <= {change.effect, "narrower"}
    assert all(one["witness"] for one in found)
    assert row(change.name)[-1] == f"{done.exit_code}: {', '.join(sorted(words))}"


def test_a_rename_is_said(tmp_path: Path) -> None:
    [renamed] = [one for one in changes() if one.name.startswith("a construct renamed")]
    sides = [
        str(write_assembly(tmp_path / name, {"S": template}))
        for name, template in (("before", renamed.before), ("after", renamed.after))
    ]
    done = CliRunner().invoke(main, ["diff", *sides])
    assert (done.exit_code, "renamed: S/Old is now S/New" in done.output) == (0, True)
