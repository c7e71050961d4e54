"""Measurements: how fast deliveries are taken in, and how soon they are answered with an issue."""
