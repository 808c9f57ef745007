"""Tests that a table or a page names, as `room/file.py::test_name`: whether they are there."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]


@cache
def tests_in(file: str) -> frozenset[str]:
    """The names of the tests of a file, none when there is no such file."""
    path = TESTS / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text())
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def missing(names: Iterable[str]) -> list[str]:
    """Those of the names that name no test."""
    return [
        name for name in names if name.partition("::")[2] not in tests_in(name.partition("::")[0])
    ]
