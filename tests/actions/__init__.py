"""Actions, on a simulated organisation."""
