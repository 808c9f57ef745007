"""The option --scp: service control policies from files, one level of the organization each.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from whomay.cli.inputs import BadInputError
from whomay.files import FileError, read_text
from whomay.iam import unique_json
from whomay.iam.parse import PolicyError, parse_policy, problem_with
from whomay.iam.patterns.symbols import printable
from whomay.iam.policy import Policy, Source

F = TypeVar("F", bound=Callable[..., Any])

Levels = tuple[tuple[Policy, ...], ...]


def scp_option(command: F) -> F:
    """Add the option; the argument is called `scps`, and holds the policies of each level."""
    return click.option(
        "--scp",
        "scps",
        multiple=True,
        metavar="FILE",
        type=click.Path(path_type=Path),
        callback=_levels,
        help="Service control policies of one level (root, unit, account): a JSON document or a "
        "list of them. Repeat it for each level; all must allow.",
    )(command)


def _levels(_ctx: click.Context, _param: click.Parameter, files: tuple[Path, ...]) -> Levels:
    return tuple(map(_level, files))


def _level(file: Path) -> tuple[Policy, ...]:
    try:
        documents = unique_json.loads(read_text(file))
    except FileError as error:
        raise BadInputError(printable(str(error))) from None
    except (ValueError, RecursionError) as error:
        raise BadInputError(printable(f"{file}: no JSON: {error}")) from None
    listed = documents if isinstance(documents, list) else [documents]
    try:
        policies = tuple(
            parse_policy(each, Source(str(file), f"[{number}]" if len(listed) > 1 else ""))
            for number, each in enumerate(listed)
        )
    except PolicyError as error:
        raise BadInputError(printable(f"{file}: {error}")) from None
    statements = [statement for policy in policies for statement in policy.statements]
    for each in statements:
        if problem := problem_with(each, of_resource=False):
            raise BadInputError(printable(f"{file}: a service control policy {problem}"))
    if all(each.effect == "Deny" for each in statements):
        raise BadInputError(
            printable(
                f"{file}: this level would allow nothing: put what is attached beside it, at AWS "
                "FullAWSAccess, into a list with it"
            )
        )
    return policies
