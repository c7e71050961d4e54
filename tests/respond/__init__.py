"""Deciding what to do, hearing answers, rendering cases."""
