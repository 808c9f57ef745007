"""Constructs that record what was done in an account: the trail, and alerts on what is rare."""
