"""The stacks of both projects in one app, and their assembly."""

from pathlib import Path

from aws_cdk import App, Stack

from stacks.ec2_role import Ec2RoleStack
from stacks.user_assume_role import UserAssumeRoleStack
from support.checkout import CONTEXT
from support.widenings import EC2_ROLE, MFA, USER


def projects(app: App) -> dict[str, Stack]:
    """Both stacks, and the second once more with MFA, by their names."""
    return {
        EC2_ROLE: Ec2RoleStack(app, EC2_ROLE),
        USER: UserAssumeRoleStack(app, USER),
        MFA: UserAssumeRoleStack(app, MFA, mfa=True),
    }


def synthesized(folder: Path) -> Path:
    """Synthesize both stacks into a folder, without the gate, and return it."""
    app = App(context=CONTEXT, outdir=str(folder))
    Ec2RoleStack(app, EC2_ROLE)
    UserAssumeRoleStack(app, USER)
    app.synth()
    return folder
