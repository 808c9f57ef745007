"""The options that tell what templates leave open: --account, --region, --parameter, --organization."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from whomay.cli.inputs import BadInputError, bad_input_in_one_line
from whomay.engine import Deployment, Snapshot
from whomay.engine.organization import Organization


def deployment_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command gets one argument of them, `deployment`.

    What is not an account, no Region, no Stack:Name=value or no organization file is told in one line,
    with exit code 2.
    """

    @wraps(command)
    def with_deployment(
        *,
        account: str,
        region: str,
        parameters: tuple[str, ...],
        organization: Path | None,
        **others: Any,
    ) -> Any:
        with bad_input_in_one_line():
            deployment = Deployment(
                account,
                region,
                _parameters(parameters),
                organization=_organization(organization) if organization else None,
            )
        return command(deployment=deployment, **others)

    for option in (_ORGANIZATION, _PARAMETER, _REGION, _ACCOUNT):
        with_deployment = option(with_deployment)
    return with_deployment


_ACCOUNT = click.option(
    "--account",
    default="",
    metavar="ID",
    help="The account of the stacks that name none.",
)
_REGION = click.option(
    "--region",
    default="",
    metavar="REGION",
    help="The Region of the stacks that name none.",
)
_PARAMETER = click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="STACK:NAME=VALUE",
    help="The value that a parameter of a template has; repeat it for more.",
)


_ORGANIZATION = click.option(
    "--organization",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="An organization file: the units above the accounts, with the service and resource "
    "control policies that are attached.",
)


def _organization(file: Path) -> Organization:
    from whomay.engine.organization import read_organization  # noqa: PLC0415 - YAML, for this option alone

    return read_organization(file)


def kept_defaults(snapshot: Snapshot) -> str:
    """Return the sentence that names the parameters whose default an answer goes by."""
    return f"assumed: parameters keep their defaults: {', '.join(snapshot.defaults)}"


def _parameters(given: tuple[str, ...]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for each in given:
        named, separator, value = each.partition("=")
        stack, _, name = named.rpartition(":")
        if not (separator and stack and name):
            raise BadInputError(
                f"--parameter {each!r}: allowed is STACK:NAME=VALUE, as S:Stage=prod"
            )
        if found.setdefault((stack, name), value) != value:
            raise BadInputError(f"--parameter {named} is given two values: give one")
    return found
