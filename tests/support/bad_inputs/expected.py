"""What a bad input must come to: refused at the call, or stopped at the synth, in the caller's words."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any, cast

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from whomay.cdk import (
    AssumableRole,
    BucketAccess,
    GateError,
    InstanceRole,
    PrivateBucket,
    Trust,
    synth,
)
from whomay.cdk.access.granted import policy_document
from whomay.metadata.records import UncheckedRecord

OTHER = "111122223333"
OTHERS_ROLE = f"arn:aws:iam::{OTHER}:role/Deploy"
Make = Callable[[Stack], object]

# Parameter, value, what is allowed, what to do: every refusal says all four, on one screen.
MESSAGE = re.compile(r"[^;]+?: got .+; allowed is .+; .+")
SCREEN = 10 * 80


@dataclass(frozen=True)
class Refused:
    """Refused at the call. `says` is the message, with … for what may be between."""

    make: Make
    says: str

    def check(self, stack: Stack) -> None:
        """Nothing of it may reach the app or the disk."""
        with pytest.raises((ValueError, TypeError)) as caught:
            self.make(stack)
        text = str(caught.value)
        assert re.fullmatch(MESSAGE, text), text
        assert re.fullmatch(pattern(self.says), text), text
        assert len(text) <= SCREEN
        assert written(stack) == []


@dataclass(frozen=True)
class Stopped:
    """Stopped at the synth. `says` are the lines of the gate, with … for what may be between."""

    make: Make
    says: tuple[str, ...]
    env: Environment | None = None

    def check(self, stack: Stack) -> None:
        """The gate must say this, and nothing else but what rules say of the same mistake."""
        app = stack.node.root
        assert isinstance(app, App)
        if self.env:
            app.node.try_remove_child(stack.node.id)
            stack = Stack(app, "Stack", env=self.env)
        self.make(stack)
        with pytest.raises(GateError) as caught:
            synth(app)
        found = set(caught.value.args)
        assert all(len(line) <= SCREEN for line in found)
        for says in self.says:
            named = {line for line in found if re.fullmatch(pattern(says), line)}
            assert len(named) == 1, (says, found)
            found -= named
        # what the rules over the whole app say besides is tested with them
        assert {line for line in found if ": AccessRules::" not in line} == set()


@dataclass(frozen=True)
class Unchecked:
    """Let through and recorded as unchecked: a token, whose value is known at deployment."""

    make: Make
    parameters: tuple[str, ...]

    def check(self, stack: Stack) -> None:
        """The assembly must say what was not checked."""
        self.make(stack)
        assert unchecked(stack) == sorted(self.parameters)


@dataclass(frozen=True)
class NoParameter:
    """No parameter takes it: the one that it would need is refused by Python itself."""

    make: Make
    parameter: str

    def check(self, stack: Stack) -> None:
        """The call must fail for the unknown parameter."""
        with pytest.raises(TypeError, match=f"unexpected keyword argument '{self.parameter}'"):
            self.make(stack)


def pattern(says: str) -> str:
    """Turn a message with … into a regular expression."""
    return ".*".join(re.escape(part) for part in says.split("…"))


Expected = Refused | Stopped | Unchecked | NoParameter


def written(stack: Stack) -> list[str]:
    """The files in the app's output folder."""
    app = stack.node.root
    assert isinstance(app, App)
    return [path.name for path in Path(app.outdir).rglob("*")]


def unchecked(stack: Stack) -> list[str]:
    """The arguments that the assembly calls unchecked."""
    app = stack.node.root
    assert isinstance(app, App)
    app.synth()
    found: list[str] = []
    manifest = json.loads(Path(app.outdir, "manifest.json").read_text())
    for artifact in manifest["artifacts"].values():
        metadata: dict[str, Any] = artifact.get("metadata", {})
        if extra := artifact.get("additionalMetadataFile"):
            metadata = {**metadata, **json.loads(Path(app.outdir, extra).read_text())}
        found += [
            e["data"]["Parameter"]
            for es in metadata.values()
            for e in es
            if e["type"] == UncheckedRecord.KEY
        ]
    return sorted(found)


def bucket(stack: Stack, name: str = "reports-2026") -> s3.IBucket:
    """A bucket that exists, made once in a stack."""
    found = stack.node.try_find_child("Bucket")
    return cast("s3.IBucket", found or s3.Bucket.from_bucket_name(stack, "Bucket", name))


def their_role(stack: Stack) -> iam.IRole:
    """An imported role of another account."""
    return iam.Role.from_role_arn(stack, "TheirRole", OTHERS_ROLE)


def their_user(stack: Stack) -> iam.IUser:
    """An imported user of another account."""
    return iam.User.from_user_arn(stack, "TheirUser", f"arn:aws:iam::{OTHER}:user/anna")


def call(function: Callable[..., object], *arguments: Any, **options: Any) -> Make:
    """Call it with these arguments, whatever their types; a function among them is given the stack."""

    def made(stack: Stack) -> object:
        given = [one(stack) if isinstance(one, FunctionType) else one for one in arguments]
        return function(*given, **options)

    return made


def built(kind: Callable[..., object], **options: Any) -> Make:
    """Build a construct with these options, whatever their types."""
    return lambda stack: kind(stack, "Built", **options)


def another(stack: Stack, id: str, account: str | None = None) -> Stack:
    """Another stack of the app."""
    app: Any = stack.node.root
    return Stack(app, id, env=Environment(account=account, region="eu-west-1") if account else None)


def instance_role(**options: Any) -> Make:
    """Make an instance role with good access, and these options."""
    return lambda stack: InstanceRole(
        stack, "Role", **{"access": [BucketAccess.read(bucket(stack))], **options}
    )


def role(*trusted: Any, **options: Any) -> Make:
    """Make a role with good access that trusts these; callables are given the stack."""
    if not trusted:
        trusted = (Trust.service("lambda.amazonaws.com"),)

    def make(stack: Stack) -> object:
        principals = [one(stack) if callable(one) else one for one in trusted]
        given = {"access": [BucketAccess.read(bucket(stack))], "trusted": principals, **options}
        return AssumableRole(stack, "Role", **given)

    return make


def private_bucket(**options: Any) -> Make:
    """Make a private bucket with these options."""
    return lambda stack: PrivateBucket(stack, "Shared", **options)


@dataclass(frozen=True)
class Own:
    """A team's own access: whatever statements it gives."""

    found: object

    def statements(self) -> Any:
        """Give what it was made with."""
        return self.found


def statement(**options: Any) -> Make:
    """Make a policy of one statement of a team's own access."""
    options = {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::reports-2026/*"], **options}
    return lambda _: policy_document([Own([iam.PolicyStatement(**options)])])


def prefix(value: Any) -> Make:
    """Make an access to a bucket under this prefix."""
    return lambda stack: BucketAccess.write(bucket(stack), prefix=value)


def conditions(value: Any) -> Make:
    """Trust a role under these conditions."""
    return lambda _: Trust.role(OTHERS_ROLE, conditions=value)
