"""The guards, at their edges."""
