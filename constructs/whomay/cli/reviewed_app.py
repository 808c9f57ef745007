"""What was reviewed, to answer a question about a live call: policies, and the contract beside them."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from whomay.cli.inputs import Source, contract_of
from whomay.cli.lock_input import known
from whomay.engine import Deployment, Snapshot
from whomay.engine.changes import deployed, texts_in
from whomay.engine.contract import Stated
from whomay.engine.templates import DeployedStack

if TYPE_CHECKING:
    from whomay.live.snapshot.account import Account

_DEFAULT: Final = Path("cdk.out")


@dataclass(frozen=True, slots=True)
class ReviewedApp:
    """The policies of a snapshot, a lock or an assembly; `contract` is None where a lock holds none."""

    name: str
    snapshot: Snapshot
    contract: tuple[Stated, ...] | None


def reviewed_app(source: Source) -> ReviewedApp | None:
    """Return what `source` says; None for the default that is not there.

    Raises as `known` does.
    """
    if source == _DEFAULT and not _DEFAULT.exists():
        return None
    found = known(source, Deployment(), None)
    contract = None if found.assembly is None else (*contract_of(found.assembly, None),)
    return ReviewedApp(str(source), found.snapshot, contract)


def as_deployed(app: ReviewedApp, asked: "Account") -> ReviewedApp:
    """Return the same with the names that CloudFormation made in the account that is asked.

    It needs cloudformation:ListStacks and cloudformation:ListStackResources.
    """
    from whomay.live.snapshot.stacks import stacks  # noqa: PLC0415 - boto3, on need

    made = [DeployedStack.of(one, f"account {asked.id}") for one in stacks(asked)]
    stated = app.contract or ()
    names = deployed(app.snapshot, asked.id, made, texts_in(stated))
    written = None if app.contract is None else names.written(app.contract)
    return replace(app, snapshot=names.snapshot, contract=written)
