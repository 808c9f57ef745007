"""A pytest plugin: the statements of an access contract in your own tests.

    def test_auditors_only_read(access):
        access.must_not_allow("Reports/Auditor", "s3:Put*", "*")

The fixture `access` reads the assembly that your fixture `assembly` returns: a folder, or a CDK App,
which is then synthesized. Without such a fixture it is `cdk.out`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from sys import _getframe
from typing import Any

import pytest

from whomay.engine import Contract, UnknownNameError, check, read
from whomay.engine.contract import Outcome, Questions, StatementKind, StatementReader
from whomay.engine.names import resource_named

Texts = str | Sequence[str]
Given = Mapping[str, str | bool | int | Sequence[str] | None]


class Access:
    """States what must be true of an assembly; what is not fails the test, and says why.

    The methods mean what those of `whomay.cdk.AccessContract` mean. Principals are construct paths,
    paths with wildcards, ARNs, or constructs; resources are ARNs or construct paths with what lies
    in them (`Reports/Bucket/daily/a.csv`).
    """

    def __init__(self, assembly: Any) -> None:
        """Read an assembly: its folder, or a CDK App, which is synthesized."""
        self._app = None if isinstance(assembly, str | Path) else assembly
        folder = assembly if self._app is None else self._app.synth().directory
        loaded = read(Path(folder))
        self._snapshot = loaded.snapshot
        self._questions = Questions(self._snapshot)
        self._reader = StatementReader(loaded)

    def must_allow(
        self, principal: Any, actions: Texts, resources: Texts, *, given: Given | None = None
    ) -> None:
        """Fail unless every request of the pattern is allowed."""
        __tracebackhide__ = True
        self._requests(StatementKind.MUST_ALLOW, principal, actions, resources, given)

    def must_not_allow(
        self, principal: Any, actions: Texts, resources: Texts, *, given: Given | None = None
    ) -> None:
        """Fail unless no request of the pattern is allowed."""
        __tracebackhide__ = True
        self._requests(StatementKind.MUST_NOT_ALLOW, principal, actions, resources, given)

    def cannot_reach(
        self, principal: Any, actions: Texts, resources: Texts = "*", *, given: Given | None = None
    ) -> None:
        """Fail unless no request of the pattern is allowed, through a chain of roles either."""
        __tracebackhide__ = True
        self._requests(StatementKind.CANNOT_REACH, principal, actions, resources, given)

    def may_only(self, principal: Any, statements: Sequence[Any]) -> None:
        """Fail unless all that is allowed is allowed by these statements alone.

        They are `iam.PolicyStatement`s, or mappings as JSON has them, in which Effect is Allow
        unless it says otherwise.
        """
        __tracebackhide__ = True
        documents = [{"Effect": "Allow", **_json(each)} for each in statements]
        self._state(StatementKind.MAY_ONLY, principal, {"Statements": documents})

    def assumable_only_by(self, role: Any, *trusted: Any) -> None:
        """Fail unless nobody but these can become the role.

        They are CDK principals, or mappings such as `{"Service": "ec2.amazonaws.com"}`.
        """
        __tracebackhide__ = True
        fragments = [
            {"Principal": each, "Condition": {}}
            if isinstance(each, Mapping)
            else {
                "Principal": dict(each.policy_fragment.principal_json),
                "Condition": each.policy_fragment.conditions,
            }
            for each in trusted
        ]
        self._state(StatementKind.ASSUMABLE_ONLY_BY, role, {"Trusted": fragments})

    def _requests(
        self,
        kind: StatementKind,
        principal: Any,
        actions: Texts,
        resources: Texts,
        given: Given | None,
    ) -> None:
        __tracebackhide__ = True
        said = {
            "Actions": _list(actions),
            "Resources": [self._resource(kind, each) for each in _list(resources)],
            "Given": {key: _values(value) for key, value in (given or {}).items()},
        }
        self._state(kind, principal, said)

    def _resource(self, kind: StatementKind, name: str) -> str:
        __tracebackhide__ = True
        if "${Token[" in name:
            return name
        try:
            return resource_named(self._snapshot, name)
        except UnknownNameError as error:
            pytest.fail(f"{_place()}: {kind} is {Outcome.WRONG}\n{error}", pytrace=False)

    def _state(self, kind: StatementKind, principal: Any, said: Mapping[str, Any]) -> None:
        __tracebackhide__ = True
        data = {"Statement": kind.value, "At": _place(), "Principal": _arn(principal), **said}
        stated = self._reader.read("", self._located(data))
        checked = check(Contract([stated]), self._snapshot, self._questions)
        failed = checked.of(Outcome.WRONG, Outcome.BROKEN, Outcome.UNKNOWN)
        if failed:
            lines = [line for result in failed for line in result.lines()]
            lines += [f"assumed: {each}" for each in checked.assumed]
            pytest.fail("\n".join(lines), pytrace=False)

    def _located(self, data: Mapping[str, Any]) -> Any:
        """Write the references of constructs out, as AccessContract does."""
        if self._app is None:
            return data
        from aws_cdk import Stack  # noqa: PLC0415 - not needed for an assembly of another language

        from whomay.cdk.jsii.references import with_references  # noqa: PLC0415 - the same

        stacks = [each for each in self._app.node.find_all() if Stack.is_stack(each)]
        return Stack.of(stacks[0]).resolve(with_references(stacks[0], data)) if stacks else data


@pytest.fixture(scope="session")
def assembly() -> Path:
    """Return the assembly to test; write a fixture of this name to test another, or an App."""
    return Path("cdk.out")


@pytest.fixture(scope="session")
def access(assembly: Any) -> Access:
    """State what must be true of the assembly."""
    return Access(assembly)


def _place() -> str:
    """Return file and line of the test."""
    frame = _getframe(1)
    while frame.f_back and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{shown}:{frame.f_lineno}"


def _arn(principal: Any) -> str:
    for attribute in ("user_arn", "role_arn"):
        if hasattr(principal, attribute):
            return str(getattr(principal, attribute))
    return str(principal)


def _json(statement: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (
        statement if isinstance(statement, Mapping) else statement.to_statement_json()
    )
    return found


def _list(value: Texts) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _values(value: object) -> list[str]:
    values = [] if value is None else value if isinstance(value, list | tuple) else [value]
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]
