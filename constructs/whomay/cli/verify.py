"""`whomay verify`: whether an account does what the contract says."""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from whomay.cli import verify_output
from whomay.cli.asking_first import confirmed
from whomay.cli.colour import show
from whomay.cli.failing import in_one_line
from whomay.cli.inputs import (
    BROKEN,
    HOLDS,
    UNKNOWN,
    Source,
    assembly_argument,
    bad_input_in_one_line,
    contract_of,
    contract_option,
)
from whomay.cli.lab_command import LabCommand
from whomay.cli.live_options import account_id, profile_option, regions_option
from whomay.engine import Snapshot, read
from whomay.engine.contract import Outcome, Stated
from whomay.engine.templates import account_told
from whomay.iam.patterns.symbols import printable
from whomay.live.errors import LiveError
from whomay.live.verify.promises import promised

if TYPE_CHECKING:
    from whomay.live.snapshot.account import Account
    from whomay.live.verify.trying import Trial


@click.command(cls=LabCommand)
@assembly_argument
@profile_option
@regions_option
@click.option(
    "--account",
    "expected",
    metavar="ID",
    callback=account_id,
    help="The account that is meant: another one is refused, and --probe does not ask first.",
)
@click.option("--probe", is_flag=True, help="Try it by real calls as the app's roles too.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    show_default=True,
    help="How to print the answer.",
)
@contract_option
def command(
    *,
    assembly: Source,
    profile: str | None,
    regions: tuple[str, ...],
    expected: str | None,
    probe: bool,
    style: str,
    stated: Path | None,
) -> None:
    """Tell whether an account does what the contract of an assembly says.

    IAM's own simulator answers each statement, and so does our engine on what the account says of
    itself. What the simulator ignores our engine decides alone, and the answer says so: trust
    policies, and the policy of a resource for a role. All these calls read.

    With --probe the app's roles call as well, as far as you may become them. Account, Region and
    caller are shown first. The calls change nothing of the app's. They have DryRun, a condition that
    is never met, or an object of their own, deleted at the end. You make each refused call as well.

    Exit code 0 when all is as stated, 1 when it is not, 3 when something could not be told, 2 for
    bad input.

    Example: whomay verify cdk.out --account 111122223333
    """
    from whomay.live.snapshot.account import account  # noqa: PLC0415 - boto3, when it runs

    with in_one_line(), bad_input_in_one_line():
        app = read(assembly)
        contract = contract_of(app, stated)
        asked = account(profile, regions)
        where = ", ".join(asked.regions)
        click.echo(printable(f"account {asked.id} as {asked.caller}, {where}"), err=True)
        if expected is not None and expected != asked.id:
            raise LiveError(f"--account: got {expected!r}; these credentials are of {asked.id}")
    if probe:
        question = f"Call as the roles of the app in account {asked.id}, {where}?"
        confirmed(question, yes=expected is not None, instead=f"--account {asked.id}")
    with in_one_line(), bad_input_in_one_line():
        shown, trial = _shown(asked, contract, app.snapshot)
        plan = trial.plan(shown.verified) if probe else []
    if probe:
        bar: Any = click.progressbar(
            length=sum(len(calls) for calls, _ in plan),
            label="calling",
            hidden=not sys.stderr.isatty(),
            file=sys.stderr,
        )
        with in_one_line(), bar:
            tried = trial.run(shown.verified, plan, bar.update)
        shown = replace(shown, verified=tried, probed=True)
    for refused in asked.refused:
        region = f" in {refused['region']}" if refused["region"] else ""
        click.echo(printable(f"refused: {refused['call']}{region}: {refused['why']}"), err=True)
    text = verify_output.STYLES[style](shown)
    if style == "text":
        show(text)
    else:
        click.echo(text)
    for each in trial.left:
        click.echo(printable(f"left behind, delete it: {each}"), err=True)
    sys.exit(_exit_code(shown, complete=not trial.left))


def _shown(
    asked: "Account", contract: Iterable[Stated], app: Snapshot
) -> "tuple[verify_output.Shown, Trial]":
    """Ask the account, and return what became of each statement, and what tries it by calls."""
    from whomay.live.snapshot.file import write  # noqa: PLC0415 - boto3, when it runs
    from whomay.live.verify.questions import AccountQuestions  # noqa: PLC0415 - the same
    from whomay.live.verify.simulator import Simulator  # noqa: PLC0415 - the same
    from whomay.live.verify.trying import Trial  # noqa: PLC0415 - the same
    from whomay.live.verify.verified import verify  # noqa: PLC0415 - the same

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "account.json"
        with file.open("w", encoding="utf-8") as stream:
            write(asked, stream, lambda _: None)
        told, account = account_told(file), read(file).snapshot
    found = promised(contract, app, account, told)
    here = [one for one in found.promises if one.account == asked.id]
    questions = AccountQuestions(found.there, told.policies())
    verified = verify(here, questions, Simulator(asked), lambda _: None)
    elsewhere = Counter(one.account for one in found.promises if one.account != asked.id)
    shown = verify_output.Shown(asked.id, asked.caller, asked.regions, verified, elsewhere)
    return shown, Trial(asked, questions, found.resources)


def _exit_code(shown: verify_output.Shown, *, complete: bool) -> int:
    """Return the worst; that nothing was verified, or no call made, is no success."""
    outcomes = {each.outcome for each in shown.verified}
    if Outcome.BROKEN in outcomes:
        return BROKEN
    tried = any(one.tried for one in shown.verified) or not shown.probed
    sure = outcomes and Outcome.UNKNOWN not in outcomes and tried and complete
    return HOLDS if sure else UNKNOWN
