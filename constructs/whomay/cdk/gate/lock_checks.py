"""What has grown beyond the committed access.lock while another layer still holds it back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final

import yaml
from aws_cdk import IPolicyValidationContext, PolicyViolation

from whomay.cdk.gate.app_assembly import app_assembly
from whomay.cdk.gate.template_checks import WARNING, TemplateChecks, violation
from whomay.engine import AssemblyError, Change, LockError, Snapshot, diff, from_lock, to_lock
from whomay.engine.changes import Difference
from whomay.engine.contract import in_words
from whomay.engine.rules import Acknowledged
from whomay.files.nesting import is_too_deep

_LOCK: Final = Path("access.lock")
_FIX: Final = (
    "take the growth back; or look at it by `whomay diff access.lock cdk.out`, and if it is meant "
    "write it into access.lock by `whomay lock`"
)
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class AccessLockChecks(TemplateChecks):
    """Warns of growth beyond access.lock that has no effect yet, such as a boundary taken away.

    No contract can see it: today everything is as it was. The lock is the file of this name in the
    working directory, which for `cdk synth` is that of cdk.json. Without a lock there is no warning.
    The contract and `whomay diff` find what is allowed now and was not allowed before.
    """

    NAMESPACE: ClassVar[str] = "AccessLock"
    RULES: ClassVar[tuple[str, ...]] = ("capped", "unreadable")
    WARNINGS_PASS: ClassVar[bool] = True

    def violations(self, context: IPolicyValidationContext) -> Iterator[PolicyViolation]:
        """Yield a warning for each principal that has grown, and one for an unreadable lock."""
        if not _LOCK.is_file():
            return
        try:
            app = app_assembly(context)
            grown = _grown(app.snapshot) if app else []
        except AssemblyError:
            return  # the contract's check says so
        except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
            said = str(error) if isinstance(error, LockError) else type(error).__name__
            text = f"{_LOCK} cannot be read, so it is not known what has grown since: {said}"
            fix = "write it anew by `whomay lock`"
            yield violation("unreadable", text, fix, WARNING, "the app", at=f"{_LOCK}:1")
            return
        # CDK validates an app with Stages once a Stage: report each finding in its own Stage.
        files = {Path(path) for path in context.template_paths}
        stacks = [t.path for t in app.templates if t.file in files] if app else []
        for each in grown:
            if any(each.principal.startswith(f"{stack}/") for stack in stacks):
                request = f" (for example {in_words(each.witness)})" if each.witness else ""
                text = f"{each.principal} has grown since {_LOCK} was written: {each.text}{request}"
                at = f"{_LOCK}:{_line_of(each.principal)}"
                yield violation(
                    f"capped[{each.principal}]", text, _FIX, WARNING, each.principal, at=at
                )


def locked_acknowledgements() -> frozenset[Acknowledged]:
    """Return the acknowledgements that access.lock has; none where it is not there or not readable."""
    try:
        return frozenset(from_lock(_data()).acknowledged)
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return frozenset()


def _data() -> Any:
    text = _LOCK.read_text(encoding="utf-8")
    if is_too_deep(text):
        raise ValueError("nested too deeply")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader


def _line_of(path: str) -> int:
    """Return on which line of the lock a construct begins; the first one where it is new."""
    lines = _LOCK.read_text(encoding="utf-8").splitlines()
    named = (number for number, line in enumerate(lines, 1) if line.strip(" '\":") == path)
    return next(named, 1)


def _grown(now: Snapshot) -> list[Difference]:
    data = _data()
    if data == to_lock(now):
        return []
    before = from_lock(data)
    if not {one.account for one in before.principals} & {one.account for one in now.principals}:
        return []  # the lock of another account
    return [each for each in diff(before, _known(now, before)) if each.change is Change.CAPPED]


def _known(now: Snapshot, before: Snapshot) -> Snapshot:
    """Leave out what is new: it cannot have grown, and to compare it takes time."""
    old = {name for one in before.principals for name in (one.arn, one.path)}
    old |= {name for one in before.resources for name in (one.arn, one.path)}
    return replace(
        now,
        principals=tuple(one for one in now.principals if {one.arn, one.path} & old),
        resources=tuple(one for one in now.resources if {one.arn, one.path} & old),
        latent=tuple(
            one for one in now.latent if one.path in {each.path for each in before.latent}
        ),
    )
