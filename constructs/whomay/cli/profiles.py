"""`whomay profiles`: the AWS CLI's profiles for every role that a person may become."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from whomay.cli import replace_file
from whomay.cli.deployment import deployment_options
from whomay.cli.failing import in_one_line
from whomay.cli.inputs import (
    BROKEN,
    HOLDS,
    UNKNOWN,
    Source,
    assembly_argument,
    bad_input_in_one_line,
)
from whomay.cli.options import format_option
from whomay.engine import Deployment, read
from whomay.iam.patterns.symbols import printable
from whomay.live import config_file
from whomay.live.profiles import Profiles, Wish, name_of, profiles

_HOW_TO_TELL: Final = (
    "Names that AWS generates are known after `cdk deploy --outputs-file FILE`, where a CfnOutput has "
    "the role's ARN: give --outputs FILE"
)
_FIRST: Final = (
    "{0}: the person's own policies ask for MFA, which a code given to AssumeRole does not reach: run "
    "`aws sts get-session-token --serial-number {2[mfa_serial]} --token-code CODE`, and write what it "
    "prints into the profile {1} of the credentials file"
)


def _default_config() -> str:
    return os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"


@click.command()
@click.option(
    "--user",
    help="Whose profiles: name, construct path or ARN of a user, or of an instance's role. Default: the only user.",
)
@click.option(
    "--source-profile",
    default="default",
    show_default=True,
    metavar="PROFILE",
    help="The profile that has that person's own credentials.",
)
@click.option(
    "--outputs",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="What `cdk deploy --outputs-file` wrote, for names that AWS generates.",
)
@click.option(
    "--duration",
    type=click.IntRange(900, 43200),
    metavar="SECONDS",
    help="How long sessions last. Default: as long as the role allows, an hour behind a role.",
)
@assembly_argument
@format_option
@deployment_options
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=_default_config,
    show_default="AWS_CONFIG_FILE, or ~/.aws/config",
    help="The AWS CLI's config file.",
)
@click.option("--check", "mode", flag_value="check", help="Change nothing; exit code 1 when stale.")
@click.option("--dry-run", "mode", flag_value="dry-run", help="Print the block, change nothing.")
@click.option("--remove", "mode", flag_value="remove", help="Take the block out of the file.")
def command(
    *,
    user: str | None,
    source_profile: str,
    outputs: tuple[Path, ...],
    duration: int | None,
    assembly: Source,
    style: str,
    deployment: Deployment,
    config: Path,
    mode: str | None,
) -> None:
    """Write the AWS CLI's profiles for every role that a person may become.

    The roles, and what their trust asks for (MFA, external id), come from the cloud assembly. The
    profiles are in one marked block of the config file; nothing else in it is changed. A profile is
    called like its construct: MyStack/Project/Role is MyStack-Project-Role. Those of an instance's
    role take its credentials from the instance's metadata.

    Exit code 1 when --check finds the block stale, 2 for bad input. Exit code 3 when a profile
    needs what only a deployment tells: the others are written. One that an earlier run with
    --outputs has written stays.

    Example: whomay profiles --user ada --dry-run
    """
    config = config.expanduser()
    with in_one_line(), bad_input_in_one_line():
        if mode == "remove":
            _replace(config, {}, ())
            return
        file = config_file.read(config)
        source_is_role = config_file.is_role(file.others.get(source_profile, {}))
        wish = Wish(source_profile, source_is_role, duration, deployment.region)
        found = profiles(read(assembly, deployment), user, wish, outputs)
        # What an earlier run with --outputs has written is not worse for a run without them.
        lacking = () if outputs else tuple(map(name_of, found.unknown))
        code, said = _do(mode, file, found, lacking)
    if style == "json":
        written = {"person": found.person, "profiles": found.written, "unknown": found.unknown}
        said = json.dumps({"config": str(config), **written}, indent=1, default=dict) + "\n"
    click.echo(said, nl=False)
    for path, reason in found.unknown.items():
        kept = not outputs and name_of(path) in file.written
        what = "the profile of an earlier run stays" if kept else "no profile yet"
        click.echo(printable(f"{path}: {what}: {reason}"), err=True)
    for path, session in found.sessions.items():
        click.echo(printable(_FIRST.format(path, session, found.written[session])), err=True)
    if found.unknown and not outputs:
        click.echo(_HOW_TO_TELL, err=True)
    sys.exit(code or (UNKNOWN if found.unknown else HOLDS))


def _do(
    mode: str | None, file: config_file.ConfigFile, found: Profiles, lacking: Sequence[str]
) -> tuple[int, str]:
    """Do what is asked for; return the exit code, and what there is to say.

    Profiles of the names in `lacking` stay as they are.
    """
    number = f"{len(found.written)} profile{'s' if len(found.written) != 1 else ''}"
    if mode == "dry-run":
        return HOLDS, config_file.block(_with_kept(file, found.written, lacking))
    if mode == "check":
        if file.with_profiles(_with_kept(file, found.written, lacking)) != file.text:
            return BROKEN, f"{file.path}: {number} for {found.person} to be written again\n"
        return HOLDS, f"{file.path}: {number} for {found.person}, up to date\n"
    _replace(file.path, found.written, lacking)
    return HOLDS, f"{file.path}: {number} for {found.person}\n"


def _with_kept(
    file: config_file.ConfigFile, profiles: Mapping[str, Mapping[str, str]], lacking: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    """Return the profiles, and those of an earlier run that this one lacks, where they were."""
    if not lacking:
        return profiles
    both = {**{name: file.written[name] for name in lacking if name in file.written}, **profiles}
    return {name: both[name] for name in (*file.written, *profiles) if name in both}


def _replace(
    config: Path, profiles: Mapping[str, Mapping[str, str]], lacking: Sequence[str]
) -> None:
    """Read the file again, now alone, and replace it if anything changes."""
    with replace_file.only_run(config):
        file = config_file.read(config)
        text = file.with_profiles(_with_kept(file, profiles, lacking))
        if text != file.text:
            replace_file.replace(config, text)
