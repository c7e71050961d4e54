"""Tests of Tipstaff, room by room."""
