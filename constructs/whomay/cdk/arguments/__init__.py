"""Checks of what callers pass to constructs, made before CDK sees it, in the caller's words.

A check that more than one construct needs belongs here. It says what it got, what is allowed, and
what to do.
"""
