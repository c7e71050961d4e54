"""Putting back what an event changed: one file per thing that can be put back."""
