"""Matches made quickly: a busy organisation's events make many of them."""

from typing import Any

from bot.core.playbook import Match, Playbook, Reason

_new: Any = object.__new__
_set_playbook, _set_event_id, _set_reasons, _set_output = (
    Match.__dict__[slot].__set__ for slot in ("playbook", "event_id", "reasons", "output")
)


def make_match(
    playbook: Playbook, event_id: str, reasons: tuple[Reason, ...], output: str
) -> Match:
    """Return what `Match` itself makes of these, in half the time.

    A frozen dataclass sets each slot by a detour, since it refuses to be set in the common way.
    """
    match: Match = _new(Match)
    _set_playbook(match, playbook)
    _set_event_id(match, event_id)
    _set_reasons(match, reasons)
    _set_output(match, output)
    return match
