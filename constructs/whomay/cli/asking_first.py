"""Ask a person before anything is changed in an account."""

import click

from whomay.cli.inputs import BadInputError

yes_option = click.option(
    "--yes", is_flag=True, help="Do not ask first, for scripts: all else is checked the same."
)


def confirmed(question: str, *, yes: bool, instead: str = "--yes") -> None:
    """Go on when the person says so, or `yes` does; `instead` is the option that sets it.

    Raises BadInputError for any other answer, and where nobody can be asked.
    """
    try:
        if yes or click.confirm(question, err=True):
            return
    except click.Abort:
        click.echo(err=True)
    raise BadInputError(
        f"nothing was changed, since nobody said yes ({instead} says it in a script)"
    )
