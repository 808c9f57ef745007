"""Exit codes and signals: a command ends its children, says one thing, and leaves."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from whomay.lab import children
from whomay.lab.errors import LabError
from whomay.lab.signals import BY_SIGNAL, ENDING


class Interruption(BaseException):
    """A signal asks the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = BY_SIGNAL + number


class LabCommand(click.Command):
    """A command of the lab: its errors are one message each, its exit codes the project's."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a first signal ends it in order, a second one at once."""
        try:
            with _signals():
                return super().invoke(ctx)
        except LabError as error:
            click.echo(f"{ctx.command_path}: {error}", err=True)
            ctx.exit(error.exit_code)
        except Interruption as interruption:
            click.echo(f"{ctx.command_path}: ended by {interruption}", err=True)
            ctx.exit(interruption.exit_code)


@contextmanager
def _signals() -> Iterator[None]:
    def end(number: int, _frame: FrameType | None) -> None:
        for each in ENDING:
            signal.signal(each, end_at_once)
        raise Interruption(number)

    def end_at_once(number: int, _frame: FrameType | None) -> None:
        children.kill_all()
        os._exit(BY_SIGNAL + number)

    # nohup ignores SIGHUP: it stays ignored
    wanted = [each for each in ENDING if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, end) for each in wanted}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
