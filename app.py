"""The app: both projects of the course, each in a stack of its own."""

from aws_cdk import App

from stacks.ec2_role import Ec2RoleStack
from stacks.user_assume_role import UserAssumeRoleStack
from whomay.cdk import one_message, synth

with one_message():
    app = App()
    Ec2RoleStack(app, "Ec2Role")
    UserAssumeRoleStack(app, "UserAssumeRole")
    if app.node.try_get_context("mfa") == "true":  # the lab deploys project 2 once more, with MFA
        UserAssumeRoleStack(app, "UserAssumeRoleMfa", mfa=True)
    synth(app)
