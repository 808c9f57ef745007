"""The rooms of the tests: each mirrors one of the package, and costs no more than it needs."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.commands import WHOMAY

TESTS = ROOT / "tests"
PACKAGE = ROOT / "constructs" / "whomay"
# what a test of IAM or the engine has no use for: CDK, the lab, AWS's SDK, and our rooms above
HEAVY = (
    *("aws_cdk", "boto3", "constructs", "jsii", "ministack"),
    *("whomay.cdk", "whomay.cli", "whomay.lab", "whomay.live", "whomay.report"),
)
LOADED = """
import json, sys, pytest
pytest.main(sys.argv[1:])
print(json.dumps(sorted(sys.modules)))
"""


def heavy_modules(*arguments: str) -> list[str]:
    """Run pytest in a process of its own, and return what it has loaded of the heavy packages."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    modules: list[str] = json.loads(done.stdout.splitlines()[-1])
    assert "pytest" in modules
    return [name for name in modules if name in HEAVY]


def test_tests_of_iam_and_the_engine_load_neither_cdk_nor_the_lab() -> None:
    apps = f"--ignore={TESTS / 'engine' / 'cdk_apps'}"
    assert heavy_modules("--collect-only", apps, "tests/iam", "tests/engine") == []
    assert heavy_modules("tests/engine/contract/test_not_kept.py") == []


def test_the_plugin_loads_no_engine_before_a_test_uses_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, whomay.testing; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    ours = [name for name in done.stdout.split() if name.startswith("whomay")]
    assert sorted(ours) == ["whomay", "whomay.testing"]


def test_a_test_of_the_constructs_loads_cdk() -> None:
    assert "aws_cdk" in heavy_modules("--collect-only", "tests/cdk/test_public_api.py")


def test_every_room_of_the_tests_is_a_room_of_the_package() -> None:
    beside_the_package = {"app", "pages", "support", "cases", "engine/cdk_apps"}
    rooms = {file.parent.relative_to(TESTS) for file in TESTS.rglob("test_*.py")}
    assert {room.as_posix() for room in rooms if not (PACKAGE / room).is_dir()} <= (
        beside_the_package
    )


def test_no_test_file_imports_another() -> None:
    for file in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if ".test_" in f".{name}"], file


def test_a_lab_is_started_by_marked_tests_alone(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"mark it with pytest\.mark\.lab"):
        subprocess.run([WHOMAY, "lab", "start", "--state", str(tmp_path / "lab")], check=True)
    assert list(tmp_path.iterdir()) == []
