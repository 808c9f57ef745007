"""`whomay empty`: delete all that is in a bucket, so that the bucket itself can be deleted."""

import shlex
import sys
from typing import Any

import click

from whomay.cli.asking_first import confirmed, yes_option
from whomay.cli.failing import in_one_line
from whomay.cli.inputs import Source, assembly_option, bad_input_in_one_line
from whomay.engine import read
from whomay.live.errors import LiveError


@click.command()
@click.argument("bucket")
@click.option("--in-use", is_flag=True, help="Empty it although somebody still uses it.")
@click.option("--outside-app", is_flag=True, help="Empty a bucket that the app does not have.")
@assembly_option
@yes_option
def command(bucket: str, *, in_use: bool, outside_app: bool, assembly: Source, yes: bool) -> None:
    """Delete everything in BUCKET: all versions, delete markers and unfinished uploads.

    What is deleted is gone for good. Account, Region, bucket and numbers are shown first. It deletes
    1,000 at a time, any number of them; a run that was stopped half-way is finished by the next.

    A bucket is refused that a trail, a flow log, an access log or a stack still uses (--in-use). So is
    one that is not of the app in cdk.out (--outside-app). CloudFormation's tags tell whose it is: they
    stay on a bucket that outlives its stack.

    Credentials and Region are those of the environment. Exit code 2 when a person must look first,
    or a permission is missing, 3 when AWS did not answer the question.

    Example: whomay empty ec2role-shared1a2b3c --yes
    """
    with in_one_line(), bad_input_in_one_line():
        try:
            from whomay.live.caller import AwsCaller  # noqa: PLC0415 - --help needs no AWS
        except ImportError:
            raise LiveError("boto3 is missing: pip install 'whomay[live]'") from None

        from whomay.live.emptying import BucketEmptier  # noqa: PLC0415 - the same

        doing = f"empty {bucket}"
        caller = AwsCaller.of_environment(doing)
        emptier = BucketEmptier(caller, bucket)
        stack, logical_id = emptier.made_by()
        if not (outside_app or _is_of_app(assembly, stack, logical_id)):
            made = f"the stack {stack} has made it" if stack else "no stack has made it"
            raise LiveError(
                f"{doing}: it is not of the app in {assembly} ({made}): synthesize the app that has it, "
                "or give --outside-app"
            )
        used = emptier.uses()
        if used.by and not in_use:
            raise LiveError(f"{doing}: {'; '.join(used.by)}: end that first, or give --in-use")
        if used.unknown and not in_use:
            raise LiveError(
                f"{doing}: who uses it cannot be told: these credentials lack "
                f"{', '.join(used.unknown)} (--in-use goes on without)"
            )
        contents = emptier.contents()
        click.echo(str(caller))
        click.echo(
            f"{bucket}, {f'made by the stack {stack}' if stack else 'of no stack'}: {contents}"
        )
        for use in used.by:
            click.echo(f"still in use: {use}")
    if contents:
        confirmed(f"Delete all of it, for good, from {bucket}?", yes=yes)
        number = contents.versions + contents.markers + contents.uploads
        bar: Any = click.progressbar(
            length=number, label="deleting", hidden=not sys.stdout.isatty()
        )
        with in_one_line(), bar:
            emptier.empty(bar.update)
        click.echo(f"{number:,} deleted")
    click.echo(
        f"{bucket} is empty. Delete it: aws s3api delete-bucket --bucket {shlex.quote(bucket)}"
    )


def _is_of_app(assembly: Source, stack: str, logical_id: str) -> bool:
    """Tell whether a template of the app makes the bucket that the tags name."""
    if not stack:
        return False
    made = (t.section("Resources") for t in read(assembly).templates if t.stack_name == stack)
    return any(one.get(logical_id, {}).get("Type") == "AWS::S3::Bucket" for one in made)
