"""A mistake in the context, whoever finds it, ends app.py with one line and code 2, and no stack.

What the section itself finds is in test_accounts.py; here are one of each kind, and what stacks find.
"""

import copy
import runpy
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from support.accounts_section import WHOLE, changed
from support.checkout import CONTEXT, ROOT

MISTAKES: dict[str, tuple[Any, str]] = {
    "no JSON": ("{", "accounts: got '{'"),
    "an id as a number": (changed("spokes.production.id", 333333333333), "got int 333333333333"),
    "own account as a third party": (
        changed("third_parties.auditor.id", "333333333333"),
        "accounts.third_parties.auditor.id: got '333333333333'",
    ),
    "a role that no spoke has": (
        changed("hub.people.alice.roles", ["Admin"]),
        "roles: got 'Admin'; allowed is some of Reader, Writer",
    ),
    "any environment of GitHub": (changed("github.environment", "*"), "environment: got '*'"),
    "one of two numbers": (changed("github.owner_id", None), "owner_id"),
    "an external id that is too short": (
        changed("third_parties.auditor.external_id", "x"),
        "external_id: got 'x'",
    ),
}
AUDIT: dict[str, tuple[Any, str]] = {
    "a forwarder at home": ({"regions": ["us-east-1"]}, "audit.regions: got 'us-east-1'"),
    "no address": ({"notify": ["security"]}, "notify: got 'security'"),
}
GIVEN = {name: ("accounts", *one) for name, one in MISTAKES.items()}
GIVEN |= {name: ("audit", *one) for name, one in AUDIT.items()}
GIVEN["a switch that is neither on nor off"] = ("mfa", "yes", "mfa: got 'yes'; allowed is true or")

MISNAMED = {
    "acounts": {"hub": {}},
    "Accounts": '{"hub": {}}',
    "audits": {"notify": []},
    "pack": ["HIPAA.Security"],
}
GIVEN |= {
    f"{name} for a key that is read": (name, value, f"context: got '{name}'; allowed is the key ")
    for name, value in MISNAMED.items()
}


@pytest.fixture
def run_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[dict[str, Any]], int]:
    """Run app.py in this process, with a context of its own, and return its exit code."""

    def run(context: dict[str, Any]) -> int:
        app = partial(aws_cdk.App, context=CONTEXT | context, outdir=str(tmp_path))
        monkeypatch.setattr(aws_cdk, "App", app)
        try:
            runpy.run_path(str(ROOT / "app.py"))
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return run


@pytest.mark.parametrize("name", GIVEN)
def test_a_mistake_is_one_line_and_nothing_is_synthesized(
    run_app: Callable[[dict[str, Any]], int],
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    name: str,
) -> None:
    section, value, message = GIVEN[name]

    code = run_app({section: copy.deepcopy(value)})

    shown, said = capfd.readouterr()
    assert (code, shown) == (2, "")
    assert message in said
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_the_section_without_a_mistake_is_synthesized(
    run_app: Callable[[dict[str, Any]], int], tmp_path: Path
) -> None:
    """The control of all of these."""
    assert run_app({"accounts": copy.deepcopy(WHOLE)}) == 0
    assert (tmp_path / "Hub.template.json").exists()


@pytest.mark.parametrize("value", [True, "true"])
def test_a_switch_is_a_boolean_or_its_text(
    run_app: Callable[[dict[str, Any]], int], tmp_path: Path, value: object
) -> None:
    assert run_app({"mfa": value}) == 0
    assert (tmp_path / "UserAssumeRoleMfa.template.json").exists()


@pytest.mark.parametrize("other", [{"account": "333333333333"}, {"accounting": {"hub": {}}}])
def test_a_key_of_the_teams_own_is_theirs(
    run_app: Callable[[dict[str, Any]], int], other: dict[str, Any]
) -> None:
    assert run_app(other) == 0
