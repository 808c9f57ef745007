"""Builds the docs as one site: its pages are the repository's own, plus the API from the docstrings.

The pages link to each other and to files of the repository as GitHub needs it. In the site a link to a
file that is no page leads to the repository. A link that leads nowhere ends the build.
"""

import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
REPOSITORY: Final = "https://github.com/whomay/whomay/blob/main/"
# Pages that lie beside `docs`, and where they are in the site.
BESIDE: Final = {
    "README.md": "index.md",
    "constructs/README.md": "constructs.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
API: Final = {
    "whomay.cdk": "The constructs",
    "whomay.engine": "The engine",
    "whomay.testing": "The pytest plugin",
}
PAGES: Final = ".site"  # as zensical.toml has it
_STYLE: Final = re.compile(r"\x1b\[[0-9;]*m")
_LINK: Final = re.compile(r"(\]\()(?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]+)?(\))")


def collect(pages: Path) -> None:
    """Copy every page into a folder, its links as the site needs them, and add the API's pages."""
    shutil.rmtree(pages, ignore_errors=True)
    places = {ROOT / source: Path(page) for source, page in BESIDE.items()}
    for file in sorted((ROOT / "docs").rglob("*")):
        if file.is_file():
            places[file] = file.relative_to(ROOT / "docs")
    for source, page in places.items():
        target = pages / page
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix != ".md":
            shutil.copyfile(source, target)
            continue
        link = partial(_in_site, source=source, page=page, places=places)
        target.write_text(_LINK.sub(link, source.read_text()))
    for module, title in API.items():
        page = pages / "api" / f"{module.removeprefix('whomay.')}.md"
        page.parent.mkdir(exist_ok=True)
        page.write_text(f"# {title}: `{module}`\n\n::: {module}\n{_hidden(module)}")


def _hidden(module: str) -> str:
    """Return directives for the names that griffe takes for the module of the same name."""
    folder = ROOT / "constructs" / module.replace(".", "/")
    names = re.findall(r'^    "(\w+)",$', (folder / "__init__.py").read_text(), re.MULTILINE)
    heading = "    options: {show_root_heading: true, show_root_toc_entry: true}\n"
    return "".join(
        f"\n::: {module}.{name}.{name}\n{heading}"
        for name in names
        if (folder / f"{name}.py").exists()
    )


def _in_site(link: re.Match[str], *, source: Path, page: Path, places: dict[Path, Path]) -> str:
    """Return a link as the site needs it: to a page of the site, or else to the repository."""
    opening, path, anchor, closing = link.groups(default="")
    target = Path(os.path.normpath(source.parent / path))
    if target in places:
        return f"{opening}{os.path.relpath(places[target], page.parent)}{anchor}{closing}"
    if target.exists():
        return f"{opening}{REPOSITORY}{target.relative_to(ROOT)}{anchor}{closing}"
    return link[0]


def build(folder: Path) -> tuple[int, str]:
    """Build the site of a folder with `zensical.toml` and pages: exit code, and what was said.

    The code is not 0 where a link is broken.
    """
    zensical = Path(sys.executable).with_name("zensical")
    done = subprocess.run(
        [str(zensical), "build", "--strict", "--clean"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, _STYLE.sub("", done.stdout).partition("Traceback")[0]


def main() -> int:
    """Build the repository's site, and say where it is; return the exit code."""
    collect(ROOT / PAGES)
    code, said = build(ROOT)
    print(said if code else "The site is built: site/index.html")
    return code


if __name__ == "__main__":
    sys.exit(main())
