"""What correlations and baselines remember.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables of groups, sightings, windows to judge, and values seen."""
    op.create_table(
        "watches",
        sa.Column("playbook_id", sa.Text, nullable=False),
        sa.Column("group_key", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("fired", sa.JSON, nullable=False),
        sa.Column("keep_until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("playbook_id", "group_key", name="pk_watches"),
    )
    op.create_index("ix_watches_keep_until", "watches", ["keep_until"])
    op.create_table(
        "sightings",
        sa.Column("seq", _SEQUENCE, nullable=False),
        sa.Column("playbook_id", sa.Text, nullable=False),
        sa.Column("group_key", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("rule_id", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("measured", sa.JSON, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("presumed", sa.Boolean, nullable=False),
        sa.Column("keep_until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_sightings"),
    )
    op.create_index(
        "uq_sightings_event",
        "sightings",
        ["playbook_id", "group_key", "rule_id", "event_id"],
        unique=True,
    )
    op.create_index("ix_sightings_at", "sightings", ["playbook_id", "group_key", "at"])
    op.create_index("ix_sightings_keep_until", "sightings", ["keep_until"])
    op.create_table(
        "windows",
        sa.Column("seq", _SEQUENCE, nullable=False),
        sa.Column("playbook_id", sa.Text, nullable=False),
        sa.Column("group_key", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("opened", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("claimed_by", sa.Text),
        sa.Column("lease_until", _MOMENT),
        sa.PrimaryKeyConstraint("seq", name="pk_windows"),
    )
    op.create_index(
        "uq_windows_event", "windows", ["playbook_id", "group_key", "event_id"], unique=True
    )
    op.create_index("ix_windows_due_at", "windows", ["due_at"])
    op.create_table(
        "seen_values",
        sa.Column("playbook_id", sa.Text, nullable=False),
        sa.Column("group_key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("keep_until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("playbook_id", "group_key", "value", name="pk_seen_values"),
    )
    op.create_index("ix_seen_values_at", "seen_values", ["playbook_id", "at", "group_key", "value"])
    op.create_index("ix_seen_values_keep_until", "seen_values", ["keep_until"])
