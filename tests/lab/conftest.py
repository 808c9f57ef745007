"""Fixtures of the lab's tests."""

from support.checkout import checkout
from support.running_lab import beside, deployed_lab, lab

__all__ = ["beside", "checkout", "deployed_lab", "lab"]
