"""`whomay rotate-key`: replace a user's access key, in a way that any run can finish."""

from datetime import timedelta

import click

from whomay.cli.failing import in_one_line
from whomay.live.errors import LiveError


@click.command()
@click.argument("user")
@click.option(
    "--secret",
    "secret_id",
    required=True,
    help="Name or ARN of the secret that holds the key, as JSON with AccessKeyId and SecretAccessKey.",
)
@click.option(
    "--overlap",
    "minutes",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="MINUTES",
    help="How long both keys work. Until then the run ends before the old key is deactivated.",
)
@click.option("--dry-run", is_flag=True, help="Print the steps that are left, and change nothing.")
def command(user: str, secret_id: str, minutes: int, *, dry_run: bool) -> None:
    """Replace the access key of USER, which is stored in Secrets Manager.

    A new key is made and stored in the secret. Once AWS accepts it as it is stored, the old key is
    deactivated, then deleted. While that goes on the user bears the tag whomay:rotating. A run that
    was stopped half-way is finished by the next. A second key that no rotation made is never touched.

    No secret is printed. Credentials and Region are those of the environment: an administrator's.

    Exit code 2 when a person must look first, 3 when AWS did not answer the question. Exit code 75
    when another run is at work: run again.

    Example: whomay rotate-key ada --secret ada-key --dry-run
    """
    with in_one_line():
        try:
            from whomay.live.caller import session_of_caller  # noqa: PLC0415 - --help needs no AWS
            from whomay.live.keys import UserKey  # noqa: PLC0415 - the same
        except ImportError:
            raise LiveError("boto3 is missing: pip install 'whomay[live]'") from None

        from whomay.live.key_state import Do, remaining  # noqa: PLC0415 - the same
        from whomay.live.only_rotation import only_rotation  # noqa: PLC0415 - the same

        key = UserKey(session_of_caller(f"rotate-key {user}"), user, secret_id)
        with only_rotation(user):
            for step in remaining(key.state()):
                if step.do is Do.DEACTIVATE:
                    click.echo(key.last_use(step.key))
                    until = key.both_work_until(timedelta(minutes=minutes)) if minutes else None
                    if until and not dry_run:
                        click.echo(
                            f"both keys work until {until:%Y-%m-%d %H:%M} UTC: run again then"
                        )
                        return
                if not dry_run:
                    key.perform(step)
                click.echo(f"{'would ' if dry_run else ''}{step}")
