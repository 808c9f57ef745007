"""Patterns over text with parts that are not yet known."""
