"""Deployments, one file a stack: they wire parts and state the contract."""
