"""Actions on what holds for the whole organisation: its settings and its roles."""
