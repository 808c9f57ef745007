"""`whomay cases record`: what AWS evaluated, kept as a case without names."""

import json
import sys
from pathlib import Path

import click

from whomay.cli.failing import in_one_line
from whomay.cli.inputs import BROKEN, HOLDS, UNKNOWN, BadInputError
from whomay.cli.live_options import profile_option, region_name
from whomay.engine import Verdict
from whomay.iam.patterns.symbols import printable
from whomay.live.authorization import authorization
from whomay.live.recorded import Recorded, recorded
from whomay.live.refusal import refusal


def _appended(_ctx: click.Context, _parameter: click.Parameter, file: Path | None) -> Path | None:
    """Refuse what cannot be a file, before AWS is asked."""
    if file == Path():
        raise BadInputError("--file '': the name is empty; name a file, or leave the option out")
    if file is not None and not file.absolute().parent.is_dir():
        raise BadInputError(f"--file {file}: there is no folder {file.parent}: make it first")
    return file


@click.command("record")
@click.argument("identity", metavar="ID")
@profile_option
@click.option(
    "--region", metavar="REGION", callback=region_name, help="Where the call was refused."
)
@click.option(
    "-f",
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_appended,
    help="Append to this file in place of standard output.",
)
def command(*, identity: str, profile: str | None, region: str | None, file: Path | None) -> None:
    """Write how AWS evaluated a refused call as lines of the cases' format, for everybody to run.

    ID is the authorization id, the console's link with it, or the message that holds it. Account
    ids, names, unique ids and addresses are replaced, the same by the same, and condition keys that
    no policy reads are left out. AWS is asked by iam:GetRequestAuthorizationDetails and
    iam:GetRequestAuthorizationPolicy.

    Exit code 0 when whomay decides as AWS did, 1 when it does not. The line is then a bug report
    that is ready to send. It is 3 when the answer is not known, since AWS gave not all policies or
    nothing at all.

    Example: whomay cases record 0a1b2c3d4e5f6a7b8c9d -f cases.jsonl
    """
    from whomay.live.snapshot.account import account  # noqa: PLC0415 - boto3, on need

    with in_one_line():
        told = refusal(identity)
        if not told.id:
            raise BadInputError("the message holds no authorization id: allowed is one that does")
        where = region or told.region
        asked = account(profile, (where,) if where else ())
        found = list(recorded(authorization(asked, told.id)))
    if not found:
        raise BadInputError(f"{told.id}: AWS tells no evaluation that denied")
    text = "".join(json.dumps(each.case) + "\n" for each in found)
    if file is None:
        click.echo(text, nl=False)
    else:
        _append(file, text)
    for each in found:
        click.echo(printable(_said(each)), err=True)
    sys.exit(max(_code(each) for each in found))


def _append(file: Path, text: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise BadInputError(f"{file}: cannot be written: {error.strerror}") from None


def _said(one: Recorded) -> str:
    if one.ours.verdict is one.aws:
        return f"{one.case['id']}: {one.aws}, as AWS decided: {one.ours.reason}"
    return f"{one.case['id']}: {one.ours.verdict}, and AWS decided {one.aws}: {one.ours.reason}"


def _code(one: Recorded) -> int:
    if one.ours.verdict is one.aws:
        return HOLDS
    return UNKNOWN if one.ours.verdict is Verdict.UNKNOWN else BROKEN
