"""Fixtures of the pages' tests."""

from support.cdk_fixtures import app, ec2_role, stack, user_assume_role, user_assume_role_with_mfa

__all__ = ["app", "ec2_role", "stack", "user_assume_role", "user_assume_role_with_mfa"]
