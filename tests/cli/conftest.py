"""Fixtures of the command's tests."""

from support.checkout import checkout

__all__ = ["checkout"]
