"""Telling people more than the case's issue does: assigning, labelling, escalating, notifying."""
