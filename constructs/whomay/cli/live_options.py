"""The options of the commands that ask an account: --profile, --region and --account."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from whomay.cli.inputs import BadInputError
from whomay.iam.facts import limits

F = TypeVar("F", bound=Callable[..., Any])


def account_id(_ctx: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Refuse what is no id of an account, before anything is asked; one value or several."""
    for each in _each(value):
        if not limits.ACCOUNT_ID.fullmatch(each):
            raise BadInputError(
                f"{parameter.opts[0]} {each!r}: allowed is an id of twelve digits, as 111122223333"
            )
    return value


def region_name(_ctx: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Refuse what is no Region; of several, each counts once."""
    for each in _each(value):
        if not limits.REGION.fullmatch(each):
            raise BadInputError(
                f"{parameter.opts[0]} {each!r}: allowed is the id of a Region, as eu-west-1"
            )
    return tuple(dict.fromkeys(value)) if isinstance(value, tuple) else value


def profile_name(_ctx: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Refuse an empty name, as of a variable that is not set: it would be the default profile."""
    if "" in _each(value):
        raise BadInputError(
            f"{parameter.opts[0]} '': the name of the profile is empty; name it, or leave the "
            "option out"
        )
    return value


def _each(value: Any) -> Iterable[str]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def profile_option(command: F) -> F:
    """Add the option that names the one profile; the argument is called `profile`."""
    return click.option(
        "--profile",
        metavar="PROFILE",
        callback=profile_name,
        help="The profile of the AWS CLI to ask with.",
    )(command)


def regions_option(command: F) -> F:
    """Add the option that says where an account is read; the argument is called `regions`."""
    return click.option(
        "--region",
        "regions",
        multiple=True,
        metavar="REGION",
        callback=region_name,
        help="Where to read resources and stacks; repeat it for more. Default: that of the profile.",
    )(command)
