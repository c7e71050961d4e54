"""Correlation: what several events mean together, within a time."""
