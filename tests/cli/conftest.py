"""Fixtures of the command's tests."""

from support.cdk_fixtures import app, ec2_role, stack, user_assume_role, user_assume_role_with_mfa
from support.running_lab import beside, checkout, deployed_lab, lab

__all__ = [
    "app",
    "beside",
    "checkout",
    "deployed_lab",
    "ec2_role",
    "lab",
    "stack",
    "user_assume_role",
    "user_assume_role_with_mfa",
]
