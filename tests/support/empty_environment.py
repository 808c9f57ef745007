"""An empty environment in which the package is installed as from an index, but without a network.

pip installs the wheel. What its metadata asks for, and what that asks for in turn, is linked from this
environment, and nothing else. So a requirement that the metadata lacks is missing there too.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from importlib.util import cache_from_source
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.checkout import ROOT
from support.commands import LONG


@dataclass(frozen=True)
class Environment:
    """A virtual environment of its own, without pip."""

    folder: Path

    def run(self, *command: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a program of the environment to its end, with no other program of this one in reach."""
        program = self.folder / "bin" / command[0]
        return subprocess.run(
            [program, *command[1:]],
            cwd=cwd or self.folder,
            env={
                "PATH": f"{self.folder / 'bin'}:{os.defpath}",
                "HOME": str(Path.home()),  # jsii unpacks CDK there, once
                "COLUMNS": "100",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=LONG,
        )


def built_sdist(folder: Path) -> Path:
    """Return the sdist, made by the build backend that pyproject.toml names."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory"]
    subprocess.run(
        [*build, folder], cwd=ROOT / "constructs", check=True, capture_output=True, timeout=LONG
    )
    [made] = folder.iterdir()
    return made


def built_wheel(folder: Path, sdist: Path) -> Path:
    """Return the wheel, made from the sdist as `python -m build` makes it."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps"]
    subprocess.run(
        [*pip, "--no-build-isolation", "--wheel-dir", folder, sdist],
        check=True,
        capture_output=True,
        timeout=LONG,
    )
    [made] = folder.iterdir()
    return made


def with_wheel(folder: Path, wheel: Path, *extras: str, also: Sequence[str] = ()) -> Environment:
    """Return an empty environment with the wheel, and what its metadata asks for with these extras.

    `also` names further distributions, which are linked with what they ask for.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install"]
    subprocess.run(
        [*pip, "--quiet", "--no-index", "--no-deps", "--no-compile", wheel],
        check=True,
        timeout=LONG,
    )
    [packages] = (folder / "lib").glob("python*/site-packages")
    [metadata] = packages.glob("whomay-*.dist-info")
    wanted = [*_needed(Distribution.at(metadata), extras)]
    for found in map(distribution, also):
        wanted += [found, *_needed(found, ())]
    for found in wanted:
        _link(found, packages)
    return Environment(folder)


def _needed(of: Distribution, extras: Iterable[str]) -> Iterator[Distribution]:
    """Yield each distribution that the metadata asks for, directly or through another."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(of, frozenset(extras))]
    while waiting:
        each, chosen = waiting.pop()
        for text in each.requires or ():
            asked = Requirement(text)
            if asked.marker and not any(
                asked.marker.evaluate({"extra": extra}) for extra in ("", *chosen)
            ):
                continue
            key = canonicalize_name(asked.name), frozenset(asked.extras)
            if key in seen:
                continue
            seen.add(key)
            found = distribution(asked.name)
            assert found.version in asked.specifier, f"{asked.name}: {found.version} is not {asked}"
            waiting.append((found, key[1]))
            yield found


def _link(found: Distribution, packages: Path) -> None:
    """Link the files of a distribution; those outside the packages are programs."""
    for file in found.files or ():
        outside = file.parts[0] == ".."
        target = packages.parents[2] / "bin" / file.name if outside else packages / file
        if target.exists() or (outside and file.parts[-2] != "bin"):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        source = Path(str(found.locate_file(file)))
        if file.suffix == ".py" and (compiled := Path(cache_from_source(str(source)))).exists():
            (target.parent / "__pycache__").mkdir(exist_ok=True)
            _link_file(compiled, target.parent / "__pycache__" / compiled.name)
        if outside and (text := source.read_bytes()).startswith(b"#!"):
            own = f"#!{packages.parents[2] / 'bin' / 'python'}\n".encode()
            target.write_bytes(own + text.partition(b"\n")[2])
            target.chmod(0o755)
        else:
            _link_file(source, target)


def _link_file(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
