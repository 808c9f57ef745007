"""`make quick` runs the tests of the rooms that are touched, and no others."""

import pytest

from scripts import quick

HERE = "tests/app/test_quick.py"  # it names all of them


def rooms_of(*paths: str) -> set[str]:
    return {*quick.tests_of(paths)} - {HERE}


@pytest.mark.parametrize(
    ("path", "rooms"),
    [
        ("constructs/whomay/engine/contract/answers.py", {"tests/engine/contract"}),
        ("constructs/whomay/iam/facts/limits.py", {"tests/iam"}),
        ("constructs/whomay/engine/rules/trust/trust_everyone.py", {"tests/engine/rules"}),
        ("constructs/whomay/engine/snapshot.py", {"tests/engine"}),
        ("tests/iam/test_parse.py", {"tests/iam/test_parse.py"}),
        ("tests/iam/test_that_is_gone.py", set()),
        ("tests/lab/conftest.py", {"tests/lab"}),
        ("docs/guides/profiles.md", {"tests/pages"}),
        ("README.md", {"tests/pages"}),
        (
            ".github/workflows/access.yml",
            {"tests/app/test_access_workflow.py", "tests/app/test_action.py"},
        ),
        (
            "stacks/audit.py",
            {"tests/cdk/audit/test_audit.py", "tests/cdk/audit/test_queries.py"},
        ),
    ],
)
def test_a_path_has_its_tests(path: str, rooms: set[str]) -> None:
    assert rooms_of(path) == rooms


def test_each_room_is_named_once() -> None:
    assert quick.tests_of(f"constructs/whomay/live/{name}.py" for name in ("keys", "trail")) == [
        "tests/live"
    ]


def test_a_helper_leads_to_the_tests_that_import_it() -> None:
    assert "tests/iam/test_conditions.py" in rooms_of("tests/support/one_condition.py")


def test_a_helper_of_a_helper_leads_to_its_tests() -> None:
    assert "tests/engine/test_cases.py" in rooms_of("tests/cases/own_decisions.jsonl")
