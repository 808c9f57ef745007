"""Change the decisions of the engine in small ways, one at a time, and see whether a test notices.

    python scripts/mutation.py [--sample COUNT] [MODULE …]

Without modules, all of `MODULES`. With a sample, so many mutants of each module, always the same ones,
and without the tests of `SLOW`. mutmut is pinned and lives under `.venvs/`, where it works on a
copy; what survives is printed with its change. A mutant counts as killed when a test of `TESTS`
fails or hangs. Exit codes: 0 at least 90 % are killed, 1 fewer are, 2 mutmut could not be run.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".venvs" / "mutmut"
COPY = HOME / "copy"
PIN = "mutmut==3.8.1"
# The rooms of what decides and proves. A mistake in one of these modules is a false proof.
ROOMS = ("iam", "iam/patterns", "iam/facts", "engine/decisions", "engine/proof", "engine/contract")
MODULES = (
    *("iam/arn", "iam/callers", "iam/condition_operators", "iam/conditions", "iam/parse"),
    *("iam/policy_variables", "iam/value_kinds"),
    *(
        f"iam/patterns/{name}"
        for name in (
            *("action_patterns", "matching", "overlap", "pattern_sets", "symbol_matching"),
            *("symbols", "truth", "unknown_parts"),
        )
    ),
    *(
        f"iam/facts/{name}"
        for name in (
            "action_keys",
            "actions",
            "becoming",
            "condition_keys",
            "resource_control",
            "resource_types",
            "s3_keys",
        )
    ),
    *(
        f"engine/decisions/{name}"
        for name in (
            *(
                "asked_about",
                "compiled_statement",
                "decide",
                "deciding_layer",
                "derived_keys",
                "index",
                "judge",
                "many_accounts",
            ),
            *("layer", "layers_of_all", "object_keys", "outside", "perhaps", "reached", "request"),
            *(
                "naming",
                "resource_policies",
                "sent_keys",
                "session_keys",
                "telling_apart",
                "through",
                "unseen",
            ),
        )
    ),
    *(
        f"engine/proof/{name}"
        for name in (
            *("alias_view", "asked_resources", "bounds", "classes", "condition_values", "deciders"),
            *(
                "free_keys",
                "granting",
                "inclusion",
                "listed_trust",
                "other_ends",
                "outsiders",
                "owners",
            ),
            *("prove", "role_chains", "unknown_alike", "who_may"),
        )
    ),
    *("engine/contract/answers", "engine/contract/check", "engine/contract/walk"),
)
# The others of these rooms, each with the reason why no mutant of it could be a false proof.
LEFT_OUT = {
    "engine/contract/assumptions": "sentences for people",
    "engine/contract/contract": "writes statements down; a wrong one is refused or seen",
    "engine/contract/closed_world": "writes statements down; each is proved before it is kept",
    "engine/contract/contract_file": "reads statements, and answers none",
    "engine/contract/contract_schema": "words for editors",
    "engine/contract/file_names": "reads names; a wrong one is refused",
    "engine/contract/finding": "words for people",
    "engine/contract/yaml_words": "words for people",
    "engine/contract/mistakes": "refuses statements, and answers none",
    "engine/contract/statement": "a record",
    "engine/decisions/explain": "words for people",
    "engine/decisions/least_change": "proposes; each change is judged before it is told",
    "engine/proof/granted_actions": "lists for people; a contract does not ask it",
    "engine/proof/permissions": "lists for people; a contract does not ask it",
    "iam/arn_forms": "fills the parameters of calls; no decision reads it",
    "iam/content": "compares documents for the lock",
    "iam/facts/access_writing": "data of the rules",
    "iam/facts/api_calls": "words for people",
    "iam/facts/audit_actions": "a list of actions",
    "iam/facts/condition_key_table": "a table of AWS's data",
    "iam/facts/condition_key_types": "a table of AWS's data",
    "iam/facts/endpoint_services": "a table of AWS's data",
    "iam/facts/error_codes": "words for people",
    "iam/facts/limits": "data of the rules",
    "iam/facts/managed_policies": "reads AWS's own documents",
    "iam/facts/policy_carriers": "a table of CloudFormation's data",
    "iam/facts/resource_names": "a table of CloudFormation's data",
    "iam/facts/service_quotas": "quotas of AWS, for checks before a deployment",
    "iam/facts/service_principals": "a table of AWS's data",
    "iam/facts/token_claims": "a table of the providers' data",
    "iam/facts/trail_events": "a table of CloudTrail's data",
    "iam/named_principals": "says what AWS refuses, and decides nothing",
    "iam/patterns/code_points": "names of letters",
    "iam/policy": "records",
    "iam/policy_counts": "counts policies against quotas, and decides nothing",
    "iam/policy_sizes": "measures policies against quotas, and decides nothing",
    "iam/taken_back": "finds mistakes, and proves nothing",
    "iam/unique_json": "refuses documents, and decides nothing",
    "iam/written": "statements as data for people",
}
TESTS = ("tests/iam", "tests/engine/decisions", "tests/engine/proof", "tests/engine/contract")
# How fast it is says nothing of a mutant.
TIMED = "tests/engine/decisions/test_decide.py::test_ten_thousand_statements_are_decided"
# These take most of the time, and a sample's survivors are tried against them by hand.
SLOW = (
    "tests/engine/proof/test_random_systems.py",
    "tests/engine/proof/test_classes_brute_force.py",
    "tests/engine/proof/test_prove.py::test_the_closed_world_agrees_with_every_request_of_a_small_world",
)
# Tests of what the copy lacks: the second prover, and the app itself.
NOT_COPIED = ("lab", "cdk", "test_second_prover.py", "test_resource_names.py")
ENOUGH = 0.9
SETTINGS = """
[tool.mutmut]
source_paths = ["whomay/iam", "whomay/engine"]
only_mutate = {modules}
also_copy = ["whomay", "tests"]
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = {left_out}
timeout_constant = 60.0
use_git_change_detection = false
[tool.pytest.ini_options]
pythonpath = [".", "tests"]
addopts = "--import-mode=importlib"
"""
# A mutant runs in a fork of a process that has run the tests. Constants and caches of that run
# would hide it, so everything is imported anew. What runs at import counts as used by every test.
CONFTEST = """
import importlib, os, sys
import pytest

def pytest_configure():
    for name in [n for n in sys.modules if n.split(".")[0] == "whomay" or n.startswith("test_")]:
        del sys.modules[name]

@pytest.fixture(autouse=True)
def used_by_every_test():
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        importlib.reload(importlib.import_module("whomay.iam.condition_operators"))
"""


def main(arguments: list[str]) -> int:
    """Run mutmut on the modules, print what survives, and return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/mutation.py")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="iam/conditions, for example")
    parser.add_argument("--sample", type=int, metavar="COUNT", help="mutants of each module")
    wanted = parser.parse_args(arguments)
    modules = wanted.modules or list(MODULES)
    mutmut = set_up()
    copy(modules, TIMED if wanted.sample is None else (TIMED, *SLOW))
    environment = os.environ | {"CI": "true"}  # Hypothesis: the same examples each time, untimed
    chosen: list[str] = []
    if wanted.sample is not None:
        # No mutant has this name: it makes them all, and finds which test uses which function.
        subprocess.run([mutmut, "run", "none"], cwd=COPY, env=environment, check=False)
        chosen = list(sample(results(mutmut), wanted.sample))
    subprocess.run([mutmut, "run", *chosen], cwd=COPY, env=environment, check=False)
    states = {name: state for name, state in results(mutmut).items() if state != "not checked"}
    if not states:
        sys.stderr.write("mutation: mutmut found nothing to change\n")
        return 2
    for name in (name for name, state in states.items() if state == "survived"):
        shown = subprocess.run(
            [mutmut, "show", name], cwd=COPY, capture_output=True, text=True, check=False
        )
        changed = re.findall(r"^[-+](?![-+]).*$", shown.stdout, re.MULTILINE)
        print("\n".join([f"survived: {name}", *changed]))
    counts = Counter(states.values())
    killed = counts["killed"] + counts["timeout"]
    print(f"{killed} of {len(states)} mutants killed ({killed / len(states):.1%}): {dict(counts)}")
    return 0 if killed >= ENOUGH * len(states) else 1


def results(mutmut: Path) -> dict[str, str]:
    """Return what became of each mutant, by its name."""
    done = subprocess.run(
        [mutmut, "results", "--all", "true"], cwd=COPY, capture_output=True, text=True, check=False
    )
    return dict(re.findall(r"^\s*(\S+): (.+)$", done.stdout, re.MULTILINE))


def sample(mutants: Iterable[str], count: int) -> Iterable[str]:
    """Yield so many mutants of each module, of functions that some test uses."""
    used = json.loads((COPY / "mutants" / "mutmut-stats.json").read_text())
    by_module: defaultdict[str, list[str]] = defaultdict(list)
    for name in mutants:
        if used["tests_by_mangled_function_name"].get(name.rpartition("__mutmut_")[0]):
            by_module[re.split(r"\.x_|\.xǁ", name)[0]].append(name)
    random = Random(0)  # noqa: S311 - it chooses examples, not secrets
    for found in by_module.values():
        yield from random.sample(sorted(found), min(count, len(found)))


def set_up() -> Path:
    """Make mutmut's environment unless its pin is there; the rest it takes from the project's."""
    ready = HOME / "pins"
    if not ready.is_file() or ready.read_text() != PIN:
        venv.create(HOME, with_pip=True, clear=True)
        pip = [str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", PIN]
        if subprocess.run(pip, check=False).returncode:
            sys.exit(2)
        [packages] = HOME.glob("lib/python*/site-packages")
        (packages / "project.pth").write_text(sysconfig.get_path("purelib"))
        ready.write_text(PIN)
    return HOME / "bin" / "mutmut"


def copy(modules: list[str], left_out: Iterable[str]) -> None:
    """Lay out a fresh copy of the package and of the tests that judge a mutant."""
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(ROOT / "constructs" / "whomay", COPY / "whomay")
    shutil.copytree(ROOT / "tests", COPY / "tests", ignore=shutil.ignore_patterns(*NOT_COPIED))
    for test in (COPY / "tests").rglob("test_*.py"):  # each mutant that lives sits through them all
        test.write_text(re.sub(r"max_examples=\d+", "max_examples=30", test.read_text()))
    files = [f"whomay/{module}.py" for module in modules]
    for file in files:  # mutmut leaves alone what is decorated, and a cache would hide a change
        text = (ROOT / "constructs" / file).read_text()
        (COPY / file).write_text(
            re.sub(r"^ *@(lru_cache\(.*\)|cache)\n", "", text, flags=re.MULTILINE)
        )
    deselected = [each for test in left_out for each in ("--deselect", test)]
    settings = SETTINGS.format(modules=files, tests=list(TESTS), left_out=deselected)
    (COPY / "pyproject.toml").write_text(settings.replace("'", '"'))
    (COPY / "tests" / "conftest.py").write_text(CONFTEST)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
