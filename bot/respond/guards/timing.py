"""Guards about time: what is new here asks for a while, and what is old is not answered unasked."""

from datetime import timedelta

from bot.respond.guards.decision import Allow, Ask, Decision
from bot.respond.guards.facts import Facts


def quiet_period(facts: Facts) -> Decision:
    """Ask for a while after this version, with these playbooks, was seen for the first time."""
    if facts.approved_by is not None or facts.new_since is None or facts.quiet_for is None:
        return Allow()
    ends = facts.new_since + facts.quiet_for
    if facts.now is None or facts.now >= ends:
        return Allow()
    return Ask(
        reason="Tipstaff, this version of it, or its set of playbooks is new here: until "
        f"{ends:%Y-%m-%d %H:%M} UTC it asks before it changes anything."
    )


def stale_event(facts: Facts) -> Decision:
    """Ask before an event is answered that happened longer ago than the settings allow."""
    if facts.approved_by is not None or facts.now is None or facts.happened_at is None:
        return Allow()
    earliest = min(facts.happened_at, facts.possibly_at or facts.happened_at)
    if facts.stale_after is None or facts.now - earliest <= facts.stale_after:
        return Allow()
    when = "may have happened up to" if earliest < facts.happened_at else "happened"
    return Ask(
        reason=f"This {when} {_words(facts.now - earliest)} ago, and much may have been built on "
        f"it since; after {_words(facts.stale_after)} Tipstaff asks."
    )


def _words(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours < 1:
        return f"{span.total_seconds() / 60:.0f} minutes"
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
