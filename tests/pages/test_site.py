"""The site of the docs: it builds without a broken link, and holds every page and public name."""

import importlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.checkout import ROOT

from scripts import docs_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, built elsewhere."""
    folder = tmp_path_factory.mktemp("docs")
    for name in ("constructs", "scripts"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "zensical.toml", folder)
    docs_site.collect(folder / docs_site.PAGES)
    code, said = docs_site.build(folder)
    assert code == 0, said
    return folder / "site"


def shown(site: Path) -> Iterator[Path]:
    yield from (file for file in site.rglob("index.html") if "assets" not in file.parts)


@pytest.mark.parametrize("module", docs_site.API)
def test_every_public_name_is_described(site: Path, module: str) -> None:
    page = (site / "api" / module.removeprefix("whomay.") / "index.html").read_text()
    described = set(re.findall(r'id="([\w.]+)"', page))
    names = importlib.import_module(module).__all__
    assert [
        name for name in names if not {f"{module}.{name}", f"{module}.{name}.{name}"} & described
    ] == []


def test_every_page_is_in_the_navigation(site: Path) -> None:
    listed = set(re.findall(r'"([\w/.-]+\.md)"', (ROOT / "zensical.toml").read_text()))
    pages = {str(file.relative_to(site).parent / "index.html") for file in shown(site)}
    assert len(pages) == len(listed)


def test_the_search_knows_the_lessons(site: Path) -> None:
    entries = json.loads((site / "search.json").read_text())["items"]
    assert {"course/3-keys/", "api/cdk/"} <= {
        entry["location"].partition("#")[0] for entry in entries
    }


def test_a_page_asks_no_other_host(site: Path) -> None:
    asked = re.compile(
        r'<(?:script|img|iframe)[^>]+src="(https?:[^"]+)|<link[^>]+stylesheet[^>]+href="(https?:[^"]+)'
    )
    assert [
        found.groups() for file in shown(site) for found in asked.finditer(file.read_text())
    ] == []


def test_a_broken_link_ends_the_build(tmp_path: Path) -> None:
    (tmp_path / "zensical.toml").write_text('[project]\nsite_name = "one"\ndocs_dir = "pages"\n')
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.md").write_text("# One\n\nSee [another](nowhere.md).\n")
    code, said = docs_site.build(tmp_path)
    assert code != 0
    assert "[another](nowhere.md)" in said
