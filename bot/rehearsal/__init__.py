"""A playbook's own tests, and the exact API calls its response makes, on a simulated GitHub."""

from bot.rehearsal.run import Rehearsed, rehearse

__all__ = ["Rehearsed", "rehearse"]
