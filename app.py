"""The app: both projects of the course, and a hub with its spokes where accounts are configured."""

from aws_cdk import App

from stacks.audit import add_audit
from stacks.delivery import DeliveryStack
from stacks.ec2_role import Ec2RoleStack
from stacks.hub import HubStack
from stacks.rollout import RolloutStack
from stacks.spoke import SpokeStack
from stacks.user_assume_role import UserAssumeRoleStack
from whomay.cdk import Accounts, Audit, context_flag, one_message, synth

with one_message():
    app = App()
    ec2_role = Ec2RoleStack(app, "Ec2Role")
    user_assume_role = UserAssumeRoleStack(app, "UserAssumeRole")
    if context_flag(app, "mfa"):  # the lab deploys project 2 once more, with MFA
        UserAssumeRoleStack(app, "UserAssumeRoleMfa", mfa=True)
    accounts = Accounts.of(app)
    audit = Audit.of(app, partition=accounts.hub.partition if accounts else "aws")
    if accounts:
        HubStack(app, "Hub", accounts=accounts)
        if accounts.github:
            DeliveryStack(app, "Delivery", accounts=accounts, github=accounts.github, audit=audit)
        if accounts.rolls_out:
            RolloutStack(app, "Rollout", accounts=accounts)
        else:
            for name, account in accounts.spokes.items():
                SpokeStack(app, f"Spoke-{name}", accounts=accounts, account=account)
    if audit:
        add_audit(app, audit, buckets=[ec2_role.shared, user_assume_role.shared])
    synth(app)
