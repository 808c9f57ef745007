"""Fixtures of the tests of the whole app."""

from support.cdk_fixtures import app, ec2_role, stack, user_assume_role, user_assume_role_with_mfa
from support.checkout import checkout

__all__ = ["app", "checkout", "ec2_role", "stack", "user_assume_role", "user_assume_role_with_mfa"]
