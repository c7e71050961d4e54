"""The tables of the state database; `migrations` holds how they came to be."""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.core.playbook import Level, Mode, Playbook, Reason
from bot.respond.alert import CaseState
from bot.respond.step import Approval, Receipt, StepState
from bot.store.columns import Document, Moment, Plain, Positions, choice
from bot.store.metadata import NUMBER, metadata


class DeliveryState(StrEnum):
    """Where a delivery in the inbox stands."""

    QUEUED = "queued"  # waits for a worker, from `next_at` on
    CLAIMED = "claimed"  # a worker has it, until `lease_until`
    DONE = "done"  # judged, and what follows from it is recorded
    DEAD = "dead"  # could not be handled; kept for a person to look at


deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", Plain, primary_key=True),
    sa.Column("source", Plain, nullable=False),
    sa.Column("event", Plain, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("state", choice(DeliveryState), nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("claimed_by", Plain),
    sa.Column("lease_until", Moment),
    sa.Column("handled_at", Moment),
    sa.Column("action", Plain),
    sa.Column("error", Plain, nullable=False),
    sa.Column("headers", Document(dict[str, str]), nullable=False),
    # Last, so that SQLite reads the columns before it without following its overflow pages.
    sa.Column("body", sa.LargeBinary, nullable=False),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", Plain, primary_key=True),
    sa.Column("key", Plain, nullable=False),
    sa.Column("org", Plain, nullable=False),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("state", choice(CaseState), nullable=False),
    sa.Column("issue_repository", Plain),
    sa.Column("issue_number", sa.BigInteger),
    sa.Column("issue_id", sa.BigInteger),
    sa.Column("issue_url", Plain),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
    sa.Column("heard_at", Moment),
    sa.Column("reminded_at", Moment),
    sa.Column("escalated_at", Moment),
    sa.Column("former", Plain),
    # When time may next ask for something to be done about it; nothing while it is closed.
    sa.Column("next_look_at", Moment),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", Plain, primary_key=True),
    sa.Column("delivery_id", Plain, nullable=False),
    sa.Column("case_id", Plain, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("org", Plain, nullable=False),
    sa.Column("repo", Plain),
    sa.Column("actor", Plain),
    sa.Column("person", Plain),
    sa.Column("mode", choice(Mode), nullable=False),
    sa.Column("playbook_id", Plain, nullable=False),
    sa.Column("level", choice(Level), nullable=False),
    sa.Column("playbook", Document(Playbook, shared=True), nullable=False),
    sa.Column("reasons", Document(tuple[Reason, ...]), nullable=False),
    sa.Column("action", Plain, nullable=False),
    sa.Column("fields", Document(dict[str, Any]), nullable=False),
    # What a rule of another language says of it, for texts that are rendered later.
    sa.Column("output", Plain, nullable=False, server_default=sa.text("''")),
    sa.Column("happened_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("exemption", Plain),
)

steps = sa.Table(
    "steps",
    metadata,
    # The order in which steps were recorded: earlier alerts first, then by position.
    sa.Column("seq", NUMBER, primary_key=True),
    sa.Column("id", Plain, nullable=False, unique=True),
    sa.Column("case_id", Plain, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("alert_id", Plain, sa.ForeignKey("alerts.id")),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("action", Plain, nullable=False),
    sa.Column("params", Document(dict[str, Any]), nullable=False),
    sa.Column("kind", Plain, nullable=False),
    sa.Column("undo_of", Plain),
    sa.Column("state", choice(StepState), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("intent_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("approved_by", Plain),
    sa.Column(
        "approvals",
        Document(tuple[Approval, ...]),
        nullable=False,
        server_default=sa.text("'[]'"),
    ),
    # Until then it waits for approval; where none is given, for ever.
    sa.Column("ask_until", Moment),
    sa.Column("lane", Plain),
    sa.Column("subject", Plain),
    # Positions in the alert's response that must have ended before.
    sa.Column("needs", Positions, nullable=False, server_default=sa.text("''")),
    # Its condition and texts are judged when its turn comes, and not yet were.
    sa.Column("late", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("sent", sa.Boolean, nullable=False),
    sa.Column("error", Plain, nullable=False),
    sa.Column("receipt", Document(Receipt)),
    # The receipt of what was about to be written, saved before the first write.
    sa.Column("intent", Document(Receipt)),
    # Of the alert's playbook, so that claiming and counting need no join.
    sa.Column("playbook_id", Plain),
    sa.Column("rank", sa.Integer, nullable=False),
    # A write was begun, and its end is not saved: what came of it is unknown.
    sa.Column("interrupted", sa.Boolean, nullable=False),
    sa.Column("claimed_by", Plain),
    sa.Column("lease_until", Moment),
)

exemptions = sa.Table(
    "exemptions",
    metadata,
    sa.Column("id", Plain, primary_key=True),
    # What acts have in common that it covers.
    sa.Column("key", Plain, nullable=False),
    sa.Column("case_id", Plain, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("installation", sa.BigInteger, nullable=False),
    sa.Column("org", Plain, nullable=False),
    sa.Column("playbook_id", Plain, nullable=False),
    sa.Column("playbook", Plain, nullable=False),
    sa.Column("actor", Plain, nullable=False),
    sa.Column("action", Plain, nullable=False),
    sa.Column("subject", Document(dict[str, str]), nullable=False),
    sa.Column("reason", Plain, nullable=False),
    sa.Column("by", Plain, nullable=False),
    sa.Column("delivery_id", Plain, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("announce_at", Moment, nullable=False),
    sa.Column("announced_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("ended_by", Plain),
)

effects = sa.Table(
    "effects",
    metadata,
    sa.Column("seq", NUMBER, primary_key=True),
    sa.Column("key", Plain, nullable=False),
    sa.Column("value", Plain, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("step_id", Plain, nullable=False),
    sa.Index("ix_effects_key", "key", "seq"),
)

rosters = sa.Table(
    "rosters",
    metadata,
    sa.Column("org", Plain, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("owners", Document(frozenset[tuple[str, int]]), nullable=False),
    sa.Column("at", Moment, nullable=False),
)

surveys = sa.Table(
    "surveys",
    metadata,
    sa.Column("org", Plain, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("settings", Document(dict[str, bool | str]), nullable=False),
    sa.Column("at", Moment, nullable=False),
)

redeliveries = sa.Table(
    "redeliveries",
    metadata,
    sa.Column("guid", Plain, primary_key=True),
    sa.Column("asked", sa.Integer, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
    # When GitHub first tried to deliver it: when it happened.
    sa.Column("first_at", Moment),
)

# The global stop; it holds until `ended_at`, for one organisation or (`*`) for all.
pauses = sa.Table(
    "pauses",
    metadata,
    sa.Column("seq", NUMBER, primary_key=True),
    sa.Column("org", Plain, nullable=False),
    sa.Column("by", Plain, nullable=False),
    sa.Column("reason", Plain, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("ended_by", Plain),
)

# What events told of who may do what, so that a later one can be put back exactly.
told = sa.Table(
    "told",
    metadata,
    sa.Column("seq", NUMBER, primary_key=True),
    sa.Column("thing", Plain, nullable=False),
    # None: it was there no more, or (where not exact) nobody knows.
    sa.Column("state", Plain),
    sa.Column("exact", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("delivery_id", Plain, nullable=False),
    sa.Column("by", Plain),
    sa.Column("alerted", sa.Boolean, nullable=False),
    sa.Index("ix_told_thing", "thing", "at", "seq"),
)

# The issues that cases lived in before they went on in others.
former_issues = sa.Table(
    "former_issues",
    metadata,
    sa.Column("seq", NUMBER, primary_key=True),
    sa.Column("case_id", Plain, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("repository", Plain, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("id", sa.BigInteger),
    sa.Index("ix_former_issues_number", "number"),
    sa.Index("ix_former_issues_id", "id"),
)

# Versions with their sets of playbooks, and when each was first in use here.
editions = sa.Table(
    "editions",
    metadata,
    sa.Column("edition", Plain, primary_key=True),
    sa.Column("first_seen", Moment, nullable=False),
)


def partial(name: str, *columns: Any, where: Any, unique: bool = False) -> None:
    """Index only the rows that ``where`` names."""
    sa.Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


# A predicate is written out, not bound, because SQLite uses a partial index only for a query
# that repeats its words.
UNSETTLED = sa.text("state IN ('planned', 'waiting', 'retrying', 'running')")
NOT_CLOSED = sa.text("state NOT IN ('closed', 'expired')")
IS_RUNNING = sa.text("state = 'running'")
PAUSED = sa.text("ended_at IS NULL")
IS_AWAITING = sa.text("state = 'awaiting'")
UNANNOUNCED = sa.text("announced_at IS NULL AND ended_at IS NULL")

partial(
    "ix_deliveries_open",
    deliveries.c.received_at,
    deliveries.c.id,
    where=deliveries.c.handled_at.is_(None),
)
partial(
    "ix_deliveries_claimed_by",
    deliveries.c.claimed_by,
    where=deliveries.c.claimed_by.is_not(None),
)
sa.Index("ix_deliveries_state", deliveries.c.state)
partial("uq_cases_open_key", cases.c.key, where=NOT_CLOSED, unique=True)
sa.Index("ix_cases_key", cases.c.key)
partial("ix_cases_next_look", cases.c.next_look_at, where=cases.c.next_look_at.is_not(None))
sa.Index("ix_cases_issue", cases.c.issue_number)
sa.Index("ix_cases_issue_id", cases.c.issue_id)
sa.Index("ix_alerts_case_id", alerts.c.case_id)
sa.Index("ix_alerts_created_at", alerts.c.created_at)
sa.Index("ix_steps_case_id", steps.c.case_id)
# An undone step may be done, and undone, again: only what is applied is unique.
partial(
    "uq_steps_applied",
    steps.c.alert_id,
    steps.c.position,
    where=sa.text("kind = 'apply'"),
    unique=True,
)
# Two workers must never open two issues for one case, whatever a program does wrong.
partial("uq_steps_running", steps.c.case_id, where=IS_RUNNING, unique=True)
# Nor change one organisation's owners at once: each would count on the owner the other one takes.
partial("uq_steps_lane", steps.c.lane, where=IS_RUNNING, unique=True)
partial("ix_steps_lane", steps.c.lane, where=steps.c.lane.is_not(None))
partial("ix_steps_unsettled", steps.c.case_id, steps.c.seq, where=UNSETTLED)
partial("ix_steps_claimed_by", steps.c.claimed_by, where=steps.c.claimed_by.is_not(None))
partial("ix_steps_ask_until", steps.c.ask_until, where=IS_AWAITING)
sa.Index("ix_steps_finished", steps.c.playbook_id, steps.c.finished_at)
sa.Index("ix_exemptions_actor", exemptions.c.actor, exemptions.c.until)
sa.Index("ix_exemptions_case_id", exemptions.c.case_id)
partial("ix_exemptions_announce_at", exemptions.c.announce_at, where=UNANNOUNCED)
partial("ix_steps_subject", steps.c.subject, where=steps.c.subject.is_not(None))
partial("ix_steps_changed", steps.c.finished_at, where=steps.c.subject.is_not(None))
partial("uq_pauses_org", pauses.c.org, where=PAUSED, unique=True)
