"""A user of the lab with everything that IAM lets a user have, and `whomay` run on the lab's AWS."""

import base64
import hmac
import os
import struct
import subprocess
import sys
import time
from pathlib import Path

from support.aws import Caller, policy, root, statement
from whomay.lab.state import Lab

# The command, killed by the system at one moment of one call to AWS.
KILLED = """
import os, signal, sys, boto3
moment = sys.argv.pop(1)
class Session(boto3.Session):
    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.events.register(moment, lambda **_: os.kill(os.getpid(), signal.SIGKILL))
boto3.Session = Session
from whomay.cli import main
main()
"""


def on_lab(
    caller: Caller,
    *arguments: str,
    kill: str = "",
    cwd: Path | None = None,
    said: str = "",
    code: str = "from whomay.cli import main; main()",
) -> "subprocess.CompletedProcess[str]":
    """Run `whomay` with the caller's credentials; `kill` names the moment of a call that ends it.

    `code` is a program that does something beside, and then runs the command.
    """
    program = [KILLED, kill] if kill else [code]
    own = {"AWS_SESSION_TOKEN": caller.token} if caller.token else {}
    return subprocess.run(
        [sys.executable, "-c", *program, *arguments],
        env={
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": caller.lab.endpoint,
            "AWS_CA_BUNDLE": str(caller.lab.ca),
            "AWS_ACCESS_KEY_ID": caller.access_key,
            "AWS_SECRET_ACCESS_KEY": caller.secret,
            "AWS_DEFAULT_REGION": caller.lab.region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            **own,
        },
        cwd=cwd,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def code(seed: str, step: int) -> str:
    """Return the code of RFC 6238 for a step of 30 seconds."""
    digest = hmac.digest(base64.b32decode(seed), struct.pack(">Q", step), "sha1")
    at = digest[-1] & 15
    (number,) = struct.unpack(">I", digest[at : at + 4])
    return f"{number % 2**31 % 10**6:06}"


def codes_now(seed: str) -> tuple[str, str]:
    """Return the codes of two steps that follow each other, the second of this moment."""
    step = int(time.time()) // 30
    return code(seed, step - 1), code(seed, step)


def enrol(lab: Lab, name: str) -> str:
    """Give the user a virtual device of the same name; return its serial number."""
    iam = root(lab).client("iam")
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    seed, step = made["Base32StringSeed"].decode(), int(time.time()) // 30
    codes = {f"AuthenticationCode{n}": code(seed, step - 2 + n) for n in (1, 2)}
    iam.enable_mfa_device(UserName=name, SerialNumber=made["SerialNumber"], **codes)
    serial: str = made["SerialNumber"]
    return serial


def give_everything(lab: Lab, name: str) -> Caller:
    """Make a user with all that IAM lets a user have, and return its caller by a key."""
    iam = root(lab).client("iam")
    iam.create_user(UserName=name)
    iam.create_login_profile(UserName=name, Password="Correct-Horse-42")
    iam.put_user_policy(
        UserName=name, PolicyName="own", PolicyDocument=policy(statement("s3:*", "*"))
    )
    iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    deny = {**statement("ec2:*", "*"), "Effect": "Deny"}
    for group, each in ((f"{name}-a-denies", deny), (f"{name}-b-allows", statement("sqs:*", "*"))):
        iam.create_group(GroupName=group)
        iam.put_group_policy(GroupName=group, PolicyName="own", PolicyDocument=policy(each))
        iam.add_user_to_group(GroupName=group, UserName=name)
    iam.upload_ssh_public_key(UserName=name, SSHPublicKeyBody="ssh-rsa AAAA")
    iam.upload_signing_certificate(UserName=name, CertificateBody="-----BEGIN CERTIFICATE-----")
    iam.create_service_specific_credential(UserName=name, ServiceName="codecommit.amazonaws.com")
    enrol(lab, name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Caller(lab, key["AccessKeyId"], key["SecretAccessKey"])
