"""The tables of what correlations and baselines remember.

A row is kept until `keep_until`, by the clock.
"""

from datetime import datetime

import sqlalchemy as sa

from bot.store.columns import Document, Moment, Plain
from bot.store.metadata import NUMBER, metadata

watches = sa.Table(
    "watches",
    metadata,
    sa.Column("playbook_id", Plain, primary_key=True),
    sa.Column("group_key", Plain, primary_key=True),
    sa.Column("since", Moment, nullable=False),
    sa.Column("fired", Document(tuple[datetime, ...]), nullable=False),
    sa.Column("keep_until", Moment, nullable=False),
)

sightings = sa.Table(
    "sightings",
    metadata,
    sa.Column("seq", NUMBER, primary_key=True),
    sa.Column("playbook_id", Plain, nullable=False),
    sa.Column("group_key", Plain, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("rule_id", Plain, nullable=False),
    sa.Column("event_id", Plain, nullable=False),
    sa.Column("measured", Document(tuple[str | float, ...]), nullable=False),
    sa.Column("words", Plain, nullable=False),
    sa.Column("presumed", sa.Boolean, nullable=False),
    sa.Column("keep_until", Moment, nullable=False),
)

windows = sa.Table(
    "windows",
    metadata,
    sa.Column("seq", NUMBER, primary_key=True),
    sa.Column("playbook_id", Plain, nullable=False),
    sa.Column("group_key", Plain, nullable=False),
    sa.Column("event_id", Plain, nullable=False),
    sa.Column("opened", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("claimed_by", Plain),
    # Held until then; with nobody holding it: not to be tried again before.
    sa.Column("lease_until", Moment),
    sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("error", Plain, nullable=False, server_default=sa.text("''")),
    # Given up after too many tries; kept for a person to look at.
    sa.Column("buried_at", Moment),
)

seen_values = sa.Table(
    "seen_values",
    metadata,
    sa.Column("playbook_id", Plain, primary_key=True),
    sa.Column("group_key", Plain, primary_key=True),
    sa.Column("value", Plain, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("keep_until", Moment, nullable=False),
)

sa.Index("ix_watches_keep_until", watches.c.keep_until)
sa.Index(
    "uq_sightings_event",
    *(sightings.c.playbook_id, sightings.c.group_key, sightings.c.rule_id, sightings.c.event_id),
    unique=True,
)
sa.Index("ix_sightings_at", sightings.c.playbook_id, sightings.c.group_key, sightings.c.at)
sa.Index("ix_sightings_keep_until", sightings.c.keep_until)
sa.Index(
    "uq_windows_event",
    *(windows.c.playbook_id, windows.c.group_key, windows.c.event_id),
    unique=True,
)
sa.Index("ix_windows_due_at", windows.c.due_at)
# The whole order in which values are forgotten, so that finding the last one sorts nothing.
sa.Index(
    "ix_seen_values_at",
    *(seen_values.c.playbook_id, seen_values.c.at, seen_values.c.group_key, seen_values.c.value),
)
sa.Index("ix_seen_values_keep_until", seen_values.c.keep_until)
