"""Templates in YAML: what would end the process is refused before it is read."""

import pytest

from whomay.engine.templates.yaml_text import loads
from whomay.iam.unique_json import AmbiguousError


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 200_000 + "x"])
def test_a_template_of_very_many_levels_is_refused(text: str) -> None:
    with pytest.raises(AmbiguousError, match="nested too deeply"):
        loads(text)
