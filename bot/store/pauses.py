"""The global stop, as it is recorded: who paused what, when and why, and who ended it."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.respond.pause import Pause
from bot.store.tables import PAUSED, pauses
from bot.store.upsert import insert


def standing(connection: Connection) -> tuple[Pause, ...]:
    """Return the pauses that hold, the oldest first."""
    found = connection.execute(
        select(pauses.c.org, pauses.c.by, pauses.c.reason, pauses.c.since)
        .where(PAUSED)
        .order_by(pauses.c.seq)
    )
    return tuple(Pause(**row) for row in found.mappings())


def begin(connection: Connection, pause: Pause, now: datetime) -> bool:
    """Pause an organisation, or all of them; false when that is paused already."""
    begun = connection.execute(
        insert(connection, pauses)
        .values(org=pause.org.lower(), by=pause.by, reason=pause.reason, since=now)
        .on_conflict_do_nothing(index_elements=[pauses.c.org], index_where=PAUSED)
        .returning(pauses.c.seq)
    )
    return begun.one_or_none() is not None


def end(connection: Connection, org: str, *, by: str, now: datetime) -> bool:
    """End the pause of exactly this organisation, or of all; false when there is none."""
    ended = connection.execute(
        update(pauses).where(pauses.c.org == org.lower(), PAUSED).values(ended_at=now, ended_by=by)
    )
    return ended.rowcount > 0
