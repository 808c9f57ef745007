"""CONTRIBUTING.md names files that exist and commands that run; the hooks are the parts of `make quick`."""

import re
import subprocess

import yaml
from support.checkout import ROOT

from scripts.quick import CHECKS

PAGE = (ROOT / "CONTRIBUTING.md").read_text()
OWN = re.compile(r"your_\w+\.py$")  # the file that the reader writes


def test_every_file_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`((?:constructs|tests|docs)/[\w/.]+)`", PAGE))
    assert len(named) >= 4
    for name in named:
        assert (ROOT / OWN.sub("", name)).exists(), name


def test_every_walk_has_its_files_and_its_command() -> None:
    walks = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    assert [walk.partition("\n")[0] for walk in walks] == [
        "Add a rule",
        "Add an access",
        "Add a condition operator",
        "Add a resource type",
        "Add a probe",
        "Change a lesson",
    ]
    for walk in walks:
        assert re.search(r"\]\((constructs|docs)/", walk)
        [commands] = re.findall(r"```sh\n(.*?)```", walk, re.DOTALL)
        tests = re.findall(r"tests/[\w/.]+", commands)
        assert tests
        assert [test for test in tests if not (ROOT / test).exists()] == []


def test_the_modules_that_write_a_page_are_there() -> None:
    modules = re.findall(r"python -m (whomay\.[\w.]+)", PAGE)
    assert modules
    for module in modules:
        assert (ROOT / "constructs" / f"{module.replace('.', '/')}.py").is_file()


def test_every_make_verb_of_the_page_exists() -> None:
    for verb in set(re.findall(r"`make ([a-z]+)`", PAGE)):
        subprocess.run(["make", "--dry-run", verb], cwd=ROOT, check=True, capture_output=True)


def test_the_hooks_of_a_commit_are_the_checks_of_make_quick() -> None:
    [repository] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local"
    assert [(hook["name"], hook["entry"]) for hook in repository["hooks"]] == [
        (name, f".venv/bin/{' '.join(command)}") for name, command in CHECKS
    ]
