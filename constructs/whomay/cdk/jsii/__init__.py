"""Jsii."""
