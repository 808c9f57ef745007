"""Private code points: one module names them, each of its own."""

import re
from pathlib import Path

import whomay
from whomay.iam.patterns import code_points

PACKAGE = Path(whomay.__path__[0])


def test_no_other_module_writes_a_private_code_point() -> None:
    written = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\\u[eE][0-9a-fA-F]{3}|[\ue000-\uf8ff]", path.read_text("utf-8"))
    }
    assert written == {"iam/patterns/code_points.py"}


def test_no_two_meanings_share_a_code_point() -> None:
    named = [
        value
        for name, value in vars(code_points).items()
        if name[0].isupper() and isinstance(value, str)
    ]
    assert len(named) == 8
    assert len(set(named)) == len(named)
    assert all("\ue000" <= value <= "\uf8ff" for value in named)
