"""What a template makes on a condition alone."""

from pathlib import Path

import pytest
from support.assemblies import role, write_assembly
from support.template_of_functions import BASE

from whomay.engine.templates.assembly import read


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("No", []), ("Yes", ["S/Extra"]), ("Maybe", ["S/Extra"])],
)
def test_a_role_that_is_not_made_is_no_principal(
    tmp_path: Path, condition: str, expected: list[str]
) -> None:
    extra = {**role(), "Condition": condition}
    write_assembly(tmp_path, {"S": {**BASE, "Resources": {"Extra": extra}}})

    assert [each.path for each in read(tmp_path).snapshot.principals] == expected
