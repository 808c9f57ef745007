"""Fixtures of the tests on what a real account needs: the lab answers them."""

from support.running_lab import lab

__all__ = ["lab"]
