"""The one table of exit codes, held against those that the package has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from support.checkout import ROOT

from whomay.cli.inputs import BAD_INPUT, BROKEN, HOLDS, UNKNOWN
from whomay.lab.signals import BY_SIGNAL, ENDING

PACKAGE = ROOT / "constructs" / "whomay"
PAGE = ROOT / "docs" / "guides" / "workstation.md"


def in_the_table() -> set[int]:
    section = PAGE.read_text().partition("exit codes mean\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([\d, ]+) \|", section, re.MULTILINE)
    return {int(code) for row in rows for code in row.split(",")}


def written(tree: ast.AST) -> Iterator[int]:
    """Yield the numbers that a module exits with, or gives an error to exit with."""
    for node in ast.walk(tree):
        value: ast.expr | None = None
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(each, ast.Name) and each.id == "exit_code" for each in targets):
                value = node.value
        elif isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name in ("exit", "_exit") or ast.unparse(node.func) == "SystemExit":
                value = node.args[0]
        if isinstance(value, ast.Constant) and isinstance(value.value, int):
            yield value.value


def of_the_commands() -> set[int]:
    files = [path for path in sorted(PACKAGE.rglob("*.py")) if "server" not in Path(path).parts]
    return {code for path in files for code in written(ast.parse(path.read_text()))}


def test_the_table_has_every_code_and_no_other() -> None:
    by_name = {HOLDS, BROKEN, BAD_INPUT, UNKNOWN}
    by_signal = {BY_SIGNAL + number for number in ENDING}
    assert in_the_table() == by_name | by_signal | of_the_commands()
    assert {1, 2, 3, 75} <= of_the_commands()
