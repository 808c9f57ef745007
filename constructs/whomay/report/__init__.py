"""Renderers: they turn results into text, and compute nothing."""
