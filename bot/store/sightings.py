"""What correlations and baselines remember, inside the transaction that it belongs to.

A group's row is locked before anything of the group is read, so two workers that see two events
of one sequence follow one after the other, and the second sees what the first has written.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Table, delete, func, select, update

from bot.core.errors import TipstaffError
from bot.detect.baseline import MOST_VALUES
from bot.detect.correlation.read import MOST_EVENTS
from bot.detect.correlation.sighting import Sighting
from bot.detect.recall import Deadline, Watch
from bot.store.remembered import seen_values, sightings, watches, windows
from bot.store.upsert import insert

_PRUNED: Final = 1_000  # rows of one table that go at once: pruning never holds up the work


class Remembrance:
    """The memory of `bot.detect.recall`, in the database; lives as long as its transaction."""

    def __init__(self, connection: Connection, *, most_values: int = MOST_VALUES) -> None:
        self._connection = connection
        self._most_values = most_values

    def hold(self, playbook: str, group: str, *, at: datetime, until: datetime) -> Watch:
        """Lock a group, known from ``at`` on if it was not; keep it at least ``until``."""
        row = self._lock(playbook, group, at, until)
        over = row.keep_until < at  # due to be forgotten, though nobody has come by yet
        since, fired = (at, ()) if over else (min(row.since, at), row.fired)
        keep = max(row.keep_until, until)
        if (since, fired, keep) != (row.since, row.fired, row.keep_until):
            self._connection.execute(
                update(watches).where(*_same(watches, playbook, group)),
                {"since": since, "fired": fired, "keep_until": keep},
            )
        return Watch(since=since, fired=fired)

    def _lock(self, playbook: str, group: str, at: datetime, until: datetime) -> Any:
        new = {"playbook_id": playbook, "group_key": group, "since": at, "keep_until": until}
        standing = select(watches).where(*_same(watches, playbook, group)).with_for_update()
        for _ in range(5):
            self._connection.execute(
                insert(self._connection, watches).on_conflict_do_nothing(), {**new, "fired": ()}
            )
            if (row := self._connection.execute(standing).one_or_none()) is not None:
                return row
            # It was pruned between the two statements: make it again.
        raise TipstaffError("a correlation's group goes as fast as it comes; will try again")

    def add(self, found: Iterable[Sighting], *, until: datetime) -> None:
        """Remember sightings of a locked group; beyond what is kept, the oldest go."""
        rows = [_row(each, until) for each in found]
        if not rows:
            return
        self._connection.execute(insert(self._connection, sightings).on_conflict_do_nothing(), rows)
        for playbook, group in {(row["playbook_id"], row["group_key"]) for row in rows}:
            newest_first = (sightings.c.at.desc(), sightings.c.seq.desc())
            beyond = (
                select(sightings.c.seq)
                .where(*_same(sightings, playbook, group))
                .order_by(*newest_first)
                .offset(MOST_EVENTS)
            )
            if surplus := self._connection.scalars(beyond).all():
                self._connection.execute(delete(sightings).where(sightings.c.seq.in_(surplus)))

    def between(
        self, correlation: str, group: str, first: datetime, last: datetime
    ) -> Sequence[Sighting]:
        """Return the sightings of a group from ``first`` to ``last``, both included."""
        rows = self._connection.execute(
            select(sightings)
            .where(*_same(sightings, correlation, group), sightings.c.at.between(first, last))
            .order_by(sightings.c.at, sightings.c.seq)
        )
        return [_sighting(row) for row in rows]

    def extent(
        self, correlation: str, group: str, first: datetime, last: datetime
    ) -> tuple[int, datetime | None]:
        """Return how many there are, and when the last of them was, without reading them."""
        row = self._connection.execute(
            select(func.count(), func.max(sightings.c.at)).where(
                *_same(sightings, correlation, group), sightings.c.at.between(first, last)
            )
        ).one()
        return row[0], row[1]

    def fire(self, correlation: str, group: str, fired: Sequence[datetime]) -> None:
        """Remember when a group fired."""
        self._connection.execute(
            update(watches).where(*_same(watches, correlation, group)), {"fired": tuple(fired)}
        )

    def schedule(self, deadline: Deadline) -> None:
        """Remember a window to judge later; one that is there already stays."""
        self._connection.execute(
            insert(self._connection, windows).on_conflict_do_nothing(),
            {
                "playbook_id": deadline.correlation,
                "group_key": deadline.group,
                "event_id": deadline.event_id,
                "opened": deadline.opened,
                "due_at": deadline.due,
            },
        )

    def last_seen(self, playbook: str, group: str, value: str) -> datetime | None:
        """Return when a value was last seen (event time)."""
        found: datetime | None = self._connection.scalar(
            select(seen_values.c.at).where(
                *_same(seen_values, playbook, group), seen_values.c.value == value
            )
        )
        return found

    def learn(
        self, playbook: str, group: str, value: str, *, at: datetime, until: datetime
    ) -> None:
        """Remember that a value was seen; beyond what is kept, the playbook's oldest go."""
        known = self.last_seen(playbook, group, value)
        if known is not None:
            self._connection.execute(
                update(seen_values).where(
                    *_same(seen_values, playbook, group), seen_values.c.value == value
                ),
                {"at": max(known, at), "keep_until": until},
            )
            return
        self._connection.execute(
            seen_values.insert(),
            {
                "playbook_id": playbook,
                "group_key": group,
                "value": value,
                "at": at,
                "keep_until": until,
            },
        )
        key = (seen_values.c.group_key, seen_values.c.value)
        beyond = (
            select(*key)
            .where(seen_values.c.playbook_id == playbook)
            .order_by(seen_values.c.at.desc(), *(column.desc() for column in key))
            .offset(self._most_values)
        )
        for row in self._connection.execute(beyond).all():
            self._connection.execute(
                delete(seen_values).where(
                    *_same(seen_values, playbook, row.group_key), seen_values.c.value == row.value
                )
            )


def prune(connection: Connection, now: datetime) -> int:
    """Forget what can no longer matter, some of it at a time; return how many rows went."""
    gone = 0
    for table in (sightings, seen_values, watches):
        key = list(table.primary_key.columns)
        old = (
            select(*key)
            .where(table.c.keep_until < now)
            .order_by(table.c.keep_until)
            .limit(_PRUNED)
            .with_for_update(skip_locked=True)
        )
        rows = connection.execute(old).all()
        if rows:
            these = sa.tuple_(*key).in_([tuple(row) for row in rows])
            gone += connection.execute(delete(table).where(these)).rowcount
    return gone


def count(connection: Connection) -> int:
    """Return how many sightings are kept."""
    return connection.scalar(select(func.count()).select_from(sightings)) or 0


def _same(table: Table, playbook: str, group: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (table.c.playbook_id == playbook, table.c.group_key == group)


def _row(each: Sighting, until: datetime) -> dict[str, Any]:
    return {
        "playbook_id": each.correlation,
        "group_key": each.group,
        "at": each.at,
        "rule_id": each.rule,
        "event_id": each.event_id,
        "measured": each.values,
        "words": each.words,
        "presumed": each.presumed,
        "keep_until": until,
    }


def _sighting(row: Any) -> Sighting:
    return Sighting(
        correlation=row.playbook_id,
        group=row.group_key,
        rule=row.rule_id,
        event_id=row.event_id,
        at=row.at,
        values=row.measured,
        words=row.words,
        presumed=row.presumed,
    )
