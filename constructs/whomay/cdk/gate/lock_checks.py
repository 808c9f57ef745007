"""What has grown beyond the committed access.lock while another layer still holds it back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import jsii
import yaml
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
)

from whomay.cdk.gate.app_assembly import VERSION, app_assembly
from whomay.engine.changes.diff import Change, Difference, diff
from whomay.engine.changes.lock import LockError, from_data, to_data
from whomay.engine.contract.finding import asked
from whomay.engine.snapshot import Snapshot
from whomay.engine.templates.assembly import AssemblyError
from whomay.iam.patterns.symbols import display

NAME: Final = "AccessLock"
LOCK: Final = Path("access.lock")
_FIX: Final = (
    "take the growth back; or look at it by `whomay diff access.lock cdk.out`, and if it is meant "
    "write it into access.lock by `whomay lock`"
)
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@jsii.implements(IPolicyValidationPlugin)
class AccessLockChecks:
    """Warns of growth beyond access.lock that has no effect yet, such as a boundary taken away.

    No contract can see it: today everything is as it was. The lock is the file of this name in the
    working directory, which for `cdk synth` is that of cdk.json; without one there is no warning.
    What is allowed now and was not is for the contract and for `whomay diff`.
    """

    @property
    def name(self) -> str:
        """The namespace of all findings."""
        return NAME

    @property
    def version(self) -> str:
        """The version of this package."""
        return VERSION

    @property
    def rule_ids(self) -> list[str]:
        """Growth that is capped, and a lock that cannot be read."""
        return ["capped", "unreadable"]

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """Compare the templates of this synth with the lock."""
        return PolicyValidationPluginReport(
            success=True, violations=list(_violations(context)), plugin_version=self.version
        )


def _violations(context: IPolicyValidationContext) -> Iterator[PolicyViolation]:
    if not LOCK.is_file():
        return
    try:
        app = app_assembly(context)
        grown = _grown(app.snapshot) if app else []
    except AssemblyError:
        return  # the contract's check says so
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        said = str(error) if isinstance(error, LockError) else type(error).__name__
        text = f"{LOCK} cannot be read, so it is not known what has grown since: {said}"
        yield _violation("unreadable", text, "write it anew by `whomay lock`", "the app")
        return
    # An app with Stages is validated once a Stage: each finding is reported where it stands.
    files = {Path(path) for path in context.template_paths}
    stacks = [t.path for t in app.assembly.templates if t.file in files] if app else []
    for each in grown:
        if any(each.principal.startswith(f"{stack}/") for stack in stacks):
            request = f" (for example {asked(each.witness)})" if each.witness else ""
            text = f"{each.principal} has grown since {LOCK} was written: {each.text}{request}"
            yield _violation(f"capped[{each.principal}]", text, _FIX, each.principal)


def _grown(now: Snapshot) -> list[Difference]:
    data: Any = yaml.load(LOCK.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    if data == to_data(now):
        return []
    before = from_data(data)
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
    )


def _violation(rule: str, text: str, fix: str, construct: str) -> PolicyViolation:
    return PolicyViolation(
        rule_name=rule,
        description=display(text),
        fix=fix,
        severity="warning",
        violating_resources=[PolicyViolatingResource(construct_path=construct, locations=[])],
    )
