"""Principals."""
