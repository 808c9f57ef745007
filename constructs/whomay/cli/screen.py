"""What the lab's commands show: each command that runs, progress on every wait, the table."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from whomay.lab.deploy import (
    AUDIT,
    DELIVERY,
    EC2_ROLE,
    HUB_STACK,
    USER_ASSUME_ROLE,
    USER_ASSUME_ROLE_MFA,
)
from whomay.lab.not_enforced import NOT_ENFORCED
from whomay.lab.probing import ProbeResult, exit_code
from whomay.lab.replay.replayed import Replayed

PROJECTS: Final = {
    EC2_ROLE: "Project 1, stack Ec2Role: an instance's role, no keys",
    USER_ASSUME_ROLE: "Project 2, stack UserAssumeRole: a user who may only assume a role",
    USER_ASSUME_ROLE_MFA: "Project 2 with MFA, stack UserAssumeRoleMfa",
    HUB_STACK: "Many accounts, stacks Hub, Spoke-dev and Spoke-prod: people work through roles",
    DELIVERY: "A pipeline, stack Delivery: jobs of GitHub Actions, no stored key",
    AUDIT: "The trail, stack Audit: what all this has left",
}


class Screen:
    """Standard output, for a terminal of any width or for a file; safe to use from any thread."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)

    def command(self, who: str, text: str) -> None:
        """Show a command as it starts."""
        self._console.print(Text(f"{who}$ {text}", style="dim"), soft_wrap=True)

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Show that something is under way; without a terminal, say so once."""
        if self._console.is_terminal:
            with self._console.status(f"{what} ..."):
                yield
        else:
            self.say(f"{what} ...")
            yield

    def say(self, text: str, style: str = "") -> None:
        """Show a paragraph."""
        self._console.print(Text(text, style=style))

    def results(self, results: Sequence[ProbeResult]) -> int:
        """Show all that the probes have found, and return the exit code."""
        self.table(results)
        self.problems(results)
        wrong = sum(1 for result in results if result.problem)
        found = f"{wrong} do not match" if wrong else "every answer matches"
        self.say(f"{len(results)} probes; {found} AWS's documentation.")
        return exit_code(results)

    def replayed(self, replayed: Replayed) -> int:
        """Show what came of the contract's requests, and return the exit code."""
        for each in replayed.disagreements:
            click.echo(str(each), err=True)
        self.say(str(replayed))
        return replayed.exit_code

    def table(self, results: Sequence[ProbeResult]) -> None:
        """Show every probe, what is right, and what came of it; then what the lab is not."""
        for table in tables(results):
            self._console.print(table)
        self.say("What this lab is not:")
        for limit in NOT_ENFORCED:
            self.say(f"- {limit}", "dim")

    def problems(self, results: Sequence[ProbeResult]) -> None:
        """Tell on standard error which probes are not as they must be, and why."""
        for result in results:
            if result.problem:
                who = result.probe.command.who
                click.echo(
                    f"{result.probe.project}: {who}: {result.probe.title}: {result.problem}",
                    err=True,
                )


def worst(*codes: int) -> int:
    """Return the exit code of several answers: a wrong one outweighs an unknown one."""
    return 1 if 1 in codes else max(codes)


def tables(results: Sequence[ProbeResult]) -> Iterator[Table]:
    """Yield a table for each project."""
    for project, group in groupby(results, lambda result: result.probe.project):
        title = PROJECTS.get(project, project)
        table = Table(title=title, title_justify="left", title_style="bold", expand=True)
        for column, ratio in (("who", 3), ("tries to", 8), ("documented", 6), ("observed", 3)):
            table.add_column(column, ratio=ratio, overflow="fold")
        for result in group:
            _row(table, result)
        yield table


def _row(table: Table, result: ProbeResult) -> None:
    probe = result.probe
    mark = "" if probe.reachable else " *"
    here, style = "as documented", ""
    if result.problem:
        here, style = "UNKNOWN" if result.unknown else "WRONG", "bold red"
    answer = probe.answer.code or "allowed"
    table.add_row(probe.command.who, probe.title + mark, answer, here, style=style)
