"""A pytest plugin: the statements of an access contract in your own tests.

    def test_auditors_only_read(access):
        access.must_not_allow("Reports/Auditor", "s3:Put*", "*")

The fixture `access` reads the assembly that your fixture `assembly` returns: a folder, or a CDK App,
which is then synthesized. Without such a fixture it is `cdk.out`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from whomay.engine import Contract, check, read
from whomay.engine.contract import Outcome, Questions, StatementKind, read_statement
from whomay.engine.names import resource_named
from whomay.metadata.call_site import call_site
from whomay.metadata.records import write
from whomay.metadata.statements import Given, Texts, statement, texts
from whomay.metadata.tokens import unresolved


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
        self._assembly = loaded

    def must_allow(
        self, principal: Any, actions: Texts, resources: Texts, *, given: Given | None = None
    ) -> None:
        """Fail unless every request of the pattern is allowed."""
        __tracebackhide__ = True
        said = {"actions": actions, "resources": resources, "given": given}
        self._state(StatementKind.MUST_ALLOW, principal, **said)

    def must_not_allow(
        self, principal: Any, actions: Texts, resources: Texts, *, given: Given | None = None
    ) -> None:
        """Fail unless no request of the pattern is allowed."""
        __tracebackhide__ = True
        said = {"actions": actions, "resources": resources, "given": given}
        self._state(StatementKind.MUST_NOT_ALLOW, principal, **said)

    def cannot_reach(
        self, principal: Any, actions: Texts, resources: Texts = "*", *, given: Given | None = None
    ) -> None:
        """Fail unless no request of the pattern is allowed, through a chain of roles either."""
        __tracebackhide__ = True
        said = {"actions": actions, "resources": resources, "given": given}
        self._state(StatementKind.CANNOT_REACH, principal, **said)

    def may_only(self, principal: Any, statements: Sequence[Any]) -> None:
        """Fail unless all that is allowed is allowed by these statements alone.

        They are `iam.PolicyStatement`s, or mappings as JSON has them, in which Effect is Allow
        unless it says otherwise.
        """
        __tracebackhide__ = True
        self._state(StatementKind.MAY_ONLY, principal, statements=statements)

    def assumable_only_by(self, role: Any, *trusted: Any) -> None:
        """Fail unless nobody but these can become the role.

        They are CDK principals, or mappings such as `{"Service": "ec2.amazonaws.com"}`.
        """
        __tracebackhide__ = True
        self._state(StatementKind.ASSUMABLE_ONLY_BY, role, trusted=trusted)

    def _state(self, kind: StatementKind, principal: Any, **said: Any) -> None:
        __tracebackhide__ = True
        at = call_site()
        try:
            if "resources" in said:
                said["resources"] = [*map(self._arn, texts("resources", said["resources"]))]
            data = self._with_references(write(statement(kind, at, principal, **said)))
        except ValueError as error:
            pytest.fail(f"{at}: {kind} is {Outcome.WRONG}\n{error}", pytrace=False)
        stated = read_statement(self._assembly, "", data)
        checked = check(Contract([stated]), self._snapshot, self._questions)
        failed = checked.of(Outcome.WRONG, Outcome.BROKEN, Outcome.UNKNOWN)
        if failed:
            lines = [line for result in failed for line in result.lines()]
            lines += [f"assumed: {each}" for each in checked.assumed]
            pytest.fail("\n".join(lines), pytrace=False)

    def _arn(self, resource: Any) -> Any:
        """Return the ARN of a resource by its construct path; what else is wrong is said later."""
        if not isinstance(resource, str) or not resource.strip() or unresolved(resource):
            return resource
        return resource_named(self._snapshot, resource)

    def _with_references(self, data: Any) -> Any:
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
