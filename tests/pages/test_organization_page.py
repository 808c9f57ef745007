"""The page of the organization file: its example is read, and its mistake is told as printed."""

import json
import re
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.organization_file import denying, only_from_the_organization

from whomay.engine.organization import OrganizationError, read_organization

PAGE = (ROOT / "docs" / "reference" / "organization.md").read_text()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write the example of the page, with the policies that it names."""
    [example] = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "policies").mkdir()
    for name in ("region-lock", "sandbox"):
        (tmp_path / "policies" / f"{name}.json").write_text(json.dumps(denying("ec2:*")))
    perimeter = tmp_path / "policies" / "only-our-organization.json"
    perimeter.write_text(json.dumps(only_from_the_organization("s3:*")))
    found = tmp_path / "organization.yaml"
    found.write_text(example)
    return found


def test_the_example_of_the_page_is_read(file: Path) -> None:
    found = read_organization(file)
    assert [len(levels) for levels in found.accounts.values()] == [4, 3]
    assert found.path_of("111122223333") == (
        "o-a1b2c3d4e5/r-a1b2/ou-a1b2-11112222/ou-a1b2-33334444/"
    )


def test_a_mistake_is_told_as_the_page_prints_it(file: Path) -> None:
    file.write_text(file.read_text().replace('": Production', '": Produktion'))
    with pytest.raises(OrganizationError) as raised:
        read_organization(file)
    assert f"\nError: {str(raised.value).removeprefix(f'{file.parent}/')}\n" in PAGE
