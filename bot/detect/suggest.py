"""Saying what somebody probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known word most like ``word``, if one is like enough."""
    found = get_close_matches(word.lower(), sorted(known), n=1, cutoff=cutoff)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?``, or failing that the known words, or nothing."""
    words = sorted(known)
    if (match := closest(word, words)) is not None:
        return f"; did you mean '{match}'?"
    return f"; known: {', '.join(words)}" if words else ""
