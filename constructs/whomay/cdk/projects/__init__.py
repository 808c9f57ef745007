"""Whole projects: a principal with its access, and a machine to act on. One project a file."""
