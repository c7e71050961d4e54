"""Falco's rules files: their language, read to Falco's letter, on Tipstaff's events."""

from bot.detect.falco.parse import is_falco, parse_falco, parse_falco_files

__all__ = ["is_falco", "parse_falco", "parse_falco_files"]
