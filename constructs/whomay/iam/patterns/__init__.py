"""Patterns with wildcards, over text that may hold parts which only a deployment knows.

Matching, overlap, sets of patterns and the logic of three values belong here.
"""
