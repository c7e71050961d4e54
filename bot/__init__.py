"""Tipstaff: a GitHub App that guards an organisation."""

__version__ = "0.1.0"
