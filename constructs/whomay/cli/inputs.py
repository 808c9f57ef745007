"""What the commands that read a cloud assembly have in common: their options and their errors."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource

from whomay.cli import progress
from whomay.cli.options import format_option
from whomay.cli.text import Text
from whomay.engine import Assembly, AssemblyError, Contract, DeploymentError, UnknownNameError
from whomay.engine.contract import ContractFileError, read_contract
from whomay.engine.organization import OrganizationError
from whomay.engine.templates import TemplateFiles, sources
from whomay.iam.patterns.symbols import printable

F = TypeVar("F", bound=Callable[..., Any])
Source = Path | TemplateFiles

CONTRACT: Final = "access-contract.yaml"
HOLDS, BROKEN, BAD_INPUT, UNKNOWN = range(4)  # exit codes


class BadInputError(click.ClickException):
    """An argument or a file that cannot be used. One line, exit code 2."""

    exit_code = BAD_INPUT


@contextmanager
def bad_input_in_one_line() -> Iterator[None]:
    """Show what is wrong with the arguments or the assembly as one line, and what takes its time."""
    try:
        with progress.shown():
            yield
    except (
        AssemblyError,
        ContractFileError,
        DeploymentError,
        OrganizationError,
        UnknownNameError,
    ) as error:
        raise BadInputError(printable(str(error))) from None


def contract_option(command: F) -> F:
    """Add the option that names the contract file; the argument is called `stated`."""
    return click.option(
        "--contract",
        "stated",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help=f"What is stated beside the app. Default: {CONTRACT} beside the assembly, if there is one.",
    )(command)


def contract_of(assembly: Assembly, stated: Path | None) -> Contract:
    """Return what the app states, and what its contract file states besides.

    Raises ContractFileError for a file that cannot be used.
    """
    file = stated or assembly.folder.parent / CONTRACT
    if stated is None and not file.is_file():
        return Contract.of(assembly)
    return read_contract(file, assembly)


def assembly_option(command: F) -> F:
    """Add the option that names the assembly, or the templates that take its place."""
    return click.option(
        "-a",
        "--assembly",
        multiple=True,
        metavar="FOLDER|FILE",
        callback=lambda _ctx, _param, names: _sources(names or ("cdk.out",)),
        show_default="cdk.out",
        help="The cloud assembly that `cdk synth` wrote, or a template in JSON or YAML; repeat "
        "it for more templates, each with where it is deployed, if need be: FILE@ACCOUNT/REGION.",
    )(command)


def assembly_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the same as an argument or an option, for a command that takes no other argument."""

    @wraps(command)
    def with_assembly(*, named: tuple[str, ...], assembly: Source, **others: Any) -> Any:
        context = click.get_current_context()
        if named and context.get_parameter_source("assembly") is not ParameterSource.DEFAULT:
            raise BadInputError("the assembly is named twice: as an argument and by --assembly")
        return command(assembly=_sources(named) if named else assembly, **others)

    argument = click.argument("named", nargs=-1, metavar="[FOLDER|FILE]...")
    return argument(assembly_option(with_assembly))


def _sources(names: tuple[str, ...]) -> Source:
    with bad_input_in_one_line():
        if "" in names:
            raise BadInputError("the name of the assembly is empty: name it, or leave it out")
        return sources(names)


def given_option(command: F) -> F:
    """Add the option for condition keys."""
    return click.option(
        "--given",
        type=Text(),
        multiple=True,
        metavar="KEY=VALUE",
        callback=_given,
        help="A condition key of the request; repeat it for more keys or more values.",
    )(command)


def question_options(command: F) -> F:
    """Add what a question about access takes: --given, --assembly and --format."""
    return given_option(assembly_option(format_option(command)))


def _given(
    _ctx: click.Context, _param: click.Parameter, pairs: tuple[str, ...]
) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or not key:
            raise click.BadParameter(f"{pair!r} is not KEY=VALUE, such as sts:ExternalId=course")
        found.setdefault(key.lower(), []).append(value)
    return found
