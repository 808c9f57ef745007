"""What is in the way of a call on this machine, shown with what settles it."""

import os
import sys

import click

from whomay.cli.failing import in_one_line
from whomay.cli.inputs import BROKEN, HOLDS, UNKNOWN
from whomay.iam.patterns.symbols import printable
from whomay.live.machine.examine import examine


def show_machine(profile: str | None) -> None:
    """Print what is in the way, and exit: 1 where something is, 3 where something is not known."""
    with in_one_line():
        found = examine(profile, os.environ)
    for line in found.looked_at:
        click.echo(printable(line))
    for one in found.findings:
        click.echo(printable(f"{'not known' if one.unknown else 'in the way'}: {one.what}"))
        click.echo(printable(f"  {one.settled_by}"))
    if not found.findings:
        click.echo("nothing is in the way of a call")
    in_the_way = any(not one.unknown for one in found.findings)
    sys.exit(BROKEN if in_the_way else UNKNOWN if found.findings else HOLDS)
