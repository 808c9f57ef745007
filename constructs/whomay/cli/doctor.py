"""`whomay doctor`: what is in the way, found before it is met."""

import sys

import click
from click.core import ParameterSource

from whomay.cli.failing import in_one_line
from whomay.cli.inputs import (
    BROKEN,
    HOLDS,
    UNKNOWN,
    BadInputError,
    Source,
    assembly_option,
    bad_input_in_one_line,
)
from whomay.cli.live_options import profile_option, region_name
from whomay.cli.machine import show_machine
from whomay.cli.refused_call import explain
from whomay.engine import read
from whomay.iam.patterns.symbols import printable
from whomay.live.errors import LiveError


@click.command()
@click.argument("message", required=False)
@click.option("--deploy", is_flag=True, help="Ask what a deployment of the app needs.")
@profile_option
@click.option(
    "--region", metavar="REGION", callback=region_name, help="Of the stacks that name none."
)
@assembly_option
def command(
    *,
    message: str | None,
    deploy: bool,
    profile: str | None,
    region: str | None,
    assembly: Source,
) -> None:
    """Find what is in the way of a call or a deployment, or why a call was refused.

    By itself it looks at this machine and the profile in use, or that of --profile. It checks the
    chain of sources, what is sent, variables that divert a call, and the version of the AWS CLI.
    Where there is an access key it asks AWS for the caller alone, and compares the clock with that
    answer.

    MESSAGE is the text of an AccessDenied error, an encoded one, or an event of CloudTrail. It says
    which kind of policy refused the call. By -a, a snapshot, a lock or an assembly, it names the
    statement or the nearest one, and the least change.

    With --deploy it compares the app in cdk.out with the account: bootstrap of each environment,
    what the caller may do, and names that are taken. It asks for GitHub's provider, the analyzer,
    StackSets' access to the organization, and instance types in their zone. It also asks for quotas,
    the length of policies, and partitions. All calls read. Each finding comes with the one command
    that settles it.

    Exit code 0 when nothing is in the way, 1 when something is. It is 3 when something could not be
    told: a permission is missing (each is named), or another account's credentials are needed.
    Without credentials it says what it would ask.

    Example: whomay doctor --deploy
    """
    if deploy and message is not None:
        raise BadInputError(
            "--deploy and a message are two questions: ask for the one, then for the other"
        )
    if message is not None:
        explain(message, assembly, profile, region)
    if not deploy:
        context = click.get_current_context()
        for name in ("assembly", "region"):
            if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
                raise BadInputError(
                    f"--{name} is of --deploy or of a message: give one, or leave it out"
                )
        show_machine(profile)
    from whomay.live.deploying.checks import CHECKS, examine  # noqa: PLC0415 - --help needs no AWS
    from whomay.live.deploying.planned import Plan  # noqa: PLC0415 - the same
    from whomay.live.snapshot.account import account  # noqa: PLC0415 - the same

    with in_one_line(), bad_input_in_one_line():
        app = read(assembly)
        try:
            asked = account(profile, (region,) if region else ())
        except LiveError:
            for check in CHECKS:
                calls = ", ".join(check.permissions) or "no call"
                click.echo(f"would ask for {check.about}: {calls}")
            raise
        where = f"account {asked.id}, Region {asked.regions[0]}, as {asked.caller}"
        click.echo(printable(where))
        found = list(examine(asked, Plan(app, asked.id, asked.regions[0], asked.partition)))
    for one in found:
        click.echo(printable(f"{'not known' if one.unknown else 'in the way'}: {one.what}"))
        click.echo(printable(f"  {one.command}"))
    if not found:
        click.echo("nothing is in the way of a deployment")
    in_the_way = any(not one.unknown for one in found)
    sys.exit(BROKEN if in_the_way else UNKNOWN if found else HOLDS)
