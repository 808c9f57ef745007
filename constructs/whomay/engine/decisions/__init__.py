"""Decisions: one request, and what the policies of a snapshot make of it."""
