"""`whomay mfa-commands`: what a person types to enrol an MFA device."""

import re
from typing import Final

import click

from whomay.cli.inputs import BadInputError

# CreateVirtualMFADevice and EnableMFADevice in the IAM API Reference; IAM's names of users.
_NAME: Final = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)

_COMMANDS: Final = """\
# Make a virtual device. What the app needs goes to {file}, which others cannot read.
umask 077
serial=$(aws iam create-virtual-mfa-device --virtual-mfa-device-name {user} \\
    --bootstrap-method {method} --outfile {file} \\
    --query VirtualMFADevice.SerialNumber --output text)

# {take}, then remove it.
rm {file}

# Enable the device with two codes that follow each other.
aws iam enable-mfa-device --user-name {user} --serial-number "$serial" \\
    --authentication-code1 CODE1 --authentication-code2 CODE2
"""


@click.command()
@click.argument("user")
@click.option("--text", is_flag=True, help="For an app that takes no picture: the seed as text.")
def command(user: str, *, text: bool) -> None:
    """Print the commands by which USER enrols a virtual MFA device of the same name.

    CloudFormation makes devices but never returns the seed, so a person enrols, with own
    credentials or an administrator's. The seed goes to a file alone and is not printed.

    Example: whomay mfa-commands ada --text
    """
    if not _NAME.fullmatch(user):
        raise BadInputError(f"{user!r} is not a user's name: 1 to 64 of A-Z a-z 0-9 and _+=,.@-")
    kind = ("Base32StringSeed", "txt", "Type") if text else ("QRCodePNG", "png", "Scan")
    method, ending, verb = kind
    file = f"./{user}-mfa.{ending}"
    take = f"{verb} {file} into the app" if text else f"{verb} {file} with the app"
    click.echo(_COMMANDS.format(user=user, file=file, method=method, take=take), nl=False)
